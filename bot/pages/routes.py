"""The addresses of the pages, and what they need."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp_jinja2
from aiohttp import web
from jinja2 import FileSystemLoader, StrictUndefined

from bot.front.keys import DATABASE
from bot.pages import links, views
from bot.pages.guide_page import region_words
from bot.pages.library import Library
from bot.pages.picture import Pictures
from bot.pages.words import load_page_words

_TEMPLATES = Path(__file__).parent / "templates"


def set_up_pages(app: web.Application) -> None:
    """Name the addresses and load the templates."""
    aiohttp_jinja2.setup(
        app,
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment = aiohttp_jinja2.get_env(app)
    environment.globals["say"] = load_page_words().say
    for tool in (links.guide_path, links.bundle_path, links.browse_path, links.outside, links.with_phones):
        environment.globals[tool.__name__] = tool
    app[views.PICTURES] = Pictures()
    environment.globals["region_words"] = region_words
    app.router.add_get("/pages/{name}", views.static_file)
    app.router.add_get("/guides", views.guides)
    app.router.add_get("/guides/{id}", views.guide)
    app.router.add_get("/guides/{id}/checklist", views.guide_checklist)
    app.router.add_get("/guides/{id}/flow.svg", views.flow_chart_svg)
    app.router.add_get("/guides/{id}/flow.png", views.flow_chart_png)
    app.router.add_get("/bundles", views.bundles)
    app.router.add_get("/bundles/{id}", views.bundle)


async def library(app: web.Application) -> AsyncIterator[None]:
    """What the pages read, once the store is open."""
    app[views.LIBRARY] = Library(app[DATABASE])
    yield
