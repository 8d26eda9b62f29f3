"""The citizens who use the account."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field

from bot.simulator.windows import Grants


@dataclass(slots=True)
class Person:
    """One citizen, as the platform knows them."""

    openid: str
    name: str
    follows: bool = True
    ever_followed: bool = True
    grants: Grants = ()
    last_act: float = 0.0
    typing_until: float = 0.0
    refuses: bool = False


def openid_of(app_id: str, name: str) -> str:
    """The OpenID of a person with an account: the same each time, different for every account."""
    digest = hashlib.sha256(f"{app_id}\n{name}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]


@dataclass(slots=True)
class People:
    """Everyone, by OpenID, in the order they came."""

    app_id: str
    _known: dict[str, Person] = field(default_factory=dict)

    def named(self, name: str) -> Person:
        """The person of this name, new when need be."""
        openid = openid_of(self.app_id, name)
        return self._known.setdefault(openid, Person(openid, name))

    def get(self, openid: object) -> Person | None:
        """The person with this OpenID."""
        return self._known.get(openid) if isinstance(openid, str) else None

    def all(self) -> tuple[Person, ...]:
        """Everyone."""
        return tuple(self._known.values())
