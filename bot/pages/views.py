"""The addresses of the pages. Every page is made anew from the store and checked for change by its ETag."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import wraps
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import structlog
from aiohttp import web

from bot.errors import BangbanError, NotFound
from bot.pages.browse import browse
from bot.pages.guide_page import guide_page, region_words
from bot.pages.library import GuideEdition, Library
from bot.pages.picture import Pictures, flow_svg
from bot.pages.words import load_page_words
from knowledge.checklist import Case, checklist, deciding, picked, read_chosen
from knowledge.flow import has_flow, steps_of
from knowledge.model import Guide

log = structlog.get_logger(__name__)

LIBRARY = web.AppKey("library", Library)
PICTURES = web.AppKey("pictures", Pictures)

_FILES = {path.name: path for path in (Path(__file__).parent / "static").iterdir()}
_CHINA = timezone(timedelta(hours=8))
_MOST_PAGES = 100_000
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_PICTURE_POLICY = "default-src 'none'; frame-ancestors 'none'"

Handler = Callable[[web.Request], Awaitable[web.Response]]


def in_words(handler: Handler) -> Handler:
    """Answer a page that is missing, or that cannot be made now, with a page that says so."""

    @wraps(handler)
    async def answered(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except NotFound:
            return _page(request, "missing.html.j2", {"down": False}, status=404)
        except BangbanError as error:
            log.error("refused", code=error.code, message=error.message)
            return _page(request, "missing.html.j2", {"down": True}, status=error.status)

    return answered


async def static_file(request: web.Request) -> web.StreamResponse:
    """A file of the pages; only those that are known by name."""
    path = _FILES.get(request.match_info["name"])
    if path is None:
        raise NotFound("There is no such file.")
    return web.FileResponse(path)


@in_words
async def guides(request: web.Request) -> web.Response:
    """All matters with a guide, by category, with a search in their names."""
    catalog = await request.app[LIBRARY].catalog()
    query, category = request.query.get("q", "").strip()[:60], request.query.get("category", "")[:60]
    page = _number(request.query.get("page", "")) or 1
    listing = browse(catalog.items, catalog.heads.values(), query=query, category=category, page=page)
    values = {"listing": listing, "query": query, "category": category, "catalog": catalog}
    return _page(request, "guides.html.j2", values)


@in_words
async def guide(request: web.Request) -> web.Response:
    """The whole guide."""
    edition = await _edition(request)
    catalog = await request.app[LIBRARY].catalog()
    page = guide_page(edition, catalog, load_page_words(), _today())
    values = {"page": page, "steps": steps_of(edition.guide), "has_flow": has_flow(edition.guide)}
    listed = checklist([Case(edition.guide)])
    situations = deciding(edition.guide)
    return _page(request, "guide.html.j2", values | {"listed": listed, "situations": situations})


@in_words
async def guide_checklist(request: web.Request) -> web.Response:
    """What to bring, for the situations named in the address."""
    edition = await _edition(request)
    catalog = await request.app[LIBRARY].catalog()
    chosen = read_chosen(edition.guide, request.query.getall("situation", [])[:20])
    values = {
        "page": guide_page(edition, catalog, load_page_words(), _today()),
        "listed": checklist([Case(edition.guide, chosen)]),
        "situations": deciding(edition.guide),
        "chosen": chosen,
        "picked": picked(edition.guide, chosen),
    }
    return _page(request, "checklist.html.j2", values)


async def flow_chart_svg(request: web.Request) -> web.Response:
    """The process as a drawing."""
    return _picture(request, (await _drawing(request)).encode(), "image/svg+xml")


async def flow_chart_png(request: web.Request) -> web.Response:
    """The process as a picture."""
    png = await request.app[PICTURES].png(await _drawing(request))
    if png is None:
        raise NotFound("The process is too long for a picture.", mend="Show its steps as text.")
    return _picture(request, png, "image/png")


@in_words
async def bundles(request: web.Request) -> web.Response:
    """All 一件事."""
    catalog = await request.app[LIBRARY].catalog()
    found = tuple(catalog.bundles.values())
    return _page(request, "bundles.html.j2", {"bundles": found, "catalog": catalog})


@in_words
async def bundle(request: web.Request) -> web.Response:
    """One 一件事: its matters and one list of what to bring."""
    library = request.app[LIBRARY]
    catalog = await library.catalog()
    found = catalog.bundles.get(request.match_info["id"])
    if found is None:
        raise NotFound("There is no such bundle.")
    editions = {guide_id: await library.guide(guide_id) for guide_id in found.guides}
    there = [edition.guide for edition in editions.values() if edition is not None]
    asked = request.query.getall("situation", [])[:60]
    cases = [Case(one, _chosen_of(one, asked)) for one in there]
    values = {
        "bundle": found,
        "region": region_words(found.region, catalog, load_page_words().say),
        "guides": there,
        "gone": [guide_id for guide_id, edition in editions.items() if edition is None],
        "listed": checklist(cases),
        "cases": [(case, deciding(case.guide), picked(case.guide, case.chosen)) for case in cases],
    }
    return _page(request, "bundle.html.j2", values)


def _chosen_of(one: Guide, asked: list[str]) -> dict[str, str]:
    """The choices of one guide among those of several: `guide id:kind=llc`."""
    start = f"{one.id}:"
    return read_chosen(one, [value.removeprefix(start) for value in asked if value.startswith(start)])


async def _edition(request: web.Request) -> GuideEdition:
    """The guide of the address; NotFound when the public never saw it."""
    wanted = request.query.get("version", "")
    version = _number(wanted)
    if wanted and version is None:
        raise NotFound("There is no such version.")
    edition = await request.app[LIBRARY].guide(request.match_info["id"], version)
    if edition is None:
        raise NotFound("There is no such guide.")
    return edition


async def _drawing(request: web.Request) -> str:
    drawing = flow_svg((await _edition(request)).guide, load_page_words())
    if drawing is None:
        raise NotFound("This guide has no process to draw.", mend="Show its steps as text.")
    return drawing


def _number(text: str) -> int | None:
    """A small number of an address; anything else is none."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_PAGES))
    return int(text) if is_number and int(text) > 0 else None


def _today() -> date:
    return datetime.now(UTC).astimezone(_CHINA).date()


def _page(
    request: web.Request, template: str, values: Mapping[str, Any], *, status: int = 200
) -> web.Response:
    html = aiohttp_jinja2.render_string(template, request, values).encode()
    headers = {"Content-Security-Policy": _POLICY, "Content-Language": "zh-CN"}
    return _answer(request, html, "text/html", headers, status=status)


def _picture(request: web.Request, body: bytes, kind: str) -> web.Response:
    """Shown on other sites as well (the widget), so they may embed it; it can run nothing there."""
    headers = {"Content-Security-Policy": _PICTURE_POLICY, "Cross-Origin-Resource-Policy": "cross-origin"}
    return _answer(request, body, kind, headers)


def _answer(
    request: web.Request, body: bytes, kind: str, headers: dict[str, str], *, status: int = 200
) -> web.Response:
    charset = "utf-8" if kind == "text/html" else None
    if status != 200:
        return web.Response(body=body, status=status, content_type=kind, charset=charset, headers=headers)
    etag = hashlib.sha256(body).hexdigest()[:32]
    headers["Cache-Control"] = "no-cache"
    known = {tag.value for tag in request.if_none_match or ()}
    is_known = bool(known & {etag, "*"})
    response = web.Response(status=304 if is_known else 200, headers=headers)
    if not is_known:
        response.body, response.content_type, response.charset = body, kind, charset
    response.etag = etag
    return response
