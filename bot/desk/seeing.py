"""Whom a chat concerns: who may see it, and what they may do with it now. Pure.

An agent sees the queue of their own teams and the chats they have; a supervisor and an administrator all of them.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.desk.values import ChatState, Person
from bot.store.desk_messages import Holding
from bot.store.states import Owner


@dataclass(frozen=True, slots=True)
class May:
    """What somebody may do with a chat as it is now."""

    claim: bool
    take: bool
    say: bool
    release: bool
    transfer: bool
    close: bool
    whisper: bool


def holding_of(chat: ChatState) -> Holding:
    """Who has a chat."""
    handoff = chat.handoff
    if handoff is None:
        return Holding(chat.owner, None, None, is_handed_over=False)
    return Holding(chat.owner, handoff.agent_id, handoff.team_id, is_handed_over=True)


def has(person: Person, held: Holding) -> bool:
    """Whether the chat is theirs now, or was until it was closed."""
    return held.agent_id == person.account_id and held.owner in (Owner.HUMAN, Owner.CLOSED)


def is_for_team(held: Holding, teams: AbstractSet[int]) -> bool:
    """Whether a person was asked for whom one of these teams has; a chat of no team is for every one."""
    is_open = held.is_handed_over and held.owner in (Owner.QUEUED, Owner.HUMAN)
    return is_open and (held.team_id is None or held.team_id in teams)


def may_see(person: Person, held: Holding, teams: AbstractSet[int]) -> bool:
    """Whether somebody may read a chat. In: the teams whose queues they serve."""
    waits = held.owner is Owner.QUEUED and is_for_team(held, teams)
    return person.may_all or has(person, held) or waits


def may_do(person: Person, held: Holding, teams: AbstractSet[int]) -> May:
    """What the console offers; whether it is done is decided anew when it is asked for."""
    with_person = held.owner is Owner.HUMAN
    mine = with_person and has(person, held)
    waits = held.owner is Owner.QUEUED and (person.may_all or is_for_team(held, teams))
    holds = mine or (with_person and person.may_all)
    return May(
        claim=waits,
        take=person.may_all and not mine,
        say=mine,
        release=holds,
        transfer=holds,
        close=holds,
        whisper=person.may_all and with_person and not mine,
    )
