"""What becomes of the replies of one delivery: values, and what a message that was not taken means for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.channels.wechat.errors import ApiFailed
from bot.channels.wechat.plan import Planned
from bot.store.states import ARRIVAL_UNKNOWN, PARTLY_SENT, RESPONSE_UNKNOWN


@dataclass
class Fate:
    """By the ids of stored replies. `more`: the reply that goes on later, and the characters shown of it."""

    sent: set[int] = field(default_factory=set)
    failed: dict[int, str] = field(default_factory=dict)
    more: tuple[int, int] | None = None

    def took(self, message: Planned) -> None:
        """The platform took a message."""
        self.sent.update(message.complete)
        if message.shown is not None:
            self.sent.add(message.shown[0])
            self.more = message.shown

    def stopped(self, messages: Sequence[Planned], number: int, failed: ApiFailed) -> None:
        """A message was not taken: what it and those after it hold has not arrived, or nobody knows."""
        begun = {message.begun for message in messages[:number]}
        for place, message in enumerate(messages[number:]):
            here = {*message.complete, message.begun, message.shown and message.shown[0]} - {None}
            for unit in here:
                if unit is None or unit in self.failed:
                    continue
                if unit in begun:
                    self.failed[unit] = f"{PARTLY_SENT} {failed.reason}"
                elif place == 0 and failed.unsure:
                    self.failed[unit] = ARRIVAL_UNKNOWN
                else:
                    self.failed[unit] = failed.reason

    def cut_off(self, messages: Sequence[Planned]) -> None:
        """The first message was being written into the platform's request when that broke off."""
        self.stopped(messages, 0, ApiFailed("response", unsure=True))
        self.failed.update(dict.fromkeys(messages[0].complete, RESPONSE_UNKNOWN))

    def unknown(self, units: Iterable[int]) -> None:
        """Nothing was heard of these, so they may have arrived."""
        for unit in units:
            if unit not in self.sent:
                self.failed.setdefault(unit, ARRIVAL_UNKNOWN)
