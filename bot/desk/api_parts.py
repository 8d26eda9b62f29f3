"""What the handlers of `/api/desk` share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from aiohttp import web

from bot.desk.assist import Assist
from bot.desk.console_words import ConsoleWords, load_console_words
from bot.desk.hub import DeskHub
from bot.desk.lists import Lists
from bot.desk.looks import Looks
from bot.desk.seeing import may_see
from bot.desk.service import DeskService
from bot.desk.shapes import ChatSummary, RegionNamed
from bot.desk.shown import Regions, summary
from bot.desk.values import AgentRef, ChatState, Person
from bot.errors import Conflict, NotFound
from bot.pages.library import Library
from bot.staff.routing import Call
from bot.store import RatingStore
from bot.store.desk_canned import CannedStore
from bot.store.desk_messages import ChatMessages, Holding
from bot.store.desk_teams import AT_DESK, TeamStore
from bot.store.desk_values import Agent
from bot.store.staff_values import Account, Role
from knowledge.regions import Gazetteer

__all__ = ["API", "AT_DESK", "SUPERVISORS", "DeskApi", "parts", "region_named", "said_in_words"]

SUPERVISORS = frozenset({Role.SUPERVISOR, Role.ADMIN})
AGENTS = frozenset({Role.AGENT})

Online = Callable[[ChatState], bool | None]
"""Whether the citizen of a chat has it open; None: that cannot be known."""

Types = Callable[[str, str, bool], None]
"""Channel and sender of a chat, and whether the person who has it types."""


@dataclass(frozen=True)
class DeskApi:
    """The parts behind the API, made once by `bot.desk.api_running`."""

    service: DeskService
    hub: DeskHub
    teams: TeamStore
    canned: CannedStore
    messages: ChatMessages
    ratings: RatingStore
    assist: Assist
    library: Library
    looks: Looks
    online: Online
    types: Types
    words: ConsoleWords

    async def places(self) -> Gazetteer:
        """The published regions."""
        return (await self.library.catalog()).gazetteer

    async def regions(self) -> Regions:
        """Regions with their names."""
        places = await self.places()
        return lambda code: region_named(places, code)

    async def person(self, account: Account) -> Person:
        """Who acts."""
        return person_of(account, await self.teams.agent(account.id))

    async def serves(self, account: Account) -> frozenset[int]:
        """The teams whose queues somebody serves; whoever is in no team serves the default one's."""
        own = (await self.teams.agent(account.id)).teams
        if own:
            return frozenset(own)
        return frozenset(team.id for team in await self.teams.teams() if team.is_default)

    async def held(self, conversation_id: int) -> Holding:
        """Who has a conversation; NotFound without it."""
        found = await self.messages.holding(conversation_id)
        if found is None:
            raise NotFound("There is no such chat.")
        return found

    async def sees(self, account: Account, conversation_id: int) -> bool:
        """Whether somebody may read a chat; NotFound without it."""
        held = await self.held(conversation_id)
        return may_see(await self.person(account), held, await self.serves(account))

    async def people(self) -> dict[int, AgentRef]:
        """Everybody at the desk by name."""
        return {
            one.account_id: AgentRef(one.account_id, one.display_name, one.number)
            for one in await self.teams.agents()
        }

    @cached_property
    def lists(self) -> Lists:
        """The desk as all consoles of this front are shown it."""
        return Lists(self.service, self.summaries)

    async def summaries(self, chats: Sequence[ChatState]) -> tuple[ChatSummary, ...]:
        """Chats as lines of a list."""
        regions = await self.regions()
        return tuple(summary(chat, regions, self.online(chat)) for chat in chats)


API = web.AppKey("desk_api", DeskApi)


def parts(call: Call) -> DeskApi:
    """The parts, for a handler."""
    return call.app[API]


def person_of(account: Account, agent: Agent) -> Person:
    """A member of staff as the desk knows who acts."""
    return Person(account.id, account.name, account.display_name, agent.number, account.role)


def region_named(places: Gazetteer, code: str | None) -> RegionNamed | None:
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
