"""Who speaks: no sequence of events strands a conversation or lets two people have it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.machine import (
    AskedFor,
    Chat,
    CitizenGone,
    CitizenWrote,
    Claimed,
    Closed,
    Event,
    Lost,
    Move,
    NobodyThere,
    Refusal,
    Released,
    SentAway,
    SentToAgent,
    SentToTeam,
    Silent,
    Step,
    TakenOver,
    Why,
    Withdrawn,
    move,
)
from bot.store.desk_values import Trigger
from bot.store.states import Owner

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
ANNA, BO, CHEN = 1, 2, 3
BOT = Chat(Owner.BOT)
WAITING = Chat(Owner.QUEUED, team_id=7, queued_at=NOON)
WITH_ANNA = Chat(Owner.HUMAN, ANNA, 7, NOON)
CLOSED = Chat(Owner.CLOSED)

agents = st.sampled_from([ANNA, BO, CHEN])
teams = st.sampled_from([7, 8])
flags = st.booleans()
times = st.integers(0, 10_000).map(lambda s: NOON + timedelta(seconds=s))
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(AskedFor, st.sampled_from(Trigger), st.none() | teams, times),
    st.builds(Claimed, agents, flags),
    st.builds(TakenOver, agents, times, flags),
    st.builds(Released, agents, flags),
    st.builds(Lost, agents),
    st.builds(Silent, agents),
    st.builds(SentToAgent, agents, agents, flags),
    st.builds(SentToTeam, agents, teams, flags),
    st.builds(SentAway, agents, flags),
    st.builds(Closed, agents, flags),
    st.just(Withdrawn()),
    st.just(NobodyThere()),
    st.just(CitizenGone()),
    st.just(CitizenWrote()),
)


def after(chat: Chat, *happens: Event) -> Chat:
    for event in happens:
        moved = move(chat, event)
        chat = moved.after if isinstance(moved, Move) else chat
    return chat


@given(st.lists(events, max_size=40))
def test_a_conversation_has_an_agent_exactly_while_its_owner_is_human(happens: list[Event]) -> None:
    chat = BOT
    for event in happens:
        chat = after(chat, event)
        assert (chat.agent_id is not None) == (chat.owner is Owner.HUMAN)
        assert (chat.queued_at is not None) == (chat.owner in (Owner.QUEUED, Owner.HUMAN))


@given(st.lists(events, max_size=40))
def test_nobody_waits_for_ever(happens: list[Event]) -> None:
    """Whatever happened, events of the clock alone lead from `queued` and `human` back to the bot."""
    chat = after(BOT, *happens)

    if chat.owner is Owner.HUMAN:
        assert chat.agent_id is not None
        assert after(chat, Lost(chat.agent_id)).owner is Owner.QUEUED
        assert after(chat, Silent(chat.agent_id)).owner is Owner.QUEUED
        assert after(chat, CitizenGone()).owner is Owner.CLOSED
        chat = after(chat, Lost(chat.agent_id))
    assert after(chat, NobodyThere(), CitizenWrote()).owner is Owner.BOT


@given(st.lists(events, max_size=40), agents)
def test_of_two_claims_one_wins_and_the_other_is_told_who(happens: list[Event], agent: int) -> None:
    chat = after(BOT, *happens)
    won = move(chat, Claimed(agent))
    if not isinstance(won, Move):
        return

    for other in {ANNA, BO, CHEN} - {agent}:
        assert move(won.after, Claimed(other)) == Refusal(Why.ALREADY_TAKEN, agent)
        assert move(won.after, TakenOver(other, NOON)) == Refusal(Why.ALREADY_TAKEN, agent)


@given(st.lists(events, max_size=40), events)
def test_whoever_has_a_conversation_loses_it_by_few_events_only(happens: list[Event], event: Event) -> None:
    """A colleague who is no supervisor can take nothing from anybody."""
    chat = after(BOT, *happens)
    moved = move(chat, event)
    if chat.owner is not Owner.HUMAN or not isinstance(moved, Move) or moved.after.agent_id == chat.agent_id:
        return

    match event:
        case TakenOver(may_from_others=may):
            assert may
        case Lost(agent_id) | Silent(agent_id):
            assert agent_id == chat.agent_id
        case Released() | SentToAgent() | SentToTeam() | SentAway() | Closed():
            assert event.may_all or event.by == chat.agent_id
        case _:
            assert isinstance(event, CitizenGone)


@given(st.lists(events, max_size=40), st.lists(events, max_size=10))
def test_an_episode_keeps_its_place_until_it_ends(before: list[Event], then: list[Event]) -> None:
    chat = after(BOT, *before)
    place = chat.queued_at
    for event in then:
        moved = move(chat, event)
        if not isinstance(moved, Move):
            continue
        if moved.begins or moved.ends:
            return
        chat = moved.after
        assert chat.queued_at == place


@given(st.lists(events, max_size=40), events)
def test_what_changes_is_recorded(happens: list[Event], event: Event) -> None:
    moved = move(after(BOT, *happens), event)
    if isinstance(moved, Move) and moved.before != moved.after:
        assert moved.is_recorded


@pytest.mark.parametrize(
    ("chat", "event", "step", "owner"),
    [
        (BOT, AskedFor(Trigger.ASKED, 7, NOON), Step.QUEUED, Owner.QUEUED),
        (BOT, AskedFor(Trigger.ASKED, None, NOON), Step.NOBODY, Owner.BOT),
        (CLOSED, AskedFor(Trigger.COMPLAINT, 7, NOON), Step.QUEUED, Owner.QUEUED),
        (CLOSED, AskedFor(Trigger.ASKED, None, NOON), Step.NOBODY, Owner.BOT),
        (WAITING, AskedFor(Trigger.ASKED, 8, NOON), Step.STILL_QUEUED, Owner.QUEUED),
        (WITH_ANNA, AskedFor(Trigger.ASKED, 8, NOON), Step.UNCHANGED, Owner.HUMAN),
        (WAITING, Claimed(BO), Step.CLAIMED, Owner.HUMAN),
        (WAITING, Claimed(BO, by_clock=True), Step.ASSIGNED, Owner.HUMAN),
        (WITH_ANNA, Claimed(ANNA), Step.UNCHANGED, Owner.HUMAN),
        (BOT, TakenOver(BO, NOON), Step.TAKEN_OVER, Owner.HUMAN),
        (CLOSED, TakenOver(BO, NOON), Step.TAKEN_OVER, Owner.HUMAN),
        (WAITING, TakenOver(BO, NOON), Step.TAKEN_OVER, Owner.HUMAN),
        (WITH_ANNA, TakenOver(BO, NOON, may_from_others=True), Step.TAKEN_OVER, Owner.HUMAN),
        (WITH_ANNA, Released(ANNA), Step.RELEASED, Owner.QUEUED),
        (WITH_ANNA, Lost(ANNA), Step.LOST, Owner.QUEUED),
        (WITH_ANNA, Silent(ANNA), Step.SILENT, Owner.QUEUED),
        (WITH_ANNA, SentToAgent(ANNA, BO), Step.SENT_TO_AGENT, Owner.HUMAN),
        (WAITING, SentToAgent(CHEN, BO, may_all=True), Step.SENT_TO_AGENT, Owner.HUMAN),
        (WITH_ANNA, SentToTeam(ANNA, 8), Step.SENT_TO_TEAM, Owner.QUEUED),
        (WITH_ANNA, SentAway(ANNA), Step.SENT_AWAY, Owner.CLOSED),
        (WITH_ANNA, Closed(ANNA), Step.CLOSED, Owner.CLOSED),
        (WAITING, Closed(CHEN, may_all=True), Step.CLOSED, Owner.CLOSED),
        (WAITING, Withdrawn(), Step.WITHDRAWN, Owner.BOT),
        (WAITING, NobodyThere(), Step.NOBODY_LEFT, Owner.BOT),
        (WITH_ANNA, CitizenGone(), Step.CITIZEN_GONE, Owner.CLOSED),
        (CLOSED, CitizenWrote(), Step.REOPENED, Owner.BOT),
        (BOT, CitizenWrote(), Step.UNCHANGED, Owner.BOT),
        (WAITING, CitizenWrote(), Step.UNCHANGED, Owner.QUEUED),
        (WITH_ANNA, CitizenWrote(), Step.UNCHANGED, Owner.HUMAN),
    ],
)
def test_the_moves(chat: Chat, event: Event, step: Step, owner: Owner) -> None:
    moved = move(chat, event)

    assert isinstance(moved, Move)
    assert (moved.step, moved.after.owner) == (step, owner)


@pytest.mark.parametrize(
    ("chat", "event", "refusal"),
    [
        (BOT, Claimed(BO), Refusal(Why.NOT_WAITING)),
        (CLOSED, Claimed(BO), Refusal(Why.NOT_WAITING)),
        (WITH_ANNA, Claimed(BO), Refusal(Why.ALREADY_TAKEN, ANNA)),
        (WITH_ANNA, Withdrawn(), Refusal(Why.NOT_WAITING, ANNA)),
        (WITH_ANNA, Closed(BO), Refusal(Why.NOT_YOURS, ANNA)),
        (WITH_ANNA, SentToAgent(BO, BO), Refusal(Why.NOT_YOURS, ANNA)),
        (WITH_ANNA, SentToAgent(ANNA, ANNA), Refusal(Why.SAME_AGENT, ANNA)),
        (WITH_ANNA, Lost(BO), Refusal(Why.TOO_LATE, ANNA)),
        (WAITING, Silent(ANNA), Refusal(Why.TOO_LATE)),
        (WAITING, Released(CHEN, may_all=True), Refusal(Why.NOT_OPEN)),
        (WAITING, Closed(ANNA), Refusal(Why.NOT_YOURS)),
        (BOT, Closed(ANNA, may_all=True), Refusal(Why.NOT_OPEN)),
        (BOT, CitizenGone(), Refusal(Why.TOO_LATE)),
    ],
)
def test_the_refusals(chat: Chat, event: Event, refusal: Refusal) -> None:
    assert move(chat, event) == refusal


def test_who_gave_it_back_is_remembered_until_somebody_takes_it() -> None:
    back = after(WITH_ANNA, Released(ANNA))

    assert (back.left_by, back.queued_at, back.team_id) == (ANNA, NOON, 7)
    assert after(back, Claimed(BO)).left_by is None
    assert after(WITH_ANNA, Silent(ANNA)).left_by == ANNA
    assert after(WITH_ANNA, Lost(ANNA)).left_by is None  # it is theirs again when they come back
    assert after(WITH_ANNA, SentToTeam(ANNA, 8)).team_id == 8
