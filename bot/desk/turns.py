"""The desk's part in a citizen's message: who answers it, and what a turn of the bot's leads to.

Whatever is decided before a turn may have changed when it ends: a person may have taken the conversation
over meanwhile. So the last word is said in the transaction that stores the replies, by `settle`, with the
conversation locked. What a person has is never spoken over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.content import fill
from bot.desk.base import DeskBase, Told
from bot.desk.choosing import Choice, Need, Now, choose
from bot.desk.crew import ensure_team, read_crew
from bot.desk.facts import facts_of
from bot.desk.hub import QUEUE, TICKETS, chat_topic
from bot.desk.leaving import (
    Draft,
    PassOn,
    Stage,
    contact_in,
    shown_contact,
    without_landlines,
)
from bot.desk.left_messages import LeftMessages, let_go
from bot.desk.machine import AskedFor, CitizenWrote, Refusal, Step, Withdrawn
from bot.desk.moving import SYSTEM, Facts, make, open_record
from bot.desk.telling import offer_text, queued_text, still_queued_text
from bot.desk.triggers import BY_ITSELF, after_turn
from bot.desk.turn import Turn, desk_reply
from bot.desk.words import says
from bot.masking import mask
from bot.store.desk_tables import HandoffEventRecord, HandoffRecord
from bot.store.desk_values import Trigger
from bot.store.states import Direction, Owner
from bot.store.tables import Conversation, Message, Rating
from bot.store.values import Arrival, ConversationState, NewReply, Sealed

REST = timedelta(minutes=30)
_REMINDED_EVERY = timedelta(minutes=1)


class DeskTurns:
    """In: the desk it is part of."""

    def __init__(self, desk: DeskBase) -> None:
        self._desk = desk
        self._words = desk.words
        self._left = LeftMessages(desk)

    # --- before a turn -------------------------------------------------------------------------------

    def sealed(self, text: str) -> Sealed | None:
        """The contact in a text as it was typed, sealed; kept only while a message is being left."""
        contact = contact_in(text)
        if contact is None:
            return None
        kept = {"sealed": self._desk.keys.seal(contact), "shown": shown_contact(contact)}
        return Sealed(kept, mask(without_landlines(text)).text)

    def arrived(self, arrival: Arrival) -> None:
        """A message is stored: whoever follows the conversation sees it at once."""
        is_with_people = arrival.owner.is_with_people
        self._desk.hub.notify(chat_topic(arrival.conversation_id), *((QUEUE,) if is_with_people else ()))

    def delivered(self, conversation_id: int) -> None:
        """What was said to a person, in a turn or before it, arrived with their message, or did not."""
        self._desk.delivered(conversation_id)

    def erased(self) -> None:
        """A person is erased: nobody waits in their name any more."""
        self._desk.hub.notify(QUEUE, TICKETS)

    def is_ours(self, state: ConversationState, text: str) -> bool:
        """Whether the desk answers a message: it waits for a person or has one, is a grade, or is left."""
        if state.owner.is_with_people:
            return True
        if state.owner is Owner.CLOSED and self._words.says.grade(text) is not None:
            return True
        draft = Draft.read(state.leaving)
        if draft is None:
            return False
        return not isinstance(self._left.hear(draft, text, state.contact), PassOn)

    def asks_for_person(self, text: str) -> bool:
        """Whether a message says nothing but that a person is wanted; for when Rasa cannot be asked."""
        return says(text, self._words.says.person)

    # --- in the transaction that stores the replies --------------------------------------------------

    def settle(
        self, session: Session, conversation: Conversation, turn: Turn, replies: Sequence[NewReply]
    ) -> Sequence[NewReply] | None:
        """What of a turn's replies is said, and what is said besides. None: all over again, for the desk was to
        answer a message that is the bot's meanwhile."""
        at = self._desk.now()
        if conversation.owner.is_with_people:
            # A wish to see what waits (a channel's own answer without words) is no message to anybody.
            turn.is_silent = not turn.is_own or bool(replies)
        if conversation.owner is Owner.HUMAN:
            return replies if turn.is_unreadable else []
        record = open_record(session, conversation.id) if conversation.owner is Owner.QUEUED else None
        if record is not None:
            if turn.is_own:
                return replies if turn.is_unreadable else []
            return self._while_queued(session, conversation, record, turn, at)
        if turn.is_own:
            return replies
        if turn.is_ours:
            said = self._ours(session, conversation, turn, at)
            if said is None:
                turn.is_ours = False
            return said
        let_go(session, conversation, turn, at)
        if conversation.owner is Owner.CLOSED:
            turn.moves(make(session, conversation, None, CitizenWrote(), at))
        return self._after_bot(session, conversation, turn, list(replies), at)

    def _while_queued(
        self,
        session: Session,
        conversation: Conversation,
        record: HandoffRecord,
        turn: Turn,
        at: datetime,
    ) -> Sequence[NewReply]:
        """The bot is silent; now and then the citizen is told their place, and they may leave the queue."""
        if says(turn.text, self._words.says.withdraw):
            moved = make(session, conversation, record, Withdrawn(), at)
            turn.moves(moved)
            return [desk_reply(self._words.to(conversation.language).withdrawn, Step.WITHDRAWN, record)]
        if record.reminded_at is not None and at - record.reminded_at < _REMINDED_EVERY:
            return []
        record.reminded_at = at
        told = self._words.to(conversation.language)
        text = still_queued_text(told, self._desk.waiting_of(session, record, at))
        return [desk_reply(text, Step.STILL_QUEUED, record)]

    def _ours(
        self, session: Session, conversation: Conversation, turn: Turn, at: datetime
    ) -> Sequence[NewReply] | None:
        if conversation.owner is Owner.CLOSED:
            grade = self._words.says.grade(turn.text)
            if grade is not None and _rate(session, conversation, grade, at):
                turn.moves(make(session, conversation, None, CitizenWrote(), at))
                return [desk_reply(self._words.to(conversation.language).rated, Step.UNCHANGED, None)]
        draft = Draft.read(conversation.leaving)
        if draft is None:
            return None
        message = session.get_one(Message, turn.arrival.message_id)
        return self._left.answer(session, conversation, message, draft, turn, at)

    def _after_bot(
        self,
        session: Session,
        conversation: Conversation,
        turn: Turn,
        replies: list[NewReply],
        at: datetime,
    ) -> Sequence[NewReply]:
        """What a turn of the bot's leads to."""
        trigger, conversation.misses = after_turn(turn.ended, conversation.misses)
        if trigger is None or (trigger in BY_ITSELF and _rests(session, conversation.id, at)):
            return replies
        if trigger in (Trigger.ASKED, Trigger.COMPLAINT):
            conversation.handoff_requested_at = at
        facts = facts_of(session, conversation, trigger, at, self._words.says.person)
        facts = _with_replies(facts, replies)
        choice = self._choice(session, facts, at)
        if choice.team is None and trigger is Trigger.BROKEN:
            return replies  # they are told to ask again; the second time a message can be left
        team_id = choice.team.id if choice.team else None
        moved = make(
            session,
            conversation,
            None,
            AskedFor(trigger, team_id, at),
            at,
            why=trigger.value,
            facts=facts,
        )
        if isinstance(moved, Refusal):
            return replies
        turn.moves(moved)
        conversation.misses = 0
        if moved.record is not None:
            return self._queued(session, conversation, moved.record, trigger, replies, at)
        return self._offered(conversation, trigger, choice, facts, replies, at)

    def _queued(
        self,
        session: Session,
        conversation: Conversation,
        record: HandoffRecord,
        trigger: Trigger,
        replies: list[NewReply],
        at: datetime,
    ) -> Sequence[NewReply]:
        told = self._words.to(conversation.language)
        text = queued_text(told, trigger, self._desk.waiting_of(session, record, at))
        said = desk_reply(text, Step.QUEUED, record, told.options.withdraw)
        if trigger in (Trigger.ASKED, Trigger.BROKEN):
            return [replace(said, provenance=replies[0].provenance if replies else {})]
        return [*replies, said]

    def _offered(
        self,
        conversation: Conversation,
        trigger: Trigger,
        choice: Choice,
        facts: Facts,
        replies: list[NewReply],
        at: datetime,
    ) -> Sequence[NewReply]:
        team_id = choice.would.id if choice.would else None
        known = facts.matter if facts.guide_id else ""
        conversation.leaving = Draft(Stage.OFFERED, at, team_id, known).to_json()
        told = self._words.to(conversation.language)
        if trigger is Trigger.ASKED:
            text = offer_text(told, choice, at)
            said = desk_reply(text, Step.NOBODY, None, told.options.leave)
            return [replace(said, provenance=replies[0].provenance if replies else {})]
        text = fill(told.offer_more, hotline=told.hotline)
        return [*replies, desk_reply(text, Step.NOBODY, None, told.options.leave)]

    def _choice(self, session: Session, facts: Facts, at: datetime) -> Choice:
        ensure_team(session, self._words.team, self._words.hotline)
        need = Need(facts.region, facts.department, facts.language)
        now = Now(at, self._desk.calendar, self._desk.patience.lost_after)
        return choose(read_crew(session), need, now)

    # --- after the transaction -----------------------------------------------------------------------

    def settled(self, turn: Turn) -> None:
        """What was decided is committed."""
        conversation_id = turn.arrival.conversation_id
        if turn.moved is not None:
            self._desk.told(Told(conversation_id))
            if turn.moved.step is Step.QUEUED:
                self._desk.announce(conversation_id, turn.moved.after.team_id)
        else:
            self._desk.hub.notify(chat_topic(conversation_id))
        if turn.has_ticket:
            frame = {"type": "notice", "kind": "ticket", "text": self._words.notices["ticket"]}
            self._desk.hub.notify(TICKETS)
            self._desk.hub.tell(TICKETS, frame)


def _with_replies(facts: Facts, replies: Sequence[NewReply]) -> Facts:
    """The replies of this very turn are not stored yet: the newest guide is theirs."""
    answered = next((reply for reply in reversed(replies) if reply.guide_id), None)
    if answered is None:
        return facts
    guide = answered.payload.get("guide") or {}
    title = str(guide.get("title") or facts.matter)
    packet = {"guide": {"title": title, "version": answered.guide_version}}
    return replace(facts, matter=title, guide_id=answered.guide_id, packet=packet)


def _rests(session: Session, conversation_id: int, at: datetime) -> bool:
    """Whether a person was there, or a message could be left, a short time ago."""
    query = (
        select(HandoffEventRecord.id)
        .where(
            HandoffEventRecord.conversation_id == conversation_id,
            HandoffEventRecord.at > at - REST,
            HandoffEventRecord.event != Step.REOPENED.value,
        )
        .limit(1)
    )
    return session.execute(query).first() is not None


def _rate(session: Session, conversation: Conversation, grade: int, at: datetime) -> bool:
    """Keep a grade for the episode that ended: it is on our last words in it. False when there are none."""
    query = (
        select(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.direction == Direction.OUT,
            Message.author == SYSTEM,
        )
        .order_by(Message.seq.desc())
        .limit(1)
    )
    last = session.execute(query).scalar_one_or_none()
    if last is None:
        return False
    session.execute(
        delete(Rating).where(Rating.conversation_id == conversation.id, Rating.message_id == last.id)
    )
    session.add(
        Rating(conversation_id=conversation.id, message_id=last.id, grade=grade, comment="", created_at=at)
    )
    return True
