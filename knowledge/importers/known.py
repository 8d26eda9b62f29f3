"""What the knowledge base holds already, as far as an import needs to know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from knowledge.model import Faq, Guide, Hall, Item, Region


@dataclass(frozen=True)
class Known:
    """Records that are in the store. A record of the same key in the batch takes precedence."""

    items: Mapping[str, Item] = field(default_factory=dict)
    regions: Mapping[str, Region] = field(default_factory=dict)
    halls: Mapping[str, Hall] = field(default_factory=dict)
    guide_ids: frozenset[str] = frozenset()
    faq_ids: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        *,
        items: Iterable[Item] = (),
        regions: Iterable[Region] = (),
        halls: Iterable[Hall] = (),
        guides: Iterable[Guide] = (),
        faqs: Iterable[Faq] = (),
    ) -> Known:
        """From the records themselves."""
        return cls(
            items={item.id: item for item in items},
            regions={region.code: region for region in regions},
            halls={hall.id: hall for hall in halls},
            guide_ids=frozenset(guide.id for guide in guides),
            faq_ids=frozenset(faq.id for faq in faqs),
        )


NOTHING_KNOWN = Known()
