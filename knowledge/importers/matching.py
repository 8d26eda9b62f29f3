"""Which item each guide row belongs to: one that is known by name, or a new one with a stable id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pydantic import ValidationError

from knowledge.importers.cells import folded
from knowledge.importers.explain import complaints
from knowledge.importers.guide_rows import GuideDraft
from knowledge.importers.other_rows import short_hash
from knowledge.importers.report import Collector, shown
from knowledge.model import Guide, Item, OwnerRole

_NO_CATEGORY = "其他"


class ItemMatcher:
    """Finds items by id, official name or alias among those known, and makes the missing ones.

    A row is tied to a known item only by an equal name: two handling items may share a 基本编码, and
    tying by code alone would let one silently take the other's place.
    """

    def __init__(self, known: Iterable[Item], drafts: Sequence[GuideDraft]) -> None:
        self._by_id: dict[str, Item] = {}
        self._by_name: dict[str, str] = {}
        self._by_alias: dict[str, set[str]] = defaultdict(set)
        self._by_code: dict[str, str] = {}
        for item in known:
            self.learn(item)
        self._names_of_code: Mapping[str, set[str]] = _names_by_code(drafts)

    def find(self, draft: GuideDraft) -> Item | None:
        """The known item that a row is about."""
        if draft.item_id:
            return self._by_id.get(draft.item_id)
        name = folded(draft.task_name)
        if name in self._by_name:
            return self._by_id[self._by_name[name]]
        having = self._by_alias.get(name, set())
        return self._by_id[next(iter(having))] if len(having) == 1 else None

    def new_item(self, draft: GuideDraft) -> Item:
        """An item for a row that has none yet. ValidationError when the row's own 事项标识 is no id."""
        return Item(
            id=draft.item_id or self._new_id(draft),
            task_name=draft.task_name,
            category=draft.category or _NO_CATEGORY,
            catalog_code=draft.catalog_code,
            aliases=draft.aliases,
            keywords=draft.keywords,
            owner_role=draft.owner_role or OwnerRole.ANY,
            fictional=draft.fictional,
        )

    def namesake_by_code(self, draft: GuideDraft) -> Item | None:
        """A known item of another name that carries the row's 基本编码."""
        return self._by_id.get(self._by_code.get(draft.catalog_code, ""))

    def learn(self, item: Item) -> None:
        """From now on rows may belong to this item."""
        self._by_id[item.id] = item
        self._by_name.setdefault(folded(item.task_name), item.id)
        for alias in item.aliases:
            self._by_alias[folded(alias)].add(item.id)
        if item.catalog_code:
            self._by_code.setdefault(item.catalog_code, item.id)

    def _new_id(self, draft: GuideDraft) -> str:
        """The 基本编码 when it means one matter only, with a hash of the name when it means several."""
        name = short_hash(draft.task_name, 10)
        if not draft.catalog_code.isascii() or not draft.catalog_code.isalnum():
            return f"item-{name}"
        own = draft.catalog_code.lower()
        shared = len(self._names_of_code[draft.catalog_code]) > 1 or draft.catalog_code in self._by_code
        return f"{own}-{name}" if shared or own in self._by_id else own


def assemble(drafts: Sequence[GuideDraft], known: Iterable[Item], into: Collector) -> None:
    """Turn drafts into guides and the items they need, in the order of the rows."""
    matcher = ItemMatcher(known, drafts)
    made: dict[str, Item] = {}
    for draft in drafts:
        try:
            item = matcher.find(draft)
            if item is None:
                namesake = matcher.namesake_by_code(draft)
                item = matcher.new_item(draft)
                guide = _guide(draft, item, aliases=())
                if not into.add(item, draft.place):
                    continue
                _warn_of_namesake(draft, namesake, into)
                made[item.id] = item
                matcher.learn(item)
            elif item.id in made:
                guide = _guide(draft, item, aliases=())
                made[item.id] = _enriched(made[item.id], draft)
                matcher.learn(made[item.id])
                into.replace(made[item.id])
            else:
                own = tuple(name for name in draft.aliases if name not in item.aliases)
                guide = _guide(draft, item, aliases=own)
        except ValidationError as error:
            for complaint in complaints(error, Guide):
                into.error(
                    draft.place, complaint.field, complaint.expected, complaint.received, complaint.message
                )
            continue
        into.add(guide, draft.place)


def _guide(draft: GuideDraft, item: Item, *, aliases: tuple[str, ...]) -> Guide:
    return Guide(
        id=f"{item.id}@{draft.region}",
        item_id=item.id,
        region=draft.region,
        task_name=draft.task_name,
        aliases=aliases,
        **draft.fields,
    )


def _enriched(item: Item, draft: GuideDraft) -> Item:
    """An item made here, with the names that a further row of it adds."""
    aliases = tuple(dict.fromkeys((*item.aliases, *draft.aliases)))
    keywords = tuple(dict.fromkeys((*item.keywords, *draft.keywords)))
    return item.model_copy(update={"aliases": aliases, "keywords": keywords})


def _warn_of_namesake(draft: GuideDraft, other: Item | None, into: Collector) -> None:
    if other is None:
        return
    into.warn(
        draft.place,
        "基本编码",
        "a code of one matter only",
        shown(draft.catalog_code),
        f"it is also that of “{other.task_name}” ({other.id}); this row became a matter of its own; "
        f"if both are one, add “{draft.task_name}” to the aliases of {other.id}",
    )


def _names_by_code(drafts: Iterable[GuideDraft]) -> Mapping[str, set[str]]:
    names: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        if draft.catalog_code:
            names[draft.catalog_code].add(folded(draft.task_name))
    return names
