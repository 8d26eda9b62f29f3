"""A message that is left while nobody is there: heard question by question, kept as a ticket. Inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.content import fill
from bot.desk.base import DeskBase
from bot.desk.crew import read_crew
from bot.desk.facts import facts_of
from bot.desk.hours import due
from bot.desk.leaving import (
    STANDS,
    Ask,
    Draft,
    GivenUp,
    Left,
    PassOn,
    SealedContact,
    Stage,
    hear,
    without_landlines,
)
from bot.desk.machine import CitizenWrote, Step
from bot.desk.moving import make
from bot.desk.telling import when_text
from bot.desk.tickets import next_number
from bot.desk.turn import Turn, desk_reply
from bot.store.desk_tables import Ticket
from bot.store.desk_values import TicketState, Trigger
from bot.store.states import Owner
from bot.store.tables import Conversation, Message
from bot.store.values import NewReply


class LeftMessages:
    """In: the desk it is part of."""

    def __init__(self, desk: DeskBase) -> None:
        self._desk = desk
        self._words = desk.words

    def answer(
        self,
        session: Session,
        conversation: Conversation,
        message: Message,
        draft: Draft,
        turn: Turn,
        at: datetime,
    ) -> Sequence[NewReply] | None:
        """What is replied to a message while one is being left. None: it is none of it, and the bot's."""
        payload = dict(message.payload or {})
        heard = self.hear(draft, turn.text, payload.pop("contact", None))
        message.payload = payload or None
        if isinstance(heard, PassOn):
            conversation.leaving = None
            return None
        if conversation.owner is Owner.CLOSED:
            turn.moves(make(session, conversation, None, CitizenWrote(), at))
        told = self._words.to(conversation.language)
        match heard:
            case GivenUp():
                conversation.leaving = None
                return [desk_reply(told.not_left, Step.UNCHANGED, None)]
            case Ask(draft=asked):
                conversation.leaving = asked.to_json()
                words = {
                    Stage.ASKED: told.ask_message,
                    Stage.CONTACT: told.ask_contact,
                    Stage.MATTER: told.ask_matter,
                }
                options = (told.options.skip,) if asked.stage is not Stage.ASKED else ()
                return [desk_reply(words[asked.stage], Step.UNCHANGED, None, *options)]
            case Left():
                conversation.leaving = None
                turn.has_ticket = True
                return [self._ticket(session, conversation, heard, at)]

    def hear(
        self, draft: Draft, text: str, sealed: Mapping[str, Any] | None
    ) -> Ask | GivenUp | Left | PassOn:
        """What a message means to what is being left. In: the contact in it, sealed."""
        contact = SealedContact(sealed["sealed"], sealed["shown"]) if sealed else None
        return hear(
            draft, without_landlines(text) if contact else text, contact, self._words, self._desk.now()
        )

    def _ticket(self, session: Session, conversation: Conversation, left: Left, at: datetime) -> NewReply:
        team = read_crew(session).team(left.team_id)
        due_at = due(team.hours if team else {}, at, self._desk.calendar)
        number = next_number(session, at)
        session.add(
            Ticket(
                number=number,
                conversation_id=conversation.id,
                handoff_id=None,
                team_id=left.team_id if team else None,
                owner_id=None,
                contact_sealed=left.contact.sealed if left.contact else None,
                contact_masked=left.contact.shown if left.contact else "",
                matter=left.text or self._words.no_matter,
                region=facts_of(session, conversation, Trigger.ASKED, at).region,
                preferred_time=left.preferred_time,
                state=TicketState.OPEN,
                due_at=due_at,
                reply_message_id=None,
                result="",
                created_at=at,
                updated_at=at,
            )
        )
        told = self._words.to(conversation.language)
        text = fill(
            told.ticket,
            number=number,
            due=when_text(told, due_at, at),
            or_phone=told.or_phone if left.contact else "",
            hotline=told.hotline,
        )
        return desk_reply(text, Step.UNCHANGED, None)


def let_go(session: Session, conversation: Conversation, turn: Turn, at: datetime) -> None:
    """An offer that is over is forgotten, and a contact that was sealed for it though it is none that is left."""
    draft = Draft.read(conversation.leaving)
    if draft is None:
        return
    if at - draft.at > STANDS:
        conversation.leaving = None
    message = session.get_one(Message, turn.arrival.message_id)
    if message.payload and "contact" in message.payload:
        message.payload = {key: value for key, value in message.payload.items() if key != "contact"} or None
