"""What a route of the API says of itself: who may call it, with what, and what comes back.

The guard, the OpenAPI document and the tests of every right read nothing but this.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from bot.staff.query import Query
from bot.staff.service import Caller, SignedIn, Staff, Step
from bot.store.staff_values import Role

COOKIE = "bangban_staff"
FLOW_COOKIE = "bangban_staff_oidc"
"""Of a browser on its way to the identity provider and back."""
FLOW_S = 600
"""So long that way may take."""
CSRF_HEADER = "X-CSRF-Token"

EVERYBODY = frozenset(Role)
ADMINS = frozenset({Role.ADMIN})
NOBODY: frozenset[Role] = frozenset()


class Body(BaseModel):
    """What is sent: exactly these fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(BaseModel):
    """What comes back: every field, whether it has a default or not."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that passed the guard."""

    app: web.Application
    """Holds the front's other services, by their keys."""
    staff: Staff
    caller: Caller
    path: Mapping[str, int]
    """The numbers in the path."""
    query: Query | None
    body: Body | None
    signed_in: SignedIn | None
    cookie: str | None
    """The token the browser sent, valid or not."""
    flow: str | None
    """What it sent for its way to the identity provider and back."""

    @property
    def who(self) -> SignedIn:
        """Who calls; only on a route that is not public."""
        assert self.signed_in is not None
        return self.signed_in


@dataclass(frozen=True, slots=True)
class File:
    """A file to save: what is in it, and what it is called there."""

    content: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler hands back; the guard makes a response of it."""

    answer: Answer | None = None
    file: File | None = None
    token: str | None = None
    """A token to put into the browser."""
    flow: str | None = None
    """A token for the way to the identity provider and back; empty: take it away."""
    signed_out: bool = False


Handler = Callable[[Call], Awaitable[Reply]]
Upgrade = Callable[[Call, web.Request], Awaitable[web.StreamResponse]]
"""Serves a WebSocket until one side leaves."""
Owner = Callable[[Call], Awaitable[int]]


@dataclass(frozen=True)
class Route:
    """One address and method."""

    method: str
    path: str
    """With `{name}` for numbers."""
    name: str
    summary: str
    handler: Handler | None
    """None: it is a WebSocket, and `upgrade` serves it."""
    roles: frozenset[Role] = EVERYBODY
    """May call it, whosever the thing is that the path names."""
    own: frozenset[Role] = NOBODY
    """May call it as well when the thing is their own."""
    owner: Owner | None = None
    """Whose the thing is that the path names: the id of an account."""
    body: type[Body] | None = None
    query: type[Query] | None = None
    answer: type[Answer] | None = None
    file: str | None = None
    """The content type of the file that comes back in place of an answer."""
    status: int = 200
    steps: frozenset[Step] = field(default_factory=frozenset)
    """May be called while one of these is still missing to be signed in …"""
    when_signed_in: bool = True
    """… and by those who miss nothing."""
    public: bool = False
    """Needs no session."""
    upgrade: Upgrade | None = None
    """Serves a WebSocket; `answer` holds the frames it sends."""

    @property
    def changes(self) -> bool:
        """Whether it must be shown that a page of ours sends it."""
        return self.method not in ("GET", "HEAD")

    @property
    def needs_origin(self) -> bool:
        """Whether a page of another site could make a browser call it with our cookie, and gain by it."""
        return self.changes or self.upgrade is not None
