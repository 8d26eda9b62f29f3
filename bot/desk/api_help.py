"""Help beside a chat: the search of guides, and what the bot would answer to a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from bot.channels.message import Outcome
from bot.desk import shapes
from bot.desk.api_chats import MOST_SHOWN, seen
from bot.desk.api_parts import AGENTS, AT_DESK, SUPERVISORS, DeskApi, parts
from bot.desk.assist import About, Hit
from bot.desk.packet import last_question
from bot.errors import NotFound
from bot.masking import mask
from bot.staff.routing import Call, Reply, Route
from bot.store import Direction, StoredMessage

_SEARCHED = 5
_SUGGESTED = 3
_WORTH_SENDING = frozenset({Outcome.ANSWERED, Outcome.CLARIFY})
"""Outcomes of the bot that a person may want to send as they are."""


async def _search(call: Call) -> Reply:
    query = cast(shapes.SearchQuery, call.query)
    about = About(here=query.here or None, owner=query.owner or None)
    found = await parts(call).assist.ask(mask(query.q).text, about, top=_SEARCHED)
    return Reply(shapes.Hits(hits=tuple(shown_hit(hit) for hit in found.hits)))


async def _suggest(call: Call) -> Reply:
    """For a message of the citizen, by default their last one, with what the chat has spoken of."""
    api, conversation_id = parts(call), call.path["conversation_id"]
    wanted = cast(shapes.SuggestQuery, call.query).message
    said = await api.messages.newest(conversation_id, MOST_SHOWN)
    asked = await _asked(api, conversation_id, wanted, said)
    before = [one for one in said if one.seq < asked.seq]
    await api.looks.chat(conversation_id, call.staff.act(call.who))
    found = await api.assist.ask(asked.text, about_of(before), top=_SUGGESTED)
    reply = found.reply
    shown = (
        shapes.SuggestedReply(
            outcome=reply.outcome.value, aspect=reply.aspect, text=reply.text, guide=reply.guide
        )
        if reply.outcome in _WORTH_SENDING
        else None
    )
    return Reply(shapes.Suggestion(reply=shown, hits=tuple(shown_hit(hit) for hit in found.hits)))


async def _asked(
    api: DeskApi, conversation_id: int, wanted: int | None, said: Sequence[StoredMessage]
) -> StoredMessage:
    asked = last_question(said) if wanted is None else await api.messages.one(conversation_id, wanted)
    if asked is None or asked.direction is not Direction.IN or not asked.text:
        raise NotFound("There is no such message of the citizen.", mend="Choose a message of this chat.")
    return asked


def about_of(said: Sequence[StoredMessage]) -> About:
    """What a chat has spoken of, as its newest messages with a guide and with regions tell. Pure."""
    ours = [one for one in reversed(said) if one.direction is Direction.OUT]
    about = next((one for one in ours if one.guide_id), None)
    regions = next((found for one in ours if any((found := one.payload.get("regions") or {}).values())), {})
    codes = {side: (regions.get(side) or {}).get("code") for side in ("here", "owner")}
    return About(
        here=codes["here"],
        owner=codes["owner"],
        guide_id=about.guide_id if about else None,
        aspect=about.aspect if about else None,
    )


def shown_hit(hit: Hit) -> shapes.GuideHit:
    """A guide that may fit, as the console shows it."""
    guide = hit.guide
    return shapes.GuideHit(
        guide_id=guide.id,
        version=guide.version,
        item_id=guide.item_id,
        title=guide.title,
        task_name=guide.task_name,
        region=guide.region,
        region_name=guide.region_name,
        authority=guide.authority or "",
        publish_date=guide.publish_date or "",
        probability=hit.probability,
        aspect=hit.aspect,
        text=hit.text,
        page=hit.page,
    )


ROUTES = (
    Route(
        "GET",
        "/api/desk/search",
        "searchGuides",
        "Guides that fit a text, for regions, each with an answer ready to be sent",
        _search,
        roles=AT_DESK,
        query=shapes.SearchQuery,
        answer=shapes.Hits,
    ),
    Route(
        "GET",
        "/api/desk/chats/{conversation_id}/suggest",
        "suggestReply",
        "What the bot would answer to a message of the citizen, and the guides that fit",
        _suggest,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=seen,
        query=shapes.SuggestQuery,
        answer=shapes.Suggestion,
    ),
)
