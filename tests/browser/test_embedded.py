"""On another site: by script tag, and in a frame. The site's policy is strict and knows nothing of us but our address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, Frame, Page, expect

from tests.browser.conftest import Chat, Front, no_trouble, screenshot

PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>某地网站</title>
<style nonce="site">button { all: revert; background: red !important } p { font-size: 60px }</style></head>
<body><h1>某地网站</h1>%s</body></html>"""

LITS_OWN = {"litElementVersions", "litHtmlVersions", "reactiveElementVersions", "litPropertyMetadata"}


@asynccontextmanager
async def site(front: Front, body: str) -> AsyncIterator[str]:
    """Another site with a strict policy; out: its address (another host name, so another site)."""
    policy = (
        f"default-src 'none'; script-src {front.url}; style-src 'nonce-site'; img-src {front.url};"
        f" connect-src {front.url} {front.url.replace('http', 'ws')}; frame-src {front.url}"
    )

    async def page(_request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=PAGE % body, content_type="text/html", headers=headers)

    app = web.Application()
    app.router.add_get("/", page)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    try:
        yield f"http://localhost:{server.port}"
    finally:
        await server.close()


async def restart(front: Front, origin: str) -> None:
    await front.stop()
    await front.start(widget_origins=origin)


async def test_one_script_tag_is_enough(context: BrowserContext, front: Front) -> None:
    tag = f'<script src="{front.url}/widget.js" data-accent="#7a1f1f" data-heading="某地问答"></script>'
    async with site(front, tag) as origin:
        await restart(front, origin)
        page = await context.new_page()
        await page.add_init_script("window.before = ['before', ...Object.keys(window)]")
        async with no_trouble(page):
            await page.goto(origin)
            chat = Chat(page)
            await chat.open()
            await chat.ask("第一句")
            await page.reload()
            await expect(chat.answers).to_have_count(1)
            await chat.ask("第二句")
            await screenshot(page, "embedded")
            left = await page.evaluate("Object.keys(window).filter((one) => !window.before.includes(one))")
            cookies = await context.cookies(front.url)
            size = await page.evaluate(
                """getComputedStyle(document.querySelector("bangban-chat").shadowRoot.querySelector(".bubble p"))
                     .fontSize"""
            )

        assert front.rasa.messages == ["第一句", "第二句"]
        assert cookies == [], "another site's page gets no cookie of ours"
        assert set(left) <= LITS_OWN, "nothing is left on the page but the library's lists of versions"
        assert float(size.removesuffix("px")) < 30, "the site's styles stay outside"


async def test_in_a_frame_of_a_listed_site(context: BrowserContext, front: Front) -> None:
    async with site(
        front, f'<iframe src="{front.url}/chat" title="问答" width="400" height="600"></iframe>'
    ) as origin:
        await restart(front, origin)
        page = await context.new_page()
        async with no_trouble(page):
            await page.goto(origin)
            frame = page.frame_locator("iframe")
            await frame.locator("#say").fill("第一句")
            await frame.locator("#say").press("Enter")
            await expect(frame.get_by_role("log")).to_contain_text("答：第一句")
            # This browser is a private window, which denies frames of other sites any storage: the
            # conversation lasts as long as the page, and works all the same.
            await screenshot(page, "framed")


async def test_a_site_that_is_not_listed_gets_neither(context: BrowserContext, front: Front) -> None:
    body = (
        f'<script src="{front.url}/widget.js"></script><iframe src="{front.url}/chat" title="问答"></iframe>'
    )
    async with site(front, body) as origin:
        await restart(front, "https://www.example.gov.cn")
        page = await context.new_page()
        await page.goto(origin)
        await page.locator("bangban-chat .launcher").click()
        chat = Chat(page)
        await chat.say("第一句")
        await page.wait_for_timeout(1500)
        framed: list[Frame] = [one for one in page.frames if one.url.endswith("/chat")]

        assert front.rasa.messages == []
        assert not framed or await framed[0].locator("#say").count() == 0
        await expect(chat.own.last).not_to_contain_text("已送达")


async def test_tokens_of_another_site_are_kept_apart(context: BrowserContext, front: Front) -> None:
    """What is said on one site is not shown on the next that carries the widget."""
    tag = f'<script src="{front.url}/widget.js"></script>'
    async with site(front, tag) as one, site(front, tag) as other:
        await restart(front, f"{one},{other}")
        pages: list[Page] = []
        for origin, words in ((one, "给甲站的话"), (other, "给乙站的话")):
            page = await context.new_page()
            await page.goto(origin)
            chat = Chat(page)
            await chat.open()
            await chat.ask(words)
            pages.append(page)
        first = await Chat(pages[0]).log.inner_text()
        second = await Chat(pages[1]).log.inner_text()

        assert "给甲站的话" in first and "给甲站的话" not in second
        assert "给乙站的话" in second and "给乙站的话" not in first
