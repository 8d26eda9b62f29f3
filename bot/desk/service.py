"""`DeskService`: what staff do at the desk. Every method that changes something is one transaction; what the
citizen is told of it is stored in the same one, and handed over after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.message import AgentNote, GuideNote, Outcome, Reply
from bot.desk.base import Told
from bot.desk.choosing import Need, Now, choose
from bot.desk.crew import Crew, is_there, read_crew
from bot.desk.errors import AgentAway, NoTeam, NotOpen, NotYours, desk_error, refused
from bot.desk.facts import facts_of
from bot.desk.hub import QUEUE, agent_topic
from bot.desk.machine import (
    Claimed,
    Closed,
    Event,
    Move,
    Refusal,
    Released,
    SentAway,
    SentToAgent,
    SentToTeam,
    TakenOver,
)
from bot.desk.moving import Facts, Moved, locked, make, push
from bot.desk.reading import Reading, note_of_row, teams_of
from bot.desk.tickets import Tickets
from bot.desk.values import ChatState, Cited, Person, Target, ToAgent, ToAuthority, ToTeam
from bot.errors import NotFound
from bot.masking import mask
from bot.store.audit import serialise
from bot.store.desk_tables import DeskAgent, DeskNoteRecord, HandoffRecord
from bot.store.desk_teams import ensure_agent
from bot.store.desk_values import (
    Agent,
    DeskNote,
    HandoffState,
    NoteKind,
    Presence,
    Trigger,
)
from bot.store.rows import stored_message
from bot.store.staff_values import Act, Action
from bot.store.states import Direction, KnowledgeStatus, Owner
from bot.store.tables import KnowledgeVersion, Message
from bot.store.values import StoredMessage


class DeskService(Reading, Tickets):
    """One for each front."""

    # --- taking and giving ---------------------------------------------------------------------------

    # Each is in the audit log, by the same transaction. In: `act`, where it was done; without it only who is known.

    async def claim(self, conversation_id: int, person: Person, *, act: Act | None = None) -> ChatState:
        """Take a conversation out of the queue. AlreadyTaken names whoever was first."""
        return await self._move(
            conversation_id, person, Claimed(person.account_id), Action.CHAT_CLAIMED, act=act
        )

    async def take_over(self, conversation_id: int, person: Person, *, act: Act | None = None) -> ChatState:
        """Step into a conversation of the bot's, or that waits; a supervisor also into a colleague's."""
        event = TakenOver(person.account_id, self.now(), may_from_others=person.may_all)
        return await self._move(conversation_id, person, event, Action.CHAT_TAKEN, act=act)

    async def release(
        self, conversation_id: int, person: Person, why: str = "", *, act: Act | None = None
    ) -> ChatState:
        """Give a conversation back into the queue, with its place."""
        event = Released(person.account_id, may_all=person.may_all)
        return await self._move(conversation_id, person, event, Action.CHAT_RELEASED, act=act, why=why)

    async def close(
        self, conversation_id: int, person: Person, result: str = "", *, act: Act | None = None
    ) -> ChatState:
        """Done; the citizen is asked how it was."""
        event = Closed(person.account_id, may_all=person.may_all)
        return await self._move(conversation_id, person, event, Action.CHAT_CLOSED, act=act, why=result)

    async def transfer(
        self, conversation_id: int, person: Person, to: Target, note: str = "", *, act: Act | None = None
    ) -> ChatState:
        """Hand it to a colleague who is there (AgentAway), to a team (NoTeam), or tell of another authority."""
        match to:
            case ToAgent(account_id):
                event: Event = SentToAgent(person.account_id, account_id, person.may_all)
            case ToTeam(team_id):
                event = SentToTeam(person.account_id, team_id, person.may_all)
            case ToAuthority():
                event = SentAway(person.account_id, person.may_all)
        return await self._move(
            conversation_id, person, event, Action.CHAT_TRANSFERRED, act=act, why=note, to=to
        )

    async def _move(
        self,
        conversation_id: int,
        person: Person,
        event: Event,
        action: Action,
        *,
        act: Act | None,
        why: str = "",
        to: Target | None = None,
    ) -> ChatState:
        at, kept = self.now(), mask(why).text
        acted = act or Act(at, person.name, person.account_id)

        def work(session: Session) -> tuple[Told, Move]:
            serialise(session)  # before any row is locked, as everywhere: else two wait for each other
            conversation, record = locked(session, conversation_id)
            self._acts(session, person, takes=isinstance(event, Claimed | TakenOver))
            crew = read_crew(session)
            self._check(crew, to, at)
            facts = Facts()
            if isinstance(event, TakenOver) and record is None:
                facts = facts_of(session, conversation, Trigger.TAKEN_OVER, at, self.words.says.person)
            if record is not None and record.team_id is None:
                record.team_id = self._team_for(crew, record, at)
            holder = record.agent_id if record else None
            moved = make(
                session,
                conversation,
                record,
                event,
                at,
                actor=person.account_id,
                why=kept,
                facts=facts,
                detail=_where_to(to),
            )
            if isinstance(moved, Refusal):
                who = crew.named(moved.holder)
                raise refused(moved, who.name if who else "")
            if not moved.move.is_recorded:
                return Told(conversation_id, queue=False), moved.move
            if moved.move.begins and moved.record is not None:
                moved.record.team_id = next(iter(sorted(teams_of(crew, person))), None)
            if to is not None and kept and moved.record is not None:
                note_row(session, moved, person.account_id, NoteKind.TRANSFER, kept, at)
            self.tell_of(session, moved, crew, at, to)
            self.audit.append(session, acted, action.value, f"conversation:{conversation_id}", **_noted(to))
            return Told(conversation_id, _who_must_know(moved, holder, person.account_id)), moved.move

        told, made = await self.database.write(work)
        self.told(told)
        if made.is_recorded and made.after.owner is Owner.QUEUED:
            self.announce(conversation_id, made.after.team_id)
        return await self.chat(conversation_id)

    def _acts(self, session: Session, person: Person, *, takes: bool = False) -> None:
        """Whoever acts is there; whoever takes a conversation is there for citizens.

        Only after the conversation is locked: two that lock the same things in another order wait for each other.
        """
        row = ensure_agent(session, person.account_id)
        row.seen_at = self.now()
        if takes and row.presence is Presence.OFFLINE:
            row.presence = Presence.ONLINE
        session.flush()

    def _check(self, crew: Crew, to: Target | None, at: datetime) -> None:
        """That there is somebody to hand it to."""
        match to:
            case ToAgent(account_id):
                agent = crew.agent(account_id)
                if agent is None or not is_there(agent, at, self.patience.lost_after):
                    raise desk_error(AgentAway, agent.display_name if agent else "")
            case ToTeam(team_id) if crew.team(team_id) is None:
                raise desk_error(NoTeam)

    def _team_for(self, crew: Crew, record: HandoffRecord, at: datetime) -> int | None:
        need = Need(record.region, record.department, record.language)
        chosen = choose(crew, need, Now(at, self.calendar, self.patience.lost_after))
        team = chosen.team or chosen.would
        return team.id if team else None

    # --- saying --------------------------------------------------------------------------------------

    async def say(
        self, conversation_id: int, person: Person, external_id: str, text: str, cited: Cited | None = None
    ) -> StoredMessage:
        """Say something to the citizen. The same id again is the same message: it is stored and sent once.

        NotOpen when no person has the conversation, NotYours when somebody else has it.
        """
        at = self.now()

        def work(session: Session) -> tuple[StoredMessage, bool]:
            conversation, record = locked(session, conversation_id)
            known = _known(session, conversation_id, external_id)
            if known is not None:
                return stored_message(known, conversation.channel, conversation.sender), False
            self._acts(session, person)
            if record is None or record.state is not HandoffState.HUMAN:
                raise desk_error(NotOpen)
            if record.agent_id != person.account_id:
                raise desk_error(NotYours)
            note = _guide_note(session, cited)
            reply = Reply(
                outcome=Outcome.HANDOFF,
                text=text,
                guide=note,
                agent=AgentNote(name=person.display_name, number=person.number),
            )
            message = push(
                session,
                conversation,
                person.name,
                text,
                {**reply.public(), "desk": {"step": "said", "handoff_id": record.id}},
                at,
                external_id=external_id,
                guide=(cited.guide_id, cited.version, cited.aspect) if cited else None,
            )
            record.last_agent_at = at
            return stored_message(message, conversation.channel, conversation.sender), True

        message, is_new = await self.database.write(work)
        if is_new:
            self.told(Told(conversation_id, wakes=False))
        return message

    async def note(
        self, conversation_id: int, person: Person, text: str, *, whisper: bool = False
    ) -> DeskNote:
        """Write something that the citizen never sees, personal numbers masked."""
        at, kind = self.now(), NoteKind.WHISPER if whisper else NoteKind.NOTE

        def work(session: Session) -> tuple[DeskNote, int | None]:
            conversation, record = locked(session, conversation_id)
            row = DeskNoteRecord(
                conversation_id=conversation.id,
                handoff_id=record.id if record else None,
                account_id=person.account_id,
                kind=kind,
                text=mask(text).text,
                at=at,
            )
            session.add(row)
            session.flush()
            return note_of_row(row), record.agent_id if record else None

        note, holder = await self.database.write(work)
        is_for = whisper and holder is not None and holder != person.account_id
        notices = ((holder, "whisper"),) if is_for and holder is not None else ()
        self.told(Told(conversation_id, notices, queue=False))
        return note

    # --- being there ---------------------------------------------------------------------------------

    async def presence(self, person: Person, status: Presence) -> Agent:
        """Say whether one is there. Whoever goes offline loses their chats to the queue."""

        def work(session: Session) -> Agent:
            row = ensure_agent(session, person.account_id)
            row.presence, row.seen_at = status, self.now()
            session.flush()
            return _agent(session, person.account_id)

        agent = await self.database.write(work)
        self.hub.notify(QUEUE, agent_topic(person.account_id))
        self.wake()
        return agent

    async def heartbeat(self, person: Person) -> None:
        """Their console is open."""
        now = self.now()

        def work(session: Session) -> bool:
            row: DeskAgent = ensure_agent(session, person.account_id)
            was_lost = row.seen_at is None or now - row.seen_at > self.patience.lost_after
            row.seen_at = now
            return was_lost

        if await self.database.write(work):
            self.hub.notify(QUEUE)
            self.wake()


def _agent(session: Session, account_id: int) -> Agent:
    found = read_crew(session).agent(account_id)
    if found is None:
        raise NotFound("Nobody at the desk has this account.")
    return found


def _who_must_know(moved: Moved, holder: int | None, actor: int) -> tuple[tuple[int, str], ...]:
    """Whoever got it from somebody else, and whoever lost it to somebody else."""
    now = moved.move.after.agent_id
    got = ((now, "transferred"),) if now is not None and now != actor else ()
    lost = ((holder, "taken_by_other"),) if holder is not None and holder not in (now, actor) else ()
    return (*got, *lost)


def _where_to(to: Target | None) -> dict[str, object]:
    if isinstance(to, ToAuthority):
        return {"authority": to.name, "phone": to.phone, "guide_id": to.guide_id}
    return {}


def _noted(to: Target | None) -> dict[str, object]:
    """Of a transfer, in the audit log: to whom."""
    match to:
        case ToAgent(account_id):
            return {"account": account_id}
        case ToTeam(team_id):
            return {"team": team_id}
        case ToAuthority(name):
            return {"authority": name}
    return {}


def _known(session: Session, conversation_id: int, external_id: str) -> Message | None:
    query = select(Message).where(
        Message.conversation_id == conversation_id,
        Message.direction == Direction.OUT,
        Message.external_id == external_id,
    )
    return session.execute(query).scalar_one_or_none()


def _guide_note(session: Session, cited: Cited | None) -> GuideNote | None:
    """The guide a text is taken from, by its title; of one that is not published only the id is known."""
    if cited is None:
        return None
    if not cited.title:
        query = select(KnowledgeVersion.content).where(
            KnowledgeVersion.kind == "guide",
            KnowledgeVersion.key == cited.guide_id,
            KnowledgeVersion.status == KnowledgeStatus.PUBLISHED,
        )
        content = session.execute(query).scalar_one_or_none() or {}
        cited = replace(cited, title=str(content.get("task_name") or cited.guide_id))
    return GuideNote(id=cited.guide_id, title=cited.title, version=cited.version)


def note_row(
    session: Session, moved: Moved, account_id: int, kind: NoteKind, text: str, at: datetime
) -> None:
    """Write a note about a move."""
    handoff_id = moved.record.id if moved.record else None
    row = DeskNoteRecord(
        conversation_id=moved.conversation.id,
        handoff_id=handoff_id,
        account_id=account_id,
        kind=kind,
        text=text,
        at=at,
    )
    session.add(row)
