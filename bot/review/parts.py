"""What the handlers of `/api/review` share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.desk.shapes import RegionNamed
from bot.pages.library import Catalog, Library
from bot.pages.views import LIBRARY
from bot.review import shapes
from bot.review.replaying import Replayer
from bot.staff.routing import Call
from bot.store.review_choices import ReviewChoices
from bot.store.review_figures import ReviewFigures
from bot.store.review_judging import JudgementStore
from bot.store.review_proposals import ProposalStore
from bot.store.review_reading import ConversationReader
from bot.store.review_search import ReviewSearch
from bot.store.review_unanswered import UnansweredStore
from bot.store.review_upkeep import ReviewUpkeep
from bot.store.review_values import Found, Sought
from bot.store.review_words import places, region_facets, terms_of
from bot.store.staff_values import Action, Role

REVIEWERS = frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.ADMIN})
"""Agents see their own chats at the desk, and nothing here."""
KEEPERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
_AROUND = 40
_SNIPPET = 160


@dataclass(frozen=True)
class ReviewApi:
    """The parts behind the API, made once by `bot.review.running`."""

    search: ReviewSearch
    choices: ReviewChoices
    judging: JudgementStore
    proposals: ProposalStore
    reader: ConversationReader
    unanswered: UnansweredStore
    figures: ReviewFigures
    upkeep: ReviewUpkeep
    replayer: Replayer


API = web.AppKey("review_api", ReviewApi)


def parts(call: Call) -> ReviewApi:
    """The parts, for a handler."""
    return call.app[API]


async def note_list(call: Call, name: str, found: int) -> None:
    """In the log: that a list of what citizens said was looked at, and how much was in it."""
    act = call.staff.act(call.who)
    await call.staff.audit.record(act, Action.REVIEW_SEARCHED.value, "", list=name, found=found)


async def catalog(call: Call) -> Catalog:
    """The published records all handlers need for names."""
    library: Library = call.app[LIBRARY]
    return await library.catalog()


def region_named(known: Catalog, code: str | None) -> RegionNamed | None:
    """A region with its name; the code where it is not published any more."""
    if not code:
        return None
    gazetteer = known.gazetteer
    return RegionNamed(code=code, name=gazetteer.display(code) if gazetteer.get(code) else code)


def regions_named(known: Catalog, codes: Iterable[str]) -> tuple[RegionNamed, ...]:
    """Regions, and the published ones above them that find them too, each once, those above first."""
    found = set(codes)
    above = {facet.removeprefix("r=") for facet in region_facets(found)} - found
    found |= {code for code in above if known.gazetteer.get(code)}
    return tuple(named for code in sorted(found) if (named := region_named(known, code)) is not None)


def guide_shown(
    known: Catalog, guide_id: str | None, version: int | None = None, title: str | None = None
) -> shapes.GuideShown | None:
    """A guide by the name of its matter, else by the name it was cited with."""
    if not guide_id:
        return None
    head = known.heads.get(guide_id)
    item = known.items.get(head.item_id) if head else None
    name = title or (item.task_name if item else head.task_name if head else guide_id)
    return shapes.GuideShown(id=guide_id, title=name, version=version)


def item_title(items: Mapping[str, object], item_id: str) -> str:
    """The name of an item; its id where it is not published."""
    return str(getattr(items.get(item_id), "task_name", item_id))


def sought_of(query: shapes.FilterQuery) -> Sought:
    """What a query looks for."""
    return Sought(
        query=query.q,
        first_day=query.first_day,
        last_day=query.last_day,
        channel=query.channel,
        outcome=query.outcome.value if query.outcome else None,
        aspect=query.aspect.value if query.aspect else None,
        guide=query.guide or None,
        region=query.region or None,
        agent=query.agent or None,
        rating=query.rating,
        min_confidence=query.min_confidence,
        max_confidence=query.max_confidence,
        label=query.label or None,
        verdict=query.verdict,
        flag=query.flag,
    )


def row_of(known: Catalog, found: Found, query: str = "") -> shapes.Row:
    """One turn as a list shows it, with the words that were looked for."""
    snippet, highlights = _snippet(found, terms_of(query))
    return shapes.Row(
        message_id=found.entry_id,
        answer_id=found.answer_id,
        conversation_id=found.conversation_id,
        at=found.at,
        channel=found.channel,
        question=found.question,
        answer=found.answer,
        snippet=snippet,
        highlights=tuple(shapes.Span(start=start, end=end) for start, end in highlights),
        outcome=found.outcome,
        aspect=found.aspect,
        guide=guide_shown(known, found.guide_id, found.guide_version, found.guide_title),
        region=region_named(known, found.region),
        confidence=found.confidence,
        agent=found.agent,
        rating=found.rating,
        verdict=found.verdict,
        flags=found.flags,
        labels=found.labels,
        ai=found.ai,
    )


def _snippet(found: Found, terms: tuple[str, ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text the words stand in, cut around the first of them; the question where they stand in no text shown."""
    for text in (found.question, found.answer):
        marked = places(text, terms) if terms else ()
        if marked:
            start = max(0, marked[0][0] - _AROUND)
            cut = text[start : start + _SNIPPET]
            inside = ((a - start, min(b - start, len(cut))) for a, b in marked if a - start < len(cut))
            return cut, tuple(inside)
    return (found.question or found.answer)[:_SNIPPET], ()
