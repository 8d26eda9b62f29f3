"""Why staff cannot do something at the desk. The words are in `content/desk.yml`, by code.

Conflict
├── AlreadyTaken   409 somebody else has the conversation; the message names them
├── NotWaiting     409 it is not in the queue
├── NotOpen        409 no person has it, none is waited for
├── SameAgent      409 it is handed to whoever has it already
├── TooLate        409 it changed meanwhile
├── AgentAway      409 the colleague is not there
├── TicketClosed   409 the ticket is done
└── TicketTaken    409 somebody else works on the ticket
Forbidden
└── NotYours       403 somebody else has the conversation
NotFound
└── NoTeam         404 there is no such team
"""

from __future__ import annotations

from typing import TypeVar

from bot.content import fill
from bot.desk.machine import Refusal, Why
from bot.desk.words import load_desk_words
from bot.errors import BangbanError, Conflict, Forbidden, NotFound

E = TypeVar("E", bound=BangbanError)


class AlreadyTaken(Conflict):
    code = "already_taken"


class NotWaiting(Conflict):
    code = "not_waiting"


class NotOpen(Conflict):
    code = "not_open"


class SameAgent(Conflict):
    code = "same_agent"


class TooLate(Conflict):
    code = "too_late"


class AgentAway(Conflict):
    code = "agent_away"


class TicketClosed(Conflict):
    code = "ticket_closed"


class TicketTaken(Conflict):
    code = "ticket_taken"


class NotYours(Forbidden):
    code = "not_yours"


class NoTeam(NotFound):
    code = "no_team"


_OF: dict[Why, type[BangbanError]] = {
    Why.ALREADY_TAKEN: AlreadyTaken,
    Why.NOT_WAITING: NotWaiting,
    Why.NOT_YOURS: NotYours,
    Why.NOT_OPEN: NotOpen,
    Why.SAME_AGENT: SameAgent,
    Why.TOO_LATE: TooLate,
}


def desk_error(kind: type[E], who: str = "") -> E:
    """An error in the words of its code. `who`: the colleague it speaks of."""
    words = load_desk_words().refusals[kind.code]
    return kind(fill(words.message, who=who), mend=fill(words.mend, who=who))


def refused(refusal: Refusal, who: str) -> BangbanError:
    """The error of a move that was refused."""
    return desk_error(_OF[refusal.why], who)
