"""Under which key the front keeps the desk."""

from __future__ import annotations

from aiohttp import web

from bot.desk.service import DeskService

DESK = web.AppKey("desk", DeskService)
