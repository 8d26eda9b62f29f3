"""What the application holds, under typed keys. `CONVERSATIONS` is in `bot.channels.rest`."""

from __future__ import annotations

import aiohttp
from aiohttp import web
from redis.asyncio import Redis

from bot.front.health import Health
from bot.settings import Settings
from bot.store import Database

SETTINGS = web.AppKey("settings", Settings)
DATABASE = web.AppKey("database", Database)
HTTP = web.AppKey("http", aiohttp.ClientSession)
REDIS = web.AppKey("redis", Redis)
"""Only there when `REDIS_URL` is set."""
HEALTH = web.AppKey("health", Health)
