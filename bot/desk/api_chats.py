"""Chats: reading them, taking and giving them, and speaking in them.

Who may see a chat is decided by `bot.desk.seeing`; whether it is done, by the desk's own machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from bot.desk import shapes, shown
from bot.desk.api_parts import AGENTS, AT_DESK, SUPERVISORS, DeskApi, parts
from bot.desk.packet import Packet, packet_of
from bot.desk.seeing import has, holding_of, is_for_team, may_do
from bot.desk.values import ChatState, Cited, Person, ToAgent, ToAuthority, ToTeam
from bot.errors import NotFound
from bot.staff.errors import BodyInvalid, RoleRefused, refusal
from bot.staff.routing import Call, Reply, Route
from bot.store import StoredMessage
from bot.store.desk_values import HandoffEvent
from bot.store.staff_values import Act

MOST_SHOWN = 200
"""Messages of a page."""


async def _chats(call: Call) -> Reply:
    api, scope = parts(call), cast(shapes.ChatsQuery, call.query).scope
    found = await api.service.chats(scope, await api.person(call.who.account))
    return Reply(shapes.Chats(chats=await api.summaries(found)))


async def _live(call: Call) -> Reply:
    api = parts(call)
    return Reply(shapes.Chats(chats=await api.summaries(await api.service.live())))


async def _chat(call: Call) -> Reply:
    api, conversation_id = parts(call), call.path["conversation_id"]
    chat = await api.service.chat(conversation_id)
    await api.looks.chat(conversation_id, call.staff.act(call.who))
    said = await api.messages.newest(conversation_id, MOST_SHOWN)
    events = await api.service.events(conversation_id)
    people, regions = await api.people(), await api.regions()
    person, teams = await api.person(call.who.account), await api.serves(call.who.account)
    return Reply(
        shapes.Chat(
            chat=shown.summary(chat, regions, api.online(chat)),
            packet=shown.packet(await packet_for(api, chat, said, events), api.words),
            messages=tuple(shown.message(one, api.words) for one in said),
            notes=tuple(shown.note(one, people) for one in await api.service.notes(conversation_id)),
            events=tuple(shown.event(one, people, api.words) for one in events),
            may=shown.may(may_do(person, holding_of(chat), teams)),
        )
    )


async def packet_for(
    api: DeskApi, chat: ChatState, said: Sequence[StoredMessage], events: Sequence[HandoffEvent]
) -> Packet:
    """The packet of a chat, from its newest messages since the episode before this one."""
    current = chat.handoff.id if chat.handoff else None
    before = [one for one in events if one.handoff_id not in (None, current)]
    since: datetime | None = before[-1].at if before else None
    ratings = await api.ratings.given(chat.channel, chat.sender)
    return packet_of(
        said,
        api.words,
        since=since,
        rating=int(ratings[-1].grade) if ratings else None,
        earlier=len({one.handoff_id for one in before}),
    )


async def _messages(call: Call) -> Reply:
    api, conversation_id = parts(call), call.path["conversation_id"]
    query = cast(shapes.MessagesQuery, call.query)
    await api.held(conversation_id)
    await api.looks.chat(conversation_id, call.staff.act(call.who))
    if query.after is not None:
        said = await api.messages.after(conversation_id, query.after, MOST_SHOWN)
    else:
        said = await api.messages.newest(conversation_id, MOST_SHOWN, before=query.before)
    return Reply(shapes.Messages(messages=tuple(shown.message(one, api.words) for one in said)))


async def _claim(call: Call) -> Reply:
    api = parts(call)
    person, act = await _who(call)
    return await _now(api, await api.service.claim(call.path["conversation_id"], person, act=act))


async def _take(call: Call) -> Reply:
    api = parts(call)
    person, act = await _who(call)
    return await _now(api, await api.service.take_over(call.path["conversation_id"], person, act=act))


async def _release(call: Call) -> Reply:
    api, body = parts(call), cast(shapes.Reason, call.body)
    person, act = await _who(call)
    return await _now(api, await api.service.release(call.path["conversation_id"], person, body.why, act=act))


async def _close(call: Call) -> Reply:
    api, body = parts(call), cast(shapes.Result, call.body)
    person, act = await _who(call)
    return await _now(
        api, await api.service.close(call.path["conversation_id"], person, body.result, act=act)
    )


async def _transfer(call: Call) -> Reply:
    api, body = parts(call), cast(shapes.Transfer, call.body)
    named = [one for one in (body.account_id, body.team_id, body.authority) if one is not None]
    if len(named) != 1:
        raise refusal(BodyInvalid, fields="account_id、team_id、authority")
    to: ToAgent | ToTeam | ToAuthority
    if body.authority is not None:
        to = ToAuthority(body.authority.name, body.authority.phone, body.authority.guide_id)
    elif body.team_id is not None:
        to = ToTeam(body.team_id)
    else:
        assert body.account_id is not None
        to = ToAgent(body.account_id)
    person, act = await _who(call)
    return await _now(
        api, await api.service.transfer(call.path["conversation_id"], person, to, body.note, act=act)
    )


async def _who(call: Call) -> tuple[Person, Act]:
    """Who acts, and how it is noted."""
    return await parts(call).person(call.who.account), call.staff.act(call.who)


async def _now(api: DeskApi, chat: ChatState) -> Reply:
    """The chat as it is now."""
    [line] = await api.summaries([chat])
    return Reply(line)


async def _say(call: Call) -> Reply:
    api, body = parts(call), cast(shapes.Say, call.body)
    cited = Cited(body.cited.guide_id, body.cited.version, body.cited.aspect) if body.cited else None
    person = await api.person(call.who.account)
    said = await api.service.say(call.path["conversation_id"], person, body.id, body.text, cited)
    return Reply(shown.message(said, api.words))


async def _note(call: Call) -> Reply:
    api, body = parts(call), cast(shapes.NoteWritten, call.body)
    person = await api.person(call.who.account)
    if body.kind == "whisper" and not person.may_all:
        raise refusal(RoleRefused)
    written = await api.service.note(
        call.path["conversation_id"], person, body.text, whisper=body.kind == "whisper"
    )
    return Reply(shown.note(written, await api.people()))


async def seen(call: Call) -> int:
    """For the guard: the caller, when they may read the chat; NotFound otherwise."""
    if await parts(call).sees(call.who.account, call.path["conversation_id"]):
        return call.who.account.id
    raise NotFound("There is no such chat.")


async def _held(call: Call) -> int:
    """For the guard: the caller, when the chat is theirs."""
    api, account = parts(call), call.who.account
    if has(await api.person(account), await api.held(call.path["conversation_id"])):
        return account.id
    raise NotFound("There is no such chat.")


async def _of_team(call: Call) -> int:
    """For the guard: the caller, when one of their teams is asked for. Whoever comes second must hear who was first."""
    api, account = parts(call), call.who.account
    held = await api.held(call.path["conversation_id"])
    if is_for_team(held, await api.serves(account)) or has(await api.person(account), held):
        return account.id
    raise NotFound("There is no such chat.")


_ONE = "/api/desk/chats/{conversation_id}"

ROUTES = (
    Route(
        "GET",
        "/api/desk/chats",
        "chats",
        "One's own chats, the queue of one's teams, or both (supervisors: all)",
        _chats,
        roles=AT_DESK,
        query=shapes.ChatsQuery,
        answer=shapes.Chats,
    ),
    Route(
        "GET",
        "/api/desk/live",
        "liveChats",
        "Every conversation something was said in lately, the bot's too",
        _live,
        roles=SUPERVISORS,
        answer=shapes.Chats,
    ),
    Route(
        "GET",
        _ONE,
        "chat",
        "A chat with its packet, messages, notes and steps; reading it is noted in the audit log",
        _chat,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=seen,
        answer=shapes.Chat,
    ),
    Route(
        "GET",
        f"{_ONE}/messages",
        "chatMessages",
        "The messages after a place, or the last before it",
        _messages,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=seen,
        query=shapes.MessagesQuery,
        answer=shapes.Messages,
    ),
    Route(
        "POST",
        f"{_ONE}/claim",
        "claimChat",
        "Take a chat out of the queue; whoever comes second is told who was first",
        _claim,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=_of_team,
        answer=shapes.ChatSummary,
    ),
    Route(
        "POST",
        f"{_ONE}/take",
        "takeChat",
        "Step into a chat of the bot's or of a colleague's (supervisors), or one that waits",
        _take,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=seen,
        answer=shapes.ChatSummary,
    ),
    Route(
        "POST",
        f"{_ONE}/release",
        "releaseChat",
        "Give a chat back into the queue, with its place",
        _release,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=_held,
        body=shapes.Reason,
        answer=shapes.ChatSummary,
    ),
    Route(
        "POST",
        f"{_ONE}/transfer",
        "transferChat",
        "Hand a chat to a colleague or a team, or tell the citizen which other authority is the right one",
        _transfer,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=_held,
        body=shapes.Transfer,
        answer=shapes.ChatSummary,
    ),
    Route(
        "POST",
        f"{_ONE}/close",
        "closeChat",
        "End a chat; the citizen is asked how it was",
        _close,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=_held,
        body=shapes.Result,
        answer=shapes.ChatSummary,
    ),
    Route(
        "POST",
        f"{_ONE}/messages",
        "say",
        "Say something to the citizen of a chat one has; the same id again is the same message",
        _say,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=_held,
        body=shapes.Say,
        answer=shapes.ChatMessage,
    ),
    Route(
        "POST",
        f"{_ONE}/notes",
        "writeNote",
        "Write something the citizen never sees; supervisors may whisper to whoever has the chat",
        _note,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=seen,
        body=shapes.NoteWritten,
        answer=shapes.DeskNote,
        status=201,
    ),
)
