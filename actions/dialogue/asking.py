"""What is still worth asking under an answer: the region or situation that would change it, one at a time.

An answer never waits for a reply: it says at once what holds without it. At most three different
questions are put for one matter, and one is put again only when something came in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from actions.dialogue.model import SKIP, Answer, Ask, Asking, Memory, Option
from actions.dialogue.situations import open_situations
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from knowledge.model import NATIONWIDE, Guide, ScopeStatus

MOST_QUESTIONS = 3
MOST_TIMES = 2
MOST_PLACES = 4
PLACES = frozenset({Aspect.WHERE, Aspect.CROSS_REGION, Aspect.OVERVIEW})
"""Aspects that a region changes in more than a line: other lines name every region's value at once."""
SITUATED = frozenset({Aspect.MATERIALS, Aspect.CONDITIONS, Aspect.OVERVIEW})
"""Aspects that a situation changes."""
_LEAVE = Option(SKIP, "")
"""Its words are content."""


def is_open(memory: Memory) -> bool:
    """Whether a question put under an answer waits for a reply."""
    return memory.asking is not None and any(option.id == SKIP for option in memory.options)


def is_choosing(memory: Memory) -> bool:
    """Whether we asked which of several matters is meant."""
    return memory.asking is Asking.ITEM and bool(memory.options)


def left(key: str) -> str:
    """How `Memory.asked` writes that a question was left open: it is not put again."""
    return f"-{key}"


def pending_key(memory: Memory) -> str | None:
    """What the open question is about, as `Memory.asked` writes it."""
    return unanswered(memory.asked) if is_open(memory) else None


def unanswered(asked: tuple[str, ...]) -> str | None:
    """The last question put, unless it was left open."""
    return asked[-1] if asked and left(asked[-1]) not in asked and not asked[-1].startswith("-") else None


def next_question(
    found: Answer,
    asked: tuple[str, ...],
    pending: str | None,
    base: KnowledgeBase,
    on: date,
    *,
    taken_up: bool,
) -> tuple[str, Ask] | None:
    """The key of the next question and the question; None when nothing more would change the answer.

    `pending` is the key of a question that was open when this message came and was not answered by it;
    `taken_up`: the person came back to the matter, so it may be put once more.
    """
    times = Counter(key for key in asked if not key.startswith("-"))
    for key, ask in _questions(found, base, on, pending):
        if left(key) in asked or times[key] >= MOST_TIMES + taken_up:
            continue
        if key in times or len(times) < MOST_QUESTIONS:
            return key, ask
    return None


def _questions(
    found: Answer, base: KnowledgeBase, on: date, pending: str | None
) -> Iterator[tuple[str, Ask]]:
    """Everything that is worth asking, the open question first."""
    every = dict(_every_question(found, base, on, pending))
    if pending in every:
        open_one = every.pop(pending)
        yield pending, Ask(open_one.asking, open_one.options, open_one.subject, again=True)
    yield from every.items()


def _every_question(
    found: Answer, base: KnowledgeBase, on: date, pending: str | None
) -> Iterator[tuple[str, Ask]]:
    for side, asking in (("here", Asking.HERE), ("owner", Asking.OWNER)):
        if side in found.missing and (found.aspect in PLACES or side == pending):
            places = _places_worth_offering(found, side, base, on)
            yield side, Ask(asking, (*places, _LEAVE))
    for situation in open_situations(found.guide, found.situation):
        if found.aspect in SITUATED or situation.id == pending:
            choices = tuple(Option(f"{situation.id}={c.id}", c.name) for c in situation.choices)
            yield (
                situation.id,
                Ask(Asking.SITUATION, (*choices[: MOST_PLACES + 1], _LEAVE), situation.question),
            )


def _places_worth_offering(found: Answer, side: str, base: KnowledgeBase, on: date) -> tuple[Option, ...]:
    """The other region first, then the places the matter's own guides speak of, when they are few."""
    other = found.owner if side == "here" else found.here
    codes = dict.fromkeys([other] if other else [])
    spoken_of = list(dict.fromkeys(_cities(found, base, on)))
    if len(spoken_of) <= MOST_PLACES + 1:
        codes |= dict.fromkeys(spoken_of)
    return tuple(Option(code, base.gazetteer.display(code)) for code in list(codes)[: MOST_PLACES + 1])


def _cities(found: Answer, base: KnowledgeBase, on: date) -> Iterator[str]:
    """The cities of the guides' regions and agreements that are in force; fictional ones only for a fictional guide."""
    for guide in (found.guide, *found.choice.alternatives):
        if (
            guide.fictional != found.guide.fictional
            or guide.status is ScopeStatus.PLANNED
            or not guide.in_force(on)
        ):
            continue
        for code in _named_by(guide, base):
            city = base.gazetteer.city_of(code)
            if city:
                yield city


def _named_by(guide: Guide, base: KnowledgeBase) -> Iterator[str]:
    region = base.gazetteer.get(guide.region)
    if region is not None and region.members:
        yield from region.members
    elif guide.region != NATIONWIDE:
        yield guide.region
    for scope in guide.handle_scopes:
        if scope.status is not ScopeStatus.PLANNED:
            yield from scope.handle_area_divisions
