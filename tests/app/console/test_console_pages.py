"""The console's page and files: one page for every address, files kept for long, nothing outside the build."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.console import pages
from bot.front.main import init_app
from bot.settings import Settings

Client = Any


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build as Vite makes it."""
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / ".setup").mkdir()
    (built / ".setup" / "console.json").write_text("{}")
    (built / "index.html").write_text('<script type="module" src="/console/assets/a-1.js"></script>')
    (built / "assets" / "a-1.js").write_text("export {}")
    monkeypatch.setattr(pages, "DIST", built)
    return built


@pytest.fixture
async def client(tmp_path: Path, aiohttp_client: Any) -> Client:
    return await aiohttp_client(init_app(Settings(var_dir=tmp_path / "var")))


@pytest.mark.parametrize("path", ["", "desk", "desk/12", "accounts", "a/b/c/", "no such place"])
async def test_every_address_is_the_page(client: Client, dist: Path, path: str) -> None:
    response = await client.get(f"/console/{path}")
    assert response.status == 200
    assert response.content_type == "text/html"
    assert response.headers["Cache-Control"] == "no-cache"
    assert await response.text() == (dist / "index.html").read_text()


async def test_its_policy_allows_no_inline_script_and_no_frame(client: Client, dist: Path) -> None:
    headers = (await client.get("/console/")).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_the_short_address_leads_there(client: Client, dist: Path) -> None:
    response = await client.get("/console", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (308, "/console/")


async def test_files_of_the_build_are_kept_for_long(client: Client, dist: Path) -> None:
    response = await client.get("/console/assets/a-1.js")
    assert response.status == 200
    assert response.content_type in ("text/javascript", "application/javascript")
    assert "immutable" in response.headers["Cache-Control"]


async def test_a_build_under_a_running_front_is_seen(client: Client, dist: Path) -> None:
    assert (await client.get("/console/assets/b-2.js")).status == 404
    (dist / "assets" / "b-2.js").write_text("export {}")
    assert (await client.get("/console/assets/b-2.js")).status == 200


@pytest.mark.parametrize(
    "name", ["..%2findex.html", "..%2f.setup%2fconsole.json", "%2e%2e%2f..%2f..%2fpyproject.toml", "x.js", ""]
)
async def test_nothing_else_is_served(client: Client, dist: Path, name: str) -> None:
    response = await client.get(f"/console/assets/{name}")
    if name == "":  # no name of a file: an address of the page
        assert await response.text() == (dist / "index.html").read_text()
        return
    assert response.status == 404
    assert (await response.json())["error"]["code"] == "not_found"


async def test_without_a_build_it_says_the_mend(client: Client, dist: Path) -> None:
    (dist / "index.html").unlink()
    response = await client.get("/console/")
    assert response.status == 500
    assert "make setup" in (await response.json())["error"]["mend"]


@pytest.mark.skipif(not (pages.DIST / "index.html").is_file(), reason="the console is not built here")
def test_the_built_page_has_nothing_inline() -> None:
    page = (pages.DIST / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert "<style" not in page
    assert " style=" not in page
    assert re.findall(r"(?:src|href)=\"(?!/console/assets/)", page) == []
