"""Tickets: what was left while nobody was there.

An agent sees those of their teams and those they work on; a supervisor all of them.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import cast

from bot.desk import shapes, shown
from bot.desk.api_parts import AGENTS, AT_DESK, SUPERVISORS, DeskApi, parts
from bot.desk.tickets import OPEN, TicketView
from bot.desk.values import Person
from bot.errors import NotFound
from bot.staff.routing import Call, Reply, Route
from bot.store.desk_values import TicketState
from bot.store.staff_values import Action


async def _tickets(call: Call) -> Reply:
    api, query = parts(call), cast(shapes.TicketsQuery, call.query)
    account = call.who.account
    person, teams = await api.person(account), await api.serves(account)
    states = OPEN if query.state is None else frozenset({TicketState(query.state)})
    found = await api.service.tickets(states=states, person=person if query.mine else None)
    return Reply(
        shapes.Tickets(
            tickets=await _shown(api, *(one for one in found if may_see_ticket(person, one, teams))),
            **(await ticket_counts(api, person, teams)),
        )
    )


async def ticket_counts(api: DeskApi, person: Person, teams: AbstractSet[int]) -> dict[str, int]:
    """How many that somebody sees are open, theirs, and late."""
    found = [one for one in await api.service.tickets() if may_see_ticket(person, one, teams)]
    return {
        "open": len(found),
        "mine": sum(one.ticket.owner_id == person.account_id for one in found),
        "overdue": sum(one.is_overdue for one in found),
    }


async def _ticket(call: Call) -> Reply:
    view = await parts(call).service.ticket(call.path["ticket_id"])
    await _note(call, view, Action.TICKET_READ)
    return await _answer(call, view)


async def _take(call: Call) -> Reply:
    api = parts(call)
    view = await api.service.take_ticket(call.path["ticket_id"], await api.person(call.who.account))
    await _note(call, view, Action.TICKET_TAKEN)
    return await _answer(call, view)


async def _reply(call: Call) -> Reply:
    api, body = parts(call), cast(shapes.TicketAnswer, call.body)
    person = await api.person(call.who.account)
    view = await api.service.answer_ticket(call.path["ticket_id"], person, body.text)
    await _note(call, view, Action.TICKET_ANSWERED)
    return await _answer(call, view)


async def _close(call: Call) -> Reply:
    api, body = parts(call), cast(shapes.Result, call.body)
    person = await api.person(call.who.account)
    view = await api.service.close_ticket(call.path["ticket_id"], person, body.result)
    await _note(call, view, Action.TICKET_CLOSED)
    return await _answer(call, view)


async def _reveal(call: Call) -> Reply:
    """The audit log is written in the transaction that reads the contact."""
    contact = await parts(call).service.reveal_contact(call.path["ticket_id"], call.staff.act(call.who))
    return Reply(shapes.Contact(contact=contact))


async def _note(call: Call, view: TicketView, action: Action) -> None:
    await call.staff.audit.record(call.staff.act(call.who), action.value, f"ticket:{view.ticket.number}")


async def _answer(call: Call, view: TicketView) -> Reply:
    [line] = await _shown(parts(call), view)
    return Reply(line)


async def _shown(api: DeskApi, *views: TicketView) -> tuple[shapes.TicketShown, ...]:
    regions = await api.regions()
    return tuple(
        shapes.TicketShown(
            id=view.ticket.id,
            number=view.ticket.number,
            conversation_id=view.ticket.conversation_id,
            channel=view.channel,
            team=shapes.TeamNamed(id=view.team.id, name=view.team.name) if view.team else None,
            owner=shown.agent(view.owner),
            contact=view.ticket.contact_masked,
            has_contact=view.ticket.contact_sealed is not None,
            matter=view.ticket.matter,
            region=regions(view.ticket.region),
            preferred_time=view.ticket.preferred_time,
            state=view.ticket.state.value,
            due_at=view.ticket.due_at,
            overdue=view.is_overdue,
            reply=_reply_shown(api, view),
            result=view.ticket.result,
            created_at=view.ticket.created_at,
            updated_at=view.ticket.updated_at,
        )
        for view in views
    )


def _reply_shown(api: DeskApi, view: TicketView) -> shapes.TicketReply | None:
    if view.reply_state is None:
        return None
    reason = view.reply_reason
    return shapes.TicketReply(
        text=view.reply_text,
        state=view.reply_state.value,
        reason=reason,
        reason_text=api.words.why_undelivered(reason) if reason else "",
    )


def may_see_ticket(person: Person, view: TicketView, teams: AbstractSet[int]) -> bool:
    """Whether somebody may read a ticket; one of no team is for every one."""
    ticket = view.ticket
    is_of_team = ticket.team_id is None or ticket.team_id in teams
    return person.may_all or ticket.owner_id == person.account_id or is_of_team


async def _seen(call: Call) -> int:
    """For the guard: the caller, when they may read the ticket; NotFound otherwise."""
    api, account = parts(call), call.who.account
    view = await api.service.ticket(call.path["ticket_id"])
    if may_see_ticket(await api.person(account), view, await api.serves(account)):
        return account.id
    raise NotFound("There is no such ticket.")


async def _worked_on(call: Call) -> int:
    """For the guard: the caller, when they work on the ticket."""
    view = await parts(call).service.ticket(call.path["ticket_id"])
    if view.ticket.owner_id is None:
        raise NotFound("Nobody works on this ticket.")
    return view.ticket.owner_id


_ONE = "/api/desk/tickets/{ticket_id}"

ROUTES = (
    Route(
        "GET",
        "/api/desk/tickets",
        "tickets",
        "Tickets by when they are due; those that are open unless a state is named",
        _tickets,
        roles=AT_DESK,
        query=shapes.TicketsQuery,
        answer=shapes.Tickets,
    ),
    Route(
        "GET",
        _ONE,
        "ticket",
        "One ticket; reading it is noted in the audit log",
        _ticket,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=_seen,
        answer=shapes.TicketShown,
    ),
    Route(
        "POST",
        f"{_ONE}/take",
        "takeTicket",
        "Work on a ticket; a supervisor may take it from a colleague",
        _take,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=_seen,
        answer=shapes.TicketShown,
    ),
    Route(
        "POST",
        f"{_ONE}/answer",
        "answerTicket",
        "Answer a ticket on the channel it was left on",
        _reply,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=_worked_on,
        body=shapes.TicketAnswer,
        answer=shapes.TicketShown,
    ),
    Route(
        "POST",
        f"{_ONE}/close",
        "closeTicket",
        "End a ticket, answered or settled in another way",
        _close,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=_worked_on,
        body=shapes.Result,
        answer=shapes.TicketShown,
    ),
    Route(
        "POST",
        f"{_ONE}/reveal",
        "revealContact",
        "How to reach the person, in full; noted in the audit log",
        _reveal,
        roles=SUPERVISORS,
        own=AGENTS,
        owner=_worked_on,
        answer=shapes.Contact,
    ),
)
