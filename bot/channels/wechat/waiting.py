"""What is to be handed over to a person: the replies of now, what failed before, the rest of a long answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.channels.message import ChannelName, Reply, Turn
from bot.channels.wechat.busy import BUSY
from bot.channels.wechat.people import PeopleStore
from bot.channels.wechat.plan import Unit
from bot.channels.wechat.render import text_of
from bot.channels.wechat.words import WeChatWords
from bot.store import ConversationStore

LEFT = "left"
"""The reason of a reply there was no room for."""
WAITS = timedelta(hours=48)
"""So long a reply that did not arrive is worth having."""
_MOST_WAITING = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """Finds it in the store."""

    store: ConversationStore
    people: PeopleStore
    words: WeChatWords
    public_url: str

    async def units(self, sender: str, turn: Turn) -> tuple[list[Unit], set[int]]:
        """What is to be handed over, oldest first, and which of it was shown in part before."""
        own = [Unit(stored.message_id, self._text(stored.reply)) for stored in turn.replies]
        if turn.duplicate:
            return own, set()
        is_asked_for = not turn.replies and not turn.with_person
        earlier = await self._earlier(sender, {unit.id for unit in own}, is_asked_for=is_asked_for)
        rest = await self._rest(sender) if is_asked_for else None
        if rest is None:
            return [*earlier, *own], set()
        return [rest, *earlier, *own], {rest.id}

    async def kept_back(self, sender: str) -> list[Unit]:
        """What the platform was too busy to take, oldest first."""
        rows = await self.store.waiting(ChannelName.WECHAT, sender, datetime.now(UTC) - WAITS)
        return [Unit(row.id, self._text(Reply.read(row.payload))) for row in rows if row.reason in BUSY]

    async def _earlier(self, sender: str, own: set[int], *, is_asked_for: bool) -> list[Unit]:
        """Replies that failed before; said to be so, unless the person asks for what waits."""
        rows = await self.store.waiting(ChannelName.WECHAT, sender, datetime.now(UTC) - WAITS)
        units = []
        for row in [row for row in rows if row.id not in own][-_MOST_WAITING:]:
            lead = "" if is_asked_for or row.reason == LEFT else f"{self.words.earlier}\n"
            units.append(Unit(row.id, self._text(Reply.read(row.payload)), lead=lead))
        return units

    async def _rest(self, sender: str) -> Unit | None:
        """The answer that was cut off, from where it was cut."""
        more = await self.people.more(sender)
        if more is None:
            return None
        exchange = await self.store.exchange(more[0])
        cut = next((row for row in exchange.replies if row.id == more[0]), None)
        return None if cut is None else Unit(cut.id, self._text(Reply.read(cut.payload)), more[1])

    def _text(self, reply: Reply) -> str:
        return text_of(reply, self.words, self.public_url)
