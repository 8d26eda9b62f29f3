"""From an item to an answer: regions, guide, where options, windows that help; or which region is meant."""

from __future__ import annotations

from dataclasses import replace

from actions.dialogue.asking import left, next_question, pending_key
from actions.dialogue.fields import can_answer
from actions.dialogue.message import Message
from actions.dialogue.model import (
    Answer,
    Asking,
    Clarify,
    Comparison,
    Decided,
    Memory,
    Note,
    NothingFound,
    Option,
    Planned,
    Question,
    Turn,
    Why,
)
from actions.dialogue.regions import Regions, asks_of_the_place, assign, with_picked_region
from actions.dialogue.situations import known_choices, read_situation
from actions.dialogue.stack import about, is_called, waiting
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from knowledge.model import NATIONWIDE, Guide, Item, OwnerRole, ScopeStatus
from knowledge.regions.reading import RegionMention, RegionReading
from knowledge.where import GuideChoice, WhereOption, choose_guide, missing_regions, where
from knowledge.where.coverage import fit

GUESSED = 0.6
"""An aspect less sure than this, named with a matter whose guide is silent on it, was not meant."""


def answer(
    turn: Turn,
    base: KnowledgeBase,
    message: Message,
    item: Item,
    aspect: Aspect,
    also: tuple[Option, ...] = (),
    pending: str | None = None,
) -> Decided:
    """Answer one aspect of one item for the regions known by now.

    `also` are other matters the words fit; `pending` a question on the item that is taken up again.
    Asks which region an ambiguous name means when its readings lead to different answers; NothingFound
    when no guide is for these regions.
    """
    memory = about(turn.memory, item.id)
    regions = _regions(turn, base, message, item)
    if message.picked is None and (ambiguous := _matters_which(turn, base, message.reading, item, regions)):
        return _ask_region(message, item, aspect, memory, regions, ambiguous, base)
    found = _answer_for(turn, base, item, aspect, regions, message.reading.unknown)
    if found is not None and message.needle and _is_a_guess(turn, found):
        found = _answer_for(turn, base, item, Aspect.OVERVIEW, regions, message.reading.unknown)
    if found is None:
        outcome = _planned(base, item, regions) or NothingFound(
            Why.NO_GUIDE, item=item, region=regions.owner or regions.here
        )
        later = memory.later if memory.later != item.id else None
        kept = replace(memory, guide_id=None, aspect=aspect, asking=None, later=later)
        return Decided(outcome, replace(kept, here=regions.here, owner=regions.owner), message.understanding)
    found = replace(
        found,
        also=also,
        situation=_situation(turn, message, memory, found),
        second=_second(base, memory, message, item),
        waiting=waiting(turn.memory, item.id, base),
    )
    return _asked_on(turn, base, message, memory, found, pending)


def _is_a_guess(turn: Turn, found: Answer) -> bool:
    """Whether the aspect was hardly understood and the guide has nothing on it: then the whole is told."""
    return turn.confidence < GUESSED and not can_answer(found.guide, found.aspect)


def _asked_on(
    turn: Turn, base: KnowledgeBase, message: Message, memory: Memory, found: Answer, pending: str | None
) -> Decided:
    """The answer with the question that would still change it, and what is remembered of both."""
    waits = pending or (pending_key(turn.memory) if turn.memory.item_id == found.item.id else None)
    asked = next_question(found, memory.asked, waits, base, turn.today, taken_up=pending is not None)
    kept = replace(
        memory,
        guide_id=found.guide.id,
        aspect=found.aspect,
        here=found.here,
        owner=found.owner,
        options=turn.memory.options if message.picked and turn.memory.asking is Asking.ITEM else found.also,
        asking=None,
        fails=0,
        situation=found.situation,
        told=(*(aspect for aspect in memory.told if aspect is not found.aspect), found.aspect),
        later=found.second.id if found.second else memory.later if memory.later != found.item.id else None,
    )
    if asked is not None:
        key, ask = asked
        found = replace(found, ask=ask)
        kept = replace(kept, options=ask.options, asking=ask.asking, asked=(*memory.asked, key))
    if found.ask and found.ask.again and memory.aspect:
        kept = replace(kept, aspect=memory.aspect)  # the reply goes on with what the question was put under
    return Decided(found, kept, message.understanding)


def left_open(turn: Turn, base: KnowledgeBase, message: Message, item: Item) -> Decided:
    """Our question was not answered: what was said stands; the next question, if there is one."""
    memory = turn.memory
    asked = pending_key(memory)
    closed = replace(
        memory, asked=(*memory.asked, *([left(asked)] if asked else [])), asking=None, options=()
    )
    decided = answer(replace(turn, memory=closed), base, message, item, memory.aspect or Aspect.OVERVIEW)
    if not isinstance(decided.outcome, Answer):
        return decided
    return replace(decided, outcome=replace(decided.outcome, note=Note.LEFT_OPEN))


def _situation(turn: Turn, message: Message, memory: Memory, found: Answer) -> tuple[str, ...]:
    said = read_situation(turn.text, found.guide).choices
    picked = [message.picked.id] if message.picked and turn.memory.asking is Asking.SITUATION else []
    return known_choices(found.guide, memory.situation, said, picked)


def _second(base: KnowledgeBase, memory: Memory, message: Message, item: Item) -> Option | None:
    """The second matter of this message, or of the one we asked back about."""
    found = message.result.also[:1] if message.result else ()
    second = found[0] if found else memory.later if message.picked else None
    if second is None or second == item.id or second not in base.items:
        return None
    return Option(second, base.item(second).task_name)


def compare(turn: Turn, base: KnowledgeBase, pair: tuple[Item, Item]) -> Decided:
    """Two matters side by side; the guides are those for the regions known."""
    memory = turn.memory
    regions = Regions(here=memory.here, owner=memory.owner)
    choices = [_choice(turn, base, _guides(base, item, regions), regions) for item in pair]
    for item, choice in zip(pair, choices, strict=True):
        if choice is None:
            nothing = NothingFound(Why.NO_GUIDE, item=item, region=regions.owner or regions.here)
            return Decided(nothing, replace(memory, asking=None))
    first, second = (choice.guide for choice in choices if choice)
    outcome = Comparison(pair[0], pair[1], (first, second), regions.here, regions.owner)
    offered = tuple(Option(item.id, item.task_name) for item in pair)
    kept = about(memory, pair[0].id if memory.item_id not in (pair[0].id, pair[1].id) else memory.item_id)
    return Decided(outcome, replace(kept, options=offered, asking=None, fails=0))


def only_one_crosses(
    turn: Turn, base: KnowledgeBase, message: Message, question: Clarify, aspect: Aspect
) -> Item | None:
    """The one candidate, or matter of that name, with an agreement's guide for the two regions of a cross-region question.

    「在日照能办青岛的营业执照吗」: of the kinds of licence, one is named by the agreement of the two cities.
    """
    if aspect not in (Aspect.CROSS_REGION, Aspect.WHERE):
        return None
    offered = {option.id for option in question.options}
    if len(message.needle) > 1:
        offered |= {item for item in base.items if is_called(message.needle, item, base)}
    crossing = []
    for item in map(base.item, sorted(offered)):
        regions = _regions(turn, base, message, item)
        if not regions.here or not regions.owner:
            continue
        choice = _choice(turn, base, _guides(base, item, regions), regions)
        if choice and base.gazetteer.is_zone(choice.guide.region):
            crossing.append(item)
    return crossing[0] if len(crossing) == 1 else None


def _regions(turn: Turn, base: KnowledgeBase, message: Message, item: Item) -> Regions:
    memory = turn.memory
    regions = assign(
        message.reading,
        item,
        memory,
        base.gazetteer,
        previous_role=_owner_said_for(memory, base),
        follow_up=(not message.needle or item.id == memory.item_id) and message.picked is None,
        belongs=asks_of_the_place(turn.text, message.reading),
    )
    return with_picked_region(regions, message.picked, memory.asking)


def _owner_said_for(memory: Memory, base: KnowledgeBase) -> OwnerRole | None:
    """The role of the owner region that is remembered: that of the present matter, or of the one just left."""
    last = memory.item_id or next((e.item_id for e in memory.earlier if e.owner == memory.owner), None)
    item = base.items.get(last) if last else None
    return item.owner_role if item else None


def _guides(base: KnowledgeBase, item: Item, regions: Regions) -> tuple[Guide, ...]:
    """The guides of an item that can matter for these regions; all of them when no region is known."""
    if regions.here or regions.owner:
        return base.guides_near(item.id, regions.here, regions.owner)
    return base.guides_of(item.id)


def _choice(
    turn: Turn, base: KnowledgeBase, guides: tuple[Guide, ...], regions: Regions
) -> GuideChoice | None:
    return choose_guide(
        guides, here=regions.here, owner=regions.owner, gazetteer=base.gazetteer, on=turn.today
    )


def _options(
    turn: Turn, base: KnowledgeBase, item: Item, choice: GuideChoice, regions: Regions
) -> tuple[WhereOption, ...]:
    return where(
        choice,
        item,
        here=regions.here,
        owner=regions.owner,
        gazetteer=base.gazetteer,
        halls=tuple(base.halls.values()),
        on=turn.today,
    )


def _answer_for(
    turn: Turn, base: KnowledgeBase, item: Item, aspect: Aspect, regions: Regions, unknown: tuple[str, ...]
) -> Answer | None:
    here, owner, places, on = regions.here, regions.owner, base.gazetteer, turn.today
    guides = _guides(base, item, regions)
    choice = _choice(turn, base, guides, regions)
    if choice is None:
        return None
    options = _options(turn, base, item, choice, regions)
    halls = tuple(base.halls.values())
    return Answer(
        item=item,
        choice=choice,
        aspect=aspect,
        options=options,
        here=here,
        owner=owner,
        unknown_places=unknown,
        missing=missing_regions(guides, item, here=here, owner=owner, gazetteer=places, halls=halls, on=on),
        local_neighbours=_local_neighbours(base, item, owner or here) if choice.fell_back else (),
        helpers=_helpers(turn, base, item, here, owner) if aspect is Aspect.CROSS_REGION else (),
    )


def _planned(base: KnowledgeBase, item: Item, regions: Regions) -> Planned | None:
    """What is announced for these regions (any, when none is known) and not in force yet."""
    for guide in _guides(base, item, regions):
        own = regions.owner and guide.region != NATIONWIDE and not base.gazetteer.is_zone(guide.region)
        known = [regions.owner] if own else [regions.here, regions.owner]
        if guide.status is ScopeStatus.PLANNED and all(
            base.gazetteer.contains(guide.region, code) for code in known if code
        ):
            return Planned(item, guide, regions.here, regions.owner)
    return None


def _local_neighbours(base: KnowledgeBase, item: Item, region: str | None) -> tuple[Option, ...]:
    return tuple(
        Option(neighbour, base.item(neighbour).task_name)
        for neighbour in item.neighbours
        if neighbour in base.items and any(g.region == region for g in base.guides_near(neighbour, region))
    )


def _helpers(
    turn: Turn, base: KnowledgeBase, item: Item, here: str | None, owner: str | None
) -> tuple[Guide, ...]:
    """Windows where the person is that take any matter of the owner region by agreement."""
    if item.any_matter or not here or not owner:
        return ()
    places = base.gazetteer
    return tuple(
        guide
        for helper in base.items.values()
        if helper.any_matter
        for guide in base.guides_near(helper.id, here, owner)
        if guide.status is not ScopeStatus.PLANNED
        and guide.in_force(turn.today)
        and places.contains(guide.region, here)
        and any(
            scope.status is not ScopeStatus.PLANNED and fit(scope, guide, here, owner, True, places).holds
            for scope in guide.handle_scopes
        )
    )


def _matters_which(
    turn: Turn, base: KnowledgeBase, reading: RegionReading, item: Item, regions: Regions
) -> tuple[RegionMention, Asking] | None:
    """An ambiguous place name whose readings lead to different answers, and which region it is."""
    for mention in reading.ambiguous:
        asking = Asking.OWNER if mention.role == item.owner_role else Asking.HERE
        answers = set()
        for code in mention.codes:
            tried = replace(regions, here=code) if asking is Asking.HERE else replace(regions, owner=code)
            choice = _choice(turn, base, _guides(base, item, tried), tried)
            answers.add(_told(choice.guide, _options(turn, base, item, choice, tried)) if choice else None)
        if len(answers) > 1:
            return mention, asking
    return None


def _told(guide: Guide, options: tuple[WhereOption, ...]) -> tuple[object, ...]:
    """What a citizen would read of an answer, the name of the place apart."""
    return (
        guide.id,
        *(
            (o.channel, o.mode, o.status, o.explain, o.rule, o.promise_explain, o.halls, o.lobbies)
            for o in options
        ),
    )


def _ask_region(
    message: Message,
    item: Item,
    aspect: Aspect,
    memory: Memory,
    regions: Regions,
    ambiguous: tuple[RegionMention, Asking],
    base: KnowledgeBase,
) -> Decided:
    mention, asking = ambiguous
    options = tuple(Option(code, base.gazetteer.display(code)) for code in mention.codes)
    outcome = Clarify(Question.WHICH_REGION, options, asking, aspect, subject=mention.text)
    kept = replace(memory, item_id=item.id, aspect=aspect, options=options, asking=asking)
    return Decided(outcome, replace(kept, here=regions.here, owner=regions.owner), message.understanding)
