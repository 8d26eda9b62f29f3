"""Puts the parts behind `/api/desk` together."""

from __future__ import annotations

from bot.channels.message import ChannelName
from bot.channels.widget.hub import Hub
from bot.desk.api_parts import DeskApi, Online, Types
from bot.desk.assist import Assist
from bot.desk.console_words import load_console_words
from bot.desk.hub import QUEUE
from bot.desk.looks import Looks
from bot.desk.service import DeskService
from bot.desk.values import ChatState
from bot.pages.library import Library
from bot.staff.service import Staff
from bot.store import Database, RatingStore
from bot.store.desk_canned import CannedStore
from bot.store.desk_messages import ChatMessages
from bot.store.desk_teams import TeamStore


def make_desk_api(
    service: DeskService,
    database: Database,
    staff: Staff,
    assist: Assist,
    library: Library,
    widget: Hub,
) -> DeskApi:
    """Everything the handlers need."""
    made = DeskApi(
        service=service,
        hub=service.hub,
        teams=TeamStore(database, staff.audit),
        canned=CannedStore(database, staff.audit),
        messages=ChatMessages(database),
        ratings=RatingStore(database),
        assist=assist,
        library=library,
        looks=Looks(staff.audit),
        online=_online(widget),
        types=_types(widget),
        words=load_console_words(),
    )

    def moved(sender: str | None) -> None:
        if sender is None or made.lists.shows(sender):
            service.hub.look(QUEUE)

    widget.moved = moved
    return made


def _online(widget: Hub) -> Online:
    """Whether the citizen has the widget open, on whatever front."""

    def online(chat: ChatState) -> bool | None:
        return widget.is_there(chat.sender) if chat.channel == ChannelName.WIDGET else None

    return online


def _types(widget: Hub) -> Types:
    """The citizen sees that the person who has the chat types."""

    def types(channel: str, sender: str, on: bool) -> None:
        if channel == ChannelName.WIDGET:
            widget.tell(sender, {"type": "typing", "who": "agent", "on": on})

    return types
