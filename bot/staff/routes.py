"""Every address under `/api`, in one list. Other parts of the console add theirs to it."""

from __future__ import annotations

from aiohttp import web

from bot.desk import api_canned, api_chats, api_help, api_me, api_regions, api_teams, api_tickets, socket
from bot.review import api_figures, api_finding, api_judging, api_proposals
from bot.staff import api_accounts, api_oidc, api_own
from bot.staff.door import guarded
from bot.staff.openapi import document
from bot.staff.routing import Call, Reply, Route
from bot.staff.shapes import OpenApi


async def _openapi(_call: Call) -> Reply:
    return Reply(OpenApi(**document(ROUTES)))


ROUTES: tuple[Route, ...] = (
    *api_own.ROUTES,
    *api_oidc.ROUTES,
    *api_accounts.ROUTES,
    *api_me.ROUTES,
    *api_chats.ROUTES,
    *api_help.ROUTES,
    *api_canned.ROUTES,
    *api_tickets.ROUTES,
    *socket.ROUTES,
    *api_teams.ROUTES,
    *api_regions.ROUTES,
    *api_finding.ROUTES,
    *api_judging.ROUTES,
    *api_proposals.ROUTES,
    *api_figures.ROUTES,
    Route("GET", "/api/openapi.json", "openapi", "This document", _openapi, answer=OpenApi),
)


def set_up_staff_routes(app: web.Application) -> None:
    """Name the addresses; each is reached through its guard alone."""
    for route in ROUTES:
        if route.method == "GET":
            app.router.add_get(route.path, guarded(route), allow_head=False)
        else:
            app.router.add_route(route.method, route.path, guarded(route))
