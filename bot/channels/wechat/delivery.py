"""Handing replies over: into the platform's open request while there is time, else by customer service.

Each reply is claimed in the store before anything of it leaves, so of two paths only one has it. What
becomes of each is recorded: sent, or failed with a reason. What failed and has certainly not arrived waits
for the person's next message.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.channels.message import ChannelName, Deliver, Recorded, Reply, Turn
from bot.channels.wechat.busy import Busy
from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.errors import ApiFailed
from bot.channels.wechat.extras import Extras
from bot.channels.wechat.fate import Fate
from bot.channels.wechat.people import PeopleStore
from bot.channels.wechat.permission import Permission
from bot.channels.wechat.plan import Unit, plan
from bot.channels.wechat.sender import Sender
from bot.channels.wechat.slot import Slot, Written
from bot.channels.wechat.splitting import fits
from bot.channels.wechat.waiting import LEFT, WAITS, Waiting
from bot.channels.wechat.window import Trigger, Window
from bot.channels.wechat.words import WeChatWords
from bot.errors import BangbanError
from bot.store import ConversationStore

log = structlog.get_logger(__name__)

LATE = "late"
"""The reason of an answer that was not ready in time, for an account that can only respond."""
_OURS = 0
"""Stands for words of the channel that are no stored reply."""
_LONGEST_S = 8.5
"""Shorter than the conversation path waits for a delivery, so that what became of it is recorded here."""
_LAST_S = 0.5
"""So much of it is kept for recording."""
_SOON_S = 4.0
"""An extra is sent only when the answer itself took no longer."""


@dataclass(frozen=True, slots=True)
class Rules:
    """`public_url` is where people reach the front, "" when there are to be no links."""

    public_url: str
    msgmenu: bool


@dataclass(frozen=True, slots=True)
class _Job:
    """One delivery: to whom, what, what becomes of it, and until when messages are begun."""

    person: str
    sender: str
    units: Sequence[Unit]
    replies: Mapping[int, Reply]
    fate: Fate
    until: float

    @property
    def seconds_left(self) -> float:
        """How long a message that is begun now may take."""
        return self.until - time.monotonic()


class Delivery:
    """Delivers for one account."""

    def __init__(
        self,
        store: ConversationStore,
        people: PeopleStore,
        client: WeChatClient | None,
        permission: Permission,
        words: WeChatWords,
        rules: Rules,
        extras: Extras | None,
        name_of: Callable[[str], str],
    ) -> None:
        self._store = store
        self._people = people
        self._permission = permission
        self._words = words
        self._sender = Sender(client, people, permission, words, msgmenu=rules.msgmenu)
        self._waiting = Waiting(store, people, words, rules.public_url)
        self._extras = extras
        self._name_of = name_of
        self._busy = Busy()

    def to(
        self,
        person: str,
        slot: Slot | None = None,
        *,
        first: Callable[[], tuple[Trigger, datetime] | None] = lambda: None,
    ) -> Deliver:
        """The delivery to a person. `first`: what they did and when, if nothing was delivered after it yet."""

        async def deliver(turn: Turn) -> None:
            sender = self._name_of(person)
            if (did := first()) is not None:
                await self._people.did(sender, *did)
            await self._deliver(person, sender, slot, turn)
            raise Recorded

        return deliver

    def to_resumed(self, person: str) -> Deliver:
        """The delivery of what a stopped process left, which may have ended before it noted what was done."""
        deliver = self.to(person)

        async def with_window(turn: Turn) -> None:
            sender = self._name_of(person)
            said_at = (await self._store.exchange(turn.message_id)).question.created_at
            until = (await self._people.window(sender)).message_until
            if until is None or until < said_at + WAITS - timedelta(minutes=1):
                await self._people.did(sender, Trigger.MESSAGE, said_at)
            await deliver(turn)

        return with_window

    def is_kept_back(self, person: str) -> bool:
        """Whether the platform was too busy for something of a person's, and it is to be sent again."""
        return person in self._busy

    def forget(self, person: str) -> None:
        """The person left: nothing is remembered of them here."""
        self._busy.note(person, ())
        if self._extras is not None:
            self._extras.forget(person)

    def to_busy(self) -> list[tuple[str, Deliver]]:
        """People whom a busy platform kept something from, and the delivery of just that."""
        return [(person, self._again(person)) for person in self._busy.people()]

    def _again(self, person: str) -> Deliver:
        async def deliver(turn: Turn) -> None:
            sender = self._name_of(person)
            units = await self._waiting.kept_back(sender)
            mine = await self._store.claim([unit.id for unit in units], in_response=False, repeated=False)
            units = [unit for unit in units if unit.id in mine]
            if units:
                await self._work_off(person, sender, None, turn, units, set())
            else:
                self._busy.note(person, ())
            raise Recorded

        return deliver

    async def _deliver(self, person: str, sender: str, slot: Slot | None, turn: Turn) -> None:
        units, shown_before = await self._waiting.units(sender, turn)
        is_open = slot is not None and slot.is_open
        mine = await self._store.claim(
            [unit.id for unit in units if unit.id not in shown_before],
            in_response=is_open and fits("\n\n".join(unit.lead + unit.text for unit in units)),
            repeated=is_open and turn.duplicate,
        )
        units = [unit for unit in units if unit.id in mine or unit.id in shown_before]
        if not units:
            words = self._words_of_ours(turn)
            if words is None:
                return
            units = [Unit(_OURS, words)]
        began = time.monotonic()
        fate = await self._work_off(person, sender, slot, turn, units, shown_before)
        if turn.replies and not fate.failed and fate.more is None and time.monotonic() - began < _SOON_S:
            await self._send_extra(person, sender, turn.replies[-1].reply)

    def _words_of_ours(self, turn: Turn) -> str | None:
        """What is said when there is nothing to hand over; None: nothing is."""
        if turn.duplicate or turn.replies:
            return None
        if not turn.with_person:
            return self._words.nothing_waits
        return None if self._permission.is_on else self._words.with_person

    async def _work_off(
        self,
        person: str,
        sender: str,
        slot: Slot | None,
        turn: Turn,
        units: Sequence[Unit],
        shown_before: set[int],
    ) -> Fate:
        """Hand over what is claimed and record what became of it."""
        replies = {stored.message_id: stored.reply for stored in turn.replies}
        fate = Fate()
        job = _Job(person, sender, units, replies, fate, time.monotonic() + _LONGEST_S - _LAST_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_S):
                await self._hand_over(job, slot)
        fate.unknown(unit.id for unit in units)
        await self._record(sender, turn, fate, shown_before)
        self._busy.note(person, fate.failed.values())
        return fate

    async def _send_extra(self, person: str, sender: str, reply: Reply) -> None:
        """What may follow the answer, when one more message may be sent and no other answer needs it."""
        if self._extras is None or not self._permission.is_on:
            return
        if await self._store.is_answering(ChannelName.WECHAT, sender):
            return
        now = datetime.now(UTC)
        if (await self._people.window(sender)).budget(now) and await self._extras.send(person, reply):
            await self._people.spent(sender, now)

    async def _hand_over(self, job: _Job, slot: Slot | None) -> None:
        window = await self._people.window(job.sender)
        now = datetime.now(UTC)
        budget = window.budget(now) if self._permission.is_on else 0
        is_open = slot is not None and slot.is_open
        if not is_open and budget and await self._as_choices(job):
            return
        planned = plan(job.units, budget + is_open, self._words.more)
        fate = job.fate
        for unit in planned.left:
            fate.failed[unit] = LEFT if planned.messages else self._why_nothing(window, now)
        for number, message in enumerate(planned.messages):
            if number == 0 and is_open and slot is not None:
                written = await slot.hand_over(message.text)
                if written is Written.NO:  # the request is gone: all over again without it
                    fate.failed.clear()
                    await self._store.no_response([unit.id for unit in job.units if unit.id != _OURS])
                    await self._hand_over(job, None)
                    return
                if written is Written.UNSURE:
                    fate.cut_off(planned.messages)
                    return
            else:
                try:
                    await self._sender.send(job.person, job.sender, message.text, seconds=job.seconds_left)
                except ApiFailed as failed:
                    fate.stopped(planned.messages, number, failed)
                    return
            fate.took(message)

    def _why_nothing(self, window: Window, now: datetime) -> str:
        """The reason of a reply nothing of which could be sent, in the platform's codes where it has one."""
        if not self._permission.is_on:
            return LATE
        return "45015" if window.message_until is None or now >= window.message_until else "45047"

    async def _as_choices(self, job: _Job) -> bool:
        """Send a question with choices as a menu to tap; False when it is to be sent in words."""
        unit = job.units[0]
        reply = job.replies.get(unit.id) if len(job.units) == 1 else None
        if reply is None:
            return False
        try:
            if not await self._sender.send_choices(job.person, job.sender, reply, seconds=job.seconds_left):
                return False
        except ApiFailed as failed:
            if not failed.unsure:
                job.fate.failed[unit.id] = failed.reason
        else:
            job.fate.sent.add(unit.id)
        return True

    async def _record(self, sender: str, turn: Turn, fate: Fate, shown_before: set[int]) -> None:
        """Note in the store what became of each reply."""
        failed = {unit: reason for unit, reason in fate.failed.items() if unit not in shown_before | {_OURS}}
        if failed:
            reasons = sorted(set(failed.values()))
            log.warning("not_delivered", message_id=turn.message_id, reason=", ".join(reasons))
        try:
            await self._store.delivered([unit for unit in fate.sent if unit != _OURS])
            for unit, reason in failed.items():
                await self._store.undelivered([unit], reason)
            if shown_before <= fate.sent or fate.more is not None:
                await self._people.shown(sender, fate.more)
        except BangbanError as error:
            log.error("delivery_state_lost", message_id=turn.message_id, code=error.code)
