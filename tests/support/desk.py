"""A desk for tests of the channels: it knows of one conversation what the test tells it."""

from __future__ import annotations

from bot.channels.widget.floor import Floor
from bot.errors import PartUnavailable


class FakeDesk:
    """What the widget asks and what it tells."""

    def __init__(self) -> None:
        self.known = Floor()
        self.is_away = False
        self.typed: list[tuple[int, bool]] = []
        self.arrived: list[int] = []
        self.moves = 0

    async def floor(self, conversation_id: int) -> Floor:
        if self.is_away:
            raise PartUnavailable("The store is away.")
        return self.known

    def typing(self, conversation_id: int, *, on: bool) -> None:
        self.typed.append((conversation_id, on))

    def delivered(self, conversation_id: int) -> None:
        self.arrived.append(conversation_id)

    def came_or_went(self) -> None:
        self.moves += 1
