"""Handing replies over: into the platform's open request while there is time, else by customer service.

Each reply is claimed in the store before anything of it leaves, so of two paths only one has it. What
becomes of each is recorded: sent, or failed with a reason. What failed and has certainly not arrived waits
for the person's next message.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from bot.channels.message import ChannelName, Deliver, Recorded, Reply, Turn
from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.errors import ApiFailed, Then
from bot.channels.wechat.extras import Extras
from bot.channels.wechat.people import PeopleStore
from bot.channels.wechat.permission import Permission
from bot.channels.wechat.plan import Planned, Unit, plan
from bot.channels.wechat.render import choices_of, text_of
from bot.channels.wechat.slot import Slot, Written
from bot.channels.wechat.splitting import fits
from bot.channels.wechat.window import Trigger, Window
from bot.channels.wechat.words import WeChatWords
from bot.errors import BangbanError
from bot.store import ConversationStore
from bot.store.states import ARRIVAL_UNKNOWN, PARTLY_SENT, RESPONSE_UNKNOWN

log = structlog.get_logger(__name__)

LATE = "late"
"""The reason of an answer that was not ready in time, for an account that can only respond."""
_LEFT = "left"
"""The reason of a reply there was no room for."""
_OURS = 0
"""Stands for words of the channel that are no stored reply."""
_WAITS = timedelta(hours=48)
_MOST_WAITING = 5
_LONGEST_S = 8.5
"""Shorter than the conversation path waits for a delivery, so that what became of it is recorded here."""
_SEND_S = 7.0
_SOON_S = 4.0
"""An extra is sent only when the answer itself took no longer."""


@dataclass(frozen=True, slots=True)
class Rules:
    """`page_url` is where people reach the front, "" when there are to be no links."""

    public_url: str
    msgmenu: bool


@dataclass
class _Fate:
    """What became of the replies of one delivery."""

    sent: set[int] = field(default_factory=set)
    failed: dict[int, str] = field(default_factory=dict)
    more: tuple[int, int] | None = None


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
        self._client = client
        self._permission = permission
        self._words = words
        self._rules = rules
        self._extras = extras
        self._name_of = name_of
        self._msgmenu = rules.msgmenu

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
            if until is None or until < said_at + _WAITS - timedelta(minutes=1):
                await self._people.did(sender, Trigger.MESSAGE, said_at)
            await deliver(turn)

        return with_window

    async def _deliver(self, person: str, sender: str, slot: Slot | None, turn: Turn) -> None:
        units, shown_before = await self._units(sender, turn)
        is_open = slot is not None and slot.is_open
        mine = await self._store.claim(
            [unit.id for unit in units if unit.id not in shown_before],
            in_response=is_open and fits("\n\n".join(unit.lead + unit.text for unit in units)),
            repeated=is_open and turn.duplicate,
        )
        units = [unit for unit in units if unit.id in mine or unit.id in shown_before]
        if not units:
            if turn.duplicate or turn.replies:
                return
            units = [Unit(_OURS, self._words.nothing_waits)]
        replies = {stored.message_id: stored.reply for stored in turn.replies}
        fate, began = _Fate(), time.monotonic()
        try:
            async with asyncio.timeout(_LONGEST_S):
                await self._hand_over(person, sender, slot, units, replies, fate)
        except TimeoutError:
            pass
        for unit in units:
            if unit.id not in fate.sent and unit.id not in fate.failed:
                fate.failed[unit.id] = ARRIVAL_UNKNOWN
        await self._record(sender, turn, fate, shown_before)
        if turn.replies and not fate.failed and fate.more is None and time.monotonic() - began < _SOON_S:
            await self._send_extra(person, sender, turn.replies[-1].reply)

    async def _send_extra(self, person: str, sender: str, reply: Reply) -> None:
        """What may follow the answer, when one more message may be sent."""
        if self._extras is None or not self._permission.is_on:
            return
        now = datetime.now(UTC)
        if (await self._people.window(sender)).budget(now) and await self._extras.send(person, reply):
            await self._people.spent(sender, now)

    async def _units(self, sender: str, turn: Turn) -> tuple[list[Unit], set[int]]:
        """What is to be handed over, oldest first, and which of it was shown in part before."""
        own = [
            Unit(stored.message_id, text_of(stored.reply, self._words, self._rules.public_url))
            for stored in turn.replies
        ]
        if turn.duplicate:
            return own, set()
        ids = {unit.id for unit in own}
        since = datetime.now(UTC) - _WAITS
        waiting = [
            row for row in await self._store.waiting(ChannelName.WECHAT, sender, since) if row.id not in ids
        ]
        earlier = []
        for row in waiting[-_MOST_WAITING:]:
            text = text_of(Reply.read(row.payload), self._words, self._rules.public_url)
            is_asked_for = not turn.replies or row.reason == _LEFT
            earlier.append(Unit(row.id, text, lead="" if is_asked_for else f"{self._words.earlier}\n"))
        more = None if turn.replies else await self._people.more(sender)
        if more is None:
            return [*earlier, *own], set()
        exchange = await self._store.exchange(more[0])
        cut = next((row for row in exchange.replies if row.id == more[0]), None)
        if cut is None:
            return [*earlier, *own], set()
        whole = text_of(Reply.read(cut.payload), self._words, self._rules.public_url)
        return [Unit(cut.id, whole, more[1]), *earlier, *own], {cut.id}

    async def _hand_over(
        self,
        person: str,
        sender: str,
        slot: Slot | None,
        units: Sequence[Unit],
        replies: dict[int, Reply],
        fate: _Fate,
    ) -> None:
        window = await self._people.window(sender)
        now = datetime.now(UTC)
        budget = window.budget(now) if self._permission.is_on else 0
        is_open = slot is not None and slot.is_open
        if not is_open and budget and await self._as_choices(person, sender, units, replies, fate):
            return
        planned = plan(units, budget + is_open, self._words.more)
        for unit in planned.left:
            fate.failed[unit] = _LEFT if planned.messages else self._why_nothing(window, now)
        for number, message in enumerate(planned.messages):
            if number == 0 and is_open and slot is not None:
                written = await slot.hand_over(message.text)
                if written is Written.NO:  # the request is gone: all over again without it
                    fate.failed.clear()
                    await self._store.no_response([unit.id for unit in units if unit.id != _OURS])
                    await self._hand_over(person, sender, None, units, replies, fate)
                    return
                if written is Written.UNSURE:
                    self._stopped(planned.messages, number, ApiFailed("response", unsure=True), fate)
                    fate.failed.update(dict.fromkeys(message.complete, RESPONSE_UNKNOWN))
                    return
            else:
                try:
                    await self._send(person, sender, message.text)
                except ApiFailed as failed:
                    self._stopped(planned.messages, number, failed, fate)
                    return
            fate.sent.update(message.complete)
            if message.shown is not None:
                fate.sent.add(message.shown[0])
                fate.more = message.shown

    def _why_nothing(self, window: Window, now: datetime) -> str:
        """The reason of a reply nothing of which could be sent, in the platform's codes where it has one."""
        if not self._permission.is_on:
            return LATE
        return "45015" if window.message_until is None or now >= window.message_until else "45047"

    async def _send(self, person: str, sender: str, text: str) -> None:
        """One customer-service message, counted."""
        assert self._client is not None
        try:
            async with asyncio.timeout(_SEND_S):
                await self._client.send_text(person, text)
        except TimeoutError:
            raise ApiFailed("timeout", unsure=True) from None
        except ApiFailed as failed:
            await self._learn(sender, failed)
            raise
        await self._people.spent(sender, datetime.now(UTC))

    async def _learn(self, sender: str, failed: ApiFailed) -> None:
        """What an error says about the next message."""
        if failed.then is Then.CLOSED:
            await self._people.closed(sender, datetime.now(UTC))
        elif failed.code == 48001:
            self._permission.refused()

    def _stopped(self, messages: Sequence[Planned], number: int, failed: ApiFailed, fate: _Fate) -> None:
        """A message was not taken: what it and those after it hold has not arrived, or nobody knows."""
        begun = {message.begun for message in messages[:number]}
        for place, message in enumerate(messages[number:]):
            here = {*message.complete, message.begun, message.shown and message.shown[0]} - {None}
            for unit in here:
                if unit is None or unit in fate.failed:
                    continue
                if unit in begun:
                    fate.failed[unit] = f"{PARTLY_SENT} {failed.reason}"
                elif place == 0 and failed.unsure:
                    fate.failed[unit] = ARRIVAL_UNKNOWN
                else:
                    fate.failed[unit] = failed.reason

    async def _as_choices(
        self, person: str, sender: str, units: Sequence[Unit], replies: dict[int, Reply], fate: _Fate
    ) -> bool:
        """Send a question with choices as a menu to tap; False when it is to be sent in words."""
        reply = replies.get(units[0].id) if len(units) == 1 else None
        found = choices_of(reply) if self._msgmenu and reply is not None else None
        if found is None or not found[0] or not fits(found[0]) or self._client is None:
            return False
        try:
            await self._client.send_choices(person, found[0], found[1], self._words.choices_tail)
        except ApiFailed as failed:
            if failed.unsure:
                return True
            if failed.code in (40200, 45098):
                self._msgmenu = failed.code != 40200
                return False
            await self._learn(sender, failed)
            fate.failed[units[0].id] = failed.reason
            return True
        fate.sent.add(units[0].id)
        await self._people.spent(sender, datetime.now(UTC))
        return True

    async def _record(self, sender: str, turn: Turn, fate: _Fate, shown_before: set[int]) -> None:
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
