"""What the handlers of `/api/desk` share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.desk.assist import Assist
from bot.desk.console_words import load_console_words
from bot.desk.shapes import RegionNamed
from bot.errors import Conflict
from bot.pages.library import Library
from bot.pages.views import LIBRARY
from bot.staff.routing import Call
from bot.store.desk_canned import CannedStore
from bot.store.desk_teams import AT_DESK, TeamStore
from bot.store.staff_values import Role
from knowledge.regions import Gazetteer

__all__ = ["API", "AT_DESK", "SUPERVISORS", "DeskApi", "gazetteer", "named", "parts", "said_in_words"]

SUPERVISORS = frozenset({Role.SUPERVISOR, Role.ADMIN})


@dataclass(frozen=True)
class DeskApi:
    """The parts behind the API, made once by `bot.desk.api_running`."""

    teams: TeamStore
    canned: CannedStore
    assist: Assist


API = web.AppKey("desk_api", DeskApi)


def parts(call: Call) -> DeskApi:
    """The parts, for a handler."""
    return call.app[API]


async def gazetteer(call: Call) -> Gazetteer:
    """The published regions."""
    library: Library = call.app[LIBRARY]
    return (await library.catalog()).gazetteer


def named(places: Gazetteer, code: str | None) -> RegionNamed | None:
    """A region with its name; the code when it is not published any more."""
    if not code:
        return None
    return RegionNamed(code=code, name=places.display(code) if places.get(code) else code)


@contextmanager
def said_in_words() -> Iterator[None]:
    """A conflict the store found is told in the words staff read."""
    try:
        yield
    except Conflict as error:
        words = load_console_words().refusals.get(error.code)
        if words is None:
            raise
        raise type(error)(words.message, mend=words.mend) from None
