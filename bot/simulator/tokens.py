"""Access tokens: the two ways to get one do not disturb each other, an old one works on for five minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.simulator.codes import Refused

LIFE_S = 7200.0
OVERLAP_S = 300.0
_FORCED_A_DAY = 20
_FORCED_APART_S = 30.0
_STABLE_A_MINUTE = 10_000


@dataclass(slots=True)
class _Token:
    value: str
    issued: float
    expires: float
    """Nobody may use it afterwards."""


class Tokens:
    """The tokens of one account."""

    def __init__(self) -> None:
        self.life_s = LIFE_S
        self._plain: _Token | None = None
        self._stable: _Token | None = None
        self._known: dict[str, _Token] = {}
        self._forced: list[float] = []
        self._stable_calls: list[float] = []

    def plain(self, now: float) -> tuple[str, int]:
        """`/cgi-bin/token`: always a new one; the one before runs out. Out: token, seconds."""
        self._plain = self._renewed(self._plain, now)
        return self._plain.value, int(self.life_s)

    def stable(self, now: float, *, force: bool) -> tuple[str, int]:
        """`/cgi-bin/stable_token`: the same one until five minutes before its end, unless forced."""
        self._stable_calls = [at for at in self._stable_calls if now - at < 60]
        if len(self._stable_calls) >= _STABLE_A_MINUTE:
            raise Refused(45011)
        self._stable_calls.append(now)
        if force:
            self._forced = [at for at in self._forced if now - at < 86400]
            if self._forced and now - self._forced[-1] < _FORCED_APART_S:
                raise Refused(45011)
            if len(self._forced) >= _FORCED_A_DAY:
                raise Refused(45009)
            self._forced.append(now)
        current = self._stable
        overlap = min(OVERLAP_S, self.life_s / 4)
        if current is None or force or current.expires - now < overlap:
            current = self._renewed(current, now)
            self._stable = current
        return current.value, max(0, int(current.expires - now))

    def check(self, value: str, now: float) -> None:
        """Refused when nothing may be done with this token."""
        if not value:
            raise Refused(41001)
        if len(value) < 32 or not value.isascii():
            raise Refused(40014)
        token = self._known.get(value)
        if token is None:
            raise Refused(40001)
        if token.expires <= now:
            raise Refused(42001)

    def revoke(self) -> None:
        """Every token is worthless from now on, as after another program asked for one."""
        self._known.clear()
        self._plain = self._stable = None

    def _renewed(self, before: _Token | None, now: float) -> _Token:
        if before is not None:
            before.expires = min(before.expires, now + OVERLAP_S)
        token = _Token("99_" + secrets.token_urlsafe(96), now, now + self.life_s)
        self._known[token.value] = token
        self._known = {value: one for value, one in self._known.items() if now - one.expires < 86400}
        return token
