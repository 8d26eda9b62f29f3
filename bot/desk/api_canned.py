"""Texts staff send often, their gaps filled for a chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from bot.desk import shapes
from bot.desk.api_parts import AT_DESK, SUPERVISORS, DeskApi, parts, said_in_words
from bot.desk.canned import fill, unknown_gaps
from bot.desk.values import ChatState
from bot.errors import NotFound
from bot.staff.errors import BodyInvalid, refusal
from bot.staff.routing import Call, Reply, Route
from bot.store.desk_canned import Canned, CannedWords
from bot.store.desk_values import Team
from bot.store.staff_values import Account, Role


async def _canned(call: Call) -> Reply:
    """An agent sees those of everybody and of their teams; a supervisor all of them."""
    api, account = parts(call), call.who.account
    conversation_id = cast(shapes.CannedQuery, call.query).conversation
    values: Mapping[str, str] = {}
    if conversation_id is not None:
        if not await api.sees(account, conversation_id):
            raise NotFound("There is no such chat.")
        chat = await api.service.chat(conversation_id)
        values = await _values(api, account, chat)
    own = await api.serves(account) if account.role is Role.AGENT else None
    teams = await _teams(api)
    listed = await api.canned.of_teams(own)
    return Reply(shapes.CannedReplies(canned=tuple(_shown(one, teams, values) for one in listed)))


async def _add(call: Call) -> Reply:
    api, body = parts(call), cast(shapes.CannedNew, call.body)
    _check(body.text)
    with said_in_words():
        words = CannedWords(body.shortcut, body.title, body.text)
        made = await api.canned.add(body.team_id, words, call.staff.act(call.who))
    return Reply(_shown(made, await _teams(api), {}))


async def _change(call: Call) -> Reply:
    api, body = parts(call), cast(shapes.CannedChange, call.body)
    _check(body.text or "")
    with said_in_words():
        words = CannedWords(body.shortcut, body.title, body.text)
        changed = await api.canned.change(call.path["canned_id"], words, call.staff.act(call.who))
    return Reply(_shown(changed, await _teams(api), {}))


async def _remove(call: Call) -> Reply:
    await parts(call).canned.remove(call.path["canned_id"], call.staff.act(call.who))
    return Reply()


async def _values(api: DeskApi, account: Account, chat: ChatState) -> dict[str, str]:
    """What fills the gaps: only what is known of the chat."""
    person, places = await api.person(account), await api.places()
    team = (await _teams(api)).get(chat.team.id) if chat.team else None
    region = chat.region if chat.region and places.get(chat.region) else None
    return {
        "agent": person.display_name,
        "number": person.number,
        "matter": chat.guide.title if chat.guide else "",
        "region": places.display(region) if region else "",
        "hotline": (team.phone if team else "") or api.service.words.hotline,
    }


async def _teams(api: DeskApi) -> dict[int, Team]:
    return {team.id: team for team in await api.teams.teams()}


def _check(text: str) -> None:
    """A name in braces that nothing could ever fill would be sent to a citizen as it is."""
    if unknown_gaps(text):
        raise refusal(BodyInvalid, fields="text")


def _shown(canned: Canned, teams: Mapping[int, Team], values: Mapping[str, str]) -> shapes.CannedReply:
    filled = fill(canned.text, values)
    team = teams.get(canned.team_id) if canned.team_id is not None else None
    return shapes.CannedReply(
        id=canned.id,
        team=shapes.TeamNamed(id=team.id, name=team.name) if team else None,
        shortcut=canned.shortcut,
        title=canned.title,
        text=canned.text,
        filled=filled.text,
        unfilled=filled.unfilled,
        updated_at=canned.updated_at,
        updated_by=canned.updated_by,
    )


_ONE = "/api/desk/canned/{canned_id}"

ROUTES = (
    Route(
        "GET",
        "/api/desk/canned",
        "cannedReplies",
        "Texts that are sent often, with the gaps filled for a chat",
        _canned,
        roles=AT_DESK,
        query=shapes.CannedQuery,
        answer=shapes.CannedReplies,
    ),
    Route(
        "POST",
        "/api/desk/canned",
        "addCannedReply",
        "Keep a text, for a team or for everybody",
        _add,
        roles=SUPERVISORS,
        body=shapes.CannedNew,
        answer=shapes.CannedReply,
        status=201,
    ),
    Route(
        "PATCH",
        _ONE,
        "changeCannedReply",
        "Change a text",
        _change,
        roles=SUPERVISORS,
        body=shapes.CannedChange,
        answer=shapes.CannedReply,
    ),
    Route("DELETE", _ONE, "removeCannedReply", "Forget a text", _remove, roles=SUPERVISORS),
)
