"""The chat page: its files, and what its policy and its markup promise."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from bot.front.views import STATIC
from tests.app.front.conftest import Front

NOTICE = "智能助手，回答由AI检索办事指南生成，以窗口答复为准"


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


async def test_the_page_is_there_with_the_notice(front: Front) -> None:
    response = await front.client.get("/")

    assert (response.status, response.content_type) == (200, "text/html")
    assert NOTICE in await response.text()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("chat.js", "javascript"), ("chat.css", "text/css"), ("logo.svg", "image/svg+xml")],
)
async def test_its_files_are_there_and_checked_for_newer_ones(front: Front, name: str, kind: str) -> None:
    response = await front.client.get(f"/static/{name}")

    assert response.status == 200
    assert kind in response.headers["Content-Type"]
    assert response.headers["Cache-Control"] == "no-cache"
    again = await front.client.get(f"/static/{name}", headers={"If-None-Match": response.headers["Etag"]})
    assert again.status == 304


async def test_every_address_in_the_page_is_served_here(front: Front) -> None:
    page = Tags((STATIC / "index.html").read_text(encoding="utf-8"))
    addresses = [tag.get("src") or tag.get("href") or "" for _, tag in page.tags]
    own = [address for address in addresses if address.startswith("/")]

    assert len(own) >= 4
    for address in own:
        assert (await front.client.get(address)).status == 200
    assert not [address for address in addresses if "//" in address], "nothing comes from other hosts"


async def test_the_policy_allows_nothing_inline(front: Front) -> None:
    policy = (await front.client.get("/")).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = Tags((STATIC / "index.html").read_text(encoding="utf-8"))
    assert page.named("style") == []
    assert [script for script in page.named("script") if "src" not in script] == []
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]


def test_what_was_said_never_becomes_markup() -> None:
    script = (STATIC / "chat.js").read_text(encoding="utf-8")

    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("):
        assert way not in script


def test_every_template_the_script_copies_is_in_the_page() -> None:
    script = (STATIC / "chat.js").read_text(encoding="utf-8")
    page = Tags((STATIC / "index.html").read_text(encoding="utf-8"))
    there = {template["id"] for template in page.named("template")}
    used = set(re.findall(r'(?<!\.)\b(?:copy|add|offerAgain)\("([a-z-]+)"', script))

    assert used == there


def test_the_page_can_be_used_without_seeing_it() -> None:
    page = Tags((STATIC / "index.html").read_text(encoding="utf-8"))
    ids = [tag["id"] for _, tag in page.tags if "id" in tag]

    assert page.named("html")[0]["lang"] == "zh-CN"
    assert len(ids) == len(set(ids))
    assert [tag for _, tag in page.tags if tag.get("role") == "log" and tag.get("aria-label")]
    assert page.named("label")[0]["for"] == "say"
    assert all("alt" in image for image in page.named("img"))
