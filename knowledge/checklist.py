"""一次性告知: everything to bring for one or several matters, each thing once.

In: guides, each with the situation (情形) chosen so far. Out: one list. What a situation rules out is left
out; what an unchosen situation decides stays in, with the case it is for. Nothing here that is not a field
of a guide.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from knowledge.model import Guide, Material, MaterialFormat, MaterialNeed, Situation, SituationChoice

_STRONGEST = (MaterialNeed.REQUIRED, MaterialNeed.LATER, MaterialNeed.OPTIONAL)

Chosen = Mapping[str, str]
"""Situation id → choice id."""


@dataclass(frozen=True, slots=True)
class Case:
    """One matter of one person: its guide and the situation as far as it is known."""

    guide: Guide
    chosen: Chosen = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Use:
    """What one matter wants of a material."""

    guide_id: str
    task_name: str
    need: MaterialNeed
    format: MaterialFormat | None
    originals: int
    copies: int
    where_from: tuple[str, ...]
    notes: tuple[str, ...]
    form_urls: tuple[str, ...]
    cases: tuple[str, ...]
    """Only in one of these cases, as the guide words them; empty: always."""
    made_by: str = ""
    """The matter before it whose result this is: then it need not be brought."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to bring and every matter that wants it. The strictest matter decides what is said."""

    name: str
    uses: tuple[Use, ...]

    @property
    def need(self) -> MaterialNeed:
        return _strictest(use.need for use in self.uses)

    @property
    def originals(self) -> int:
        """Of matters handed in together one original serves all, so the most that one of them wants."""
        return max(use.originals for use in self.uses)

    @property
    def copies(self) -> int:
        return max(use.copies for use in self.uses)

    @property
    def cases(self) -> tuple[str, ...]:
        return _cases((use.need, use.cases) for use in self.uses)

    @property
    def made_by(self) -> str:
        """The matter that makes it, when no other wants it before."""
        return self.uses[0].made_by if all(use.made_by for use in self.uses) else ""

    @property
    def where_from(self) -> tuple[str, ...]:
        return _once(text for use in self.uses for text in use.where_from)

    @property
    def notes(self) -> tuple[str, ...]:
        return _once(text for use in self.uses for text in use.notes)

    @property
    def form_urls(self) -> tuple[str, ...]:
        return _once(url for use in self.uses for url in use.form_urls)


@dataclass(frozen=True, slots=True)
class Checklist:
    """The list, with what still decides about it."""

    lines: tuple[Line, ...]
    complete: bool
    """Whether every guide says that its list is whole."""
    explains: tuple[str, ...]
    """What the guides say of their materials as a whole."""
    conditions: tuple[str, ...]
    """What the chosen situations ask for."""
    open: tuple[Situation, ...]
    """Situations not chosen yet that materials depend on."""


def checklist(cases: Sequence[Case]) -> Checklist:
    """One list for all the matters, in the order of the guides, each material once."""
    uses: dict[str, list[Use]] = {}
    names: dict[str, str] = {}
    made: dict[str, str] = {}
    for case in cases:
        for key, name, use in _uses(case):
            names.setdefault(key, name)
            uses.setdefault(key, []).append(replace(use, made_by=made.get(key, "")))
        if case.guide.result_name:
            made.setdefault(_key(case.guide.result_name), case.guide.task_name)
    return Checklist(
        lines=tuple(Line(names[key], tuple(found)) for key, found in uses.items()),
        complete=all(case.guide.materials_complete for case in cases),
        explains=_once(case.guide.materials_explain for case in cases),
        conditions=_once(
            choice.accept_condition for case in cases for _, choice in picked(case.guide, case.chosen)
        ),
        open=tuple(
            situation
            for case in cases
            for situation in deciding(case.guide)
            if _choice(situation, case.chosen) is None
        ),
    )


def deciding(guide: Guide) -> tuple[Situation, ...]:
    """The situations of a guide that its materials or conditions depend on."""
    named = {pair.partition("=")[0] for material in guide.materials for pair in material.situation}
    return tuple(
        situation
        for situation in guide.situations
        if situation.id in named or any(choice.accept_condition for choice in situation.choices)
    )


def picked(guide: Guide, chosen: Chosen) -> tuple[tuple[Situation, SituationChoice], ...]:
    """The chosen situations of a guide with their choice; what the guide does not know is passed over."""
    pairs = ((situation, _choice(situation, chosen)) for situation in guide.situations)
    return tuple((situation, choice) for situation, choice in pairs if choice is not None)


def read_chosen(guide: Guide, pairs: Iterable[str]) -> dict[str, str]:
    """`kind=llc` … → the choices this guide has. Anything else is passed over: it comes from an address."""
    wanted = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    return {situation.id: choice.id for situation, choice in picked(guide, wanted)}


def _choice(situation: Situation, chosen: Chosen) -> SituationChoice | None:
    return next((c for c in situation.choices if c.id == chosen.get(situation.id)), None)


def _uses(case: Case) -> Iterable[tuple[str, str, Use]]:
    """Key, name and use of every material that is not ruled out; one listed twice is one."""
    kept: dict[str, list[tuple[Material, tuple[str, ...]]]] = {}
    for material in case.guide.materials:
        when = _when(material, case)
        if when is not None:
            kept.setdefault(_key(material.material_name), []).append((material, when))
    for key, found in kept.items():
        materials = [material for material, _ in found]
        yield (
            key,
            materials[0].material_name,
            Use(
                guide_id=case.guide.id,
                task_name=case.guide.task_name,
                need=_strictest(m.is_need for m in materials),
                format=next((m.material_format for m in materials if m.material_format), None),
                originals=max(m.page_num or 0 for m in materials),
                copies=max(m.copy_num or 0 for m in materials),
                where_from=_once(m.source_explain for m in materials),
                notes=_once(text for m in materials for text in (m.fill_explain, m.remark)),
                form_urls=_once(m.form_url for m in materials),
                cases=_cases((m.is_need, when) for m, when in found),
            ),
        )


def _when(material: Material, case: Case) -> tuple[str, ...] | None:
    """In which case it is needed, in the guide's words; empty: in this one; None: not in this one."""
    undecided: list[str] = []
    for pair in material.situation:
        situation_id, _, choice_id = pair.partition("=")
        situation = next((s for s in case.guide.situations if s.id == situation_id), None)
        chosen = _choice(situation, case.chosen) if situation else None
        if chosen is not None and chosen.id != choice_id:
            return None
        if chosen is None and situation is not None:
            undecided += [choice.name for choice in situation.choices if choice.id == choice_id]
    words = [*undecided, *([material.handle_case] if material.handle_case else [])]
    return ("，".join(words),) if words else ()


def _cases(uses: Iterable[tuple[MaterialNeed, tuple[str, ...]]]) -> tuple[str, ...]:
    """The cases of the strictest need; none as soon as it holds always."""
    found = list(uses)
    strictest = _strictest(need for need, _ in found)
    of_it = [cases for need, cases in found if need is strictest]
    return () if not all(of_it) else _once(text for cases in of_it for text in cases)


def _strictest(needs: Iterable[MaterialNeed]) -> MaterialNeed:
    return min(needs, key=_STRONGEST.index)


def _key(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
