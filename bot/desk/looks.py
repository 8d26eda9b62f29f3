"""Who looked into which chat: noted in the audit log, one look once."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.store.audit import AuditLog
from bot.store.staff_values import Act, Action

ONE_LOOK_S = 300.0
"""A page that is loaded again, or a socket that comes back, within this time belongs to the same look."""
_FORGET_EVERY = 512


class Looks:
    """One for each front."""

    def __init__(self, audit: AuditLog, clock: Callable[[], float] = time.monotonic) -> None:
        self._audit = audit
        self._clock = clock
        self._noted: dict[tuple[int, int], float] = {}

    async def chat(self, conversation_id: int, act: Act) -> None:
        """Somebody reads a conversation: noted before it is shown to them."""
        now, key = self._clock(), (act.actor_id or 0, conversation_id)
        before = self._noted.get(key)
        if before is None or now - before > ONE_LOOK_S:
            await self._audit.record(act, Action.CHAT_READ.value, f"conversation:{conversation_id}")
        self._noted[key] = now
        if len(self._noted) % _FORGET_EVERY == 0:
            self._noted = {one: at for one, at in self._noted.items() if now - at <= ONE_LOOK_S}
