"""Puts the parts behind `/api/desk` together."""

from __future__ import annotations

import aiohttp

from bot.desk.api_parts import DeskApi
from bot.desk.assist import Assist
from bot.settings import Settings
from bot.staff.service import Staff
from bot.store import Database
from bot.store.desk_canned import CannedStore
from bot.store.desk_teams import TeamStore


def make_desk_api(
    settings: Settings, database: Database, session: aiohttp.ClientSession, staff: Staff
) -> DeskApi:
    """Everything the handlers need, over an open database and the front's connections."""
    return DeskApi(
        teams=TeamStore(database, staff.audit),
        canned=CannedStore(database, staff.audit),
        assist=Assist(session, settings.actions_url, settings.rasa_url, settings.rasa_token),
    )
