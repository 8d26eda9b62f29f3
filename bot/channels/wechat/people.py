"""What the channel keeps of a person beside the conversation: what may be sent, and what was shown so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.channels.wechat.window import Trigger, Window
from bot.store import Database
from bot.store.tables import DailyCount, WeChatWindow


class PeopleStore:
    """Every method is one transaction. People are named by pseudonym."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def did(self, sender: str, trigger: Trigger, now: datetime) -> None:
        """The person did something that lets us write."""
        await self._change(sender, lambda window: window.after(trigger, now), now)

    async def spent(self, sender: str, now: datetime) -> None:
        """One message was sent."""
        await self._change(sender, lambda window: window.spent(now), now)

    async def closed(self, sender: str, now: datetime) -> None:
        """The platform takes no more."""
        await self._change(sender, Window.closed, now)

    async def over(self, sender: str, now: datetime) -> None:
        """The platform takes no more, because the person wrote too long ago."""
        await self._change(sender, lambda window: window.over(now), now)

    async def window(self, sender: str) -> Window:
        """What may be sent."""

        def work(session: Session) -> Window:
            row = session.get(WeChatWindow, sender)
            return Window() if row is None else _window(row)

        return await self._database.read(work)

    async def more(self, sender: str) -> tuple[int, int] | None:
        """The reply that was cut off and the characters of it that were shown."""

        def work(session: Session) -> tuple[int, int] | None:
            row = session.get(WeChatWindow, sender)
            return None if row is None or row.more_id is None else (row.more_id, row.more_at)

        return await self._database.read(work)

    async def shown(self, sender: str, more: tuple[int, int] | None) -> None:
        """The last answer was shown, all of it or so far."""
        values = {"more_id": more and more[0], "more_at": more[1] if more else 0}
        statement = update(WeChatWindow).where(WeChatWindow.sender == sender).values(**values)
        await self._database.write(lambda session: session.execute(statement))

    async def forget(self, sender: str) -> None:
        """Delete it all."""
        statement = delete(WeChatWindow).where(WeChatWindow.sender == sender)
        await self._database.write(lambda session: session.execute(statement))

    async def count(self, name: str, number: int = 1) -> None:
        """Add to today's count of something."""
        today = datetime.now(UTC).date()

        def work(session: Session) -> None:
            make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            values = {"day": today, "name": name, "count": 0}
            session.execute(make(DailyCount).values(**values).on_conflict_do_nothing())
            here = (DailyCount.day == today) & (DailyCount.name == name)
            session.execute(update(DailyCount).where(here).values(count=DailyCount.count + number))

        await self._database.write(work)

    async def _change(self, sender: str, change: Callable[[Window], Window], now: datetime) -> None:
        def work(session: Session) -> None:
            row = session.get(WeChatWindow, sender, with_for_update=True)
            if row is None:
                row = _new_row(session, sender, now)
            changed = change(_window(row))
            row.message_left, row.message_until = changed.message_left, changed.message_until
            row.event_left, row.event_until = changed.event_left, changed.event_until
            row.updated_at = now

        await self._database.write(work)


def _new_row(session: Session, sender: str, now: datetime) -> WeChatWindow:
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"sender": sender, "message_left": 0, "event_left": 0, "more_at": 0, "updated_at": now}
    session.execute(make(WeChatWindow).values(**values).on_conflict_do_nothing())
    return session.get_one(WeChatWindow, sender, with_for_update=True)


def _window(row: WeChatWindow) -> Window:
    return Window(row.message_left, row.message_until, row.event_left, row.event_until)
