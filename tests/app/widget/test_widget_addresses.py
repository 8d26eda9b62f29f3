"""What stands around the chat: its look, topics and suggestions, the pages, and several fronts as one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.channels.widget import pages
from bot.store import Database, KnowledgeStore
from knowledge.model import Faq, Guide, Item
from tests.app.widget.conftest import Site, StartSite, bearer

REDIS = "redis://127.0.0.1:6379/9"
ITEMS = (
    Item(id="reissue", task_name="居民身份证补领", category="公安户政", aliases=("补身份证",)),
    Item(id="unguided", task_name="身份证没有指南", category="公安户政"),
)
GUIDE = Guide(id="reissue@000000", item_id="reissue", region="000000", task_name="居民身份证补领")
FAQ = Faq(id="faq-1", question="大厅几点上班", answer="见公告")


async def test_the_look_comes_from_content_and_settings(start_site: StartSite) -> None:
    site = await start_site(widget_map_url="https://map.example/?q={lat},{lon},{name}")
    chinese = await (await site.client.get("/widget/config?lang=zh-CN")).json()
    english = await (await site.client.get("/widget/config?lang=en-GB")).json()

    assert chinese["ai_notice"] == "智能助手，回答由AI检索办事指南生成，以窗口答复为准"
    assert english["ai_notice"].startswith("AI assistant")
    assert (chinese["max_chars"], chinese["phone"], chinese["poll"]) == (200, "12345", True)
    assert chinese["map_url"] == "https://map.example/?q={lat},{lon},{name}"
    assert [grade["grade"] for grade in chinese["rating"]] == [5, 4, 3, 2, 1]


async def test_topics_and_suggestions_are_what_is_published(
    database: Database, start_site: StartSite
) -> None:
    await KnowledgeStore(database).publish([*ITEMS, GUIDE, FAQ], "importer")
    site = await start_site()
    async with asyncio.timeout(20):
        while not len(site.widget.catalog):
            await asyncio.sleep(0.02)

    topics = await (await site.client.get("/widget/topics")).json()
    suggested = await (await site.client.get("/widget/suggest", params={"q": "身份证"})).json()
    initials = await (await site.client.get("/widget/suggest", params={"q": "dtjd"})).json()

    assert topics["topics"] == [
        {
            "title": "公安户政",
            "items": [{"title": "居民身份证补领", "question": "居民身份证补领", "fictional": False}],
        }
    ]
    assert suggested["suggestions"] == [{"text": "居民身份证补领", "kind": "guide", "fictional": False}]
    assert initials["suggestions"] == [{"text": "大厅几点上班", "kind": "question", "fictional": False}]


async def test_who_asks_for_a_new_conversation_gets_one_that_knows_nothing(site: Site) -> None:
    own = {"Origin": str(site.client.make_url("")).rstrip("/")}
    made = await (await site.client.post("/widget/session", json={"cookie": True}, headers=own)).json()
    async with site.tab(None, **own) as tab:
        await tab.say("我的事")
        await tab.reply()
    asked = {"cookie": True, "new": True}
    fresh = await (await site.client.post("/widget/session", json=asked, headers=own)).json()
    kept = await (await site.client.get("/widget/transcript", headers=own)).json()

    assert fresh["conversation"] != made["conversation"]
    assert (fresh["resumed"], fresh["last_seq"], kept["messages"]) == (False, 0, [])


async def test_odd_queries_are_answered(site: Site) -> None:
    token = await site.token()
    for query in ("q=", "", "q=" + "长" * 800, "q=%00", "q[]=1"):
        assert (await site.client.get(f"/widget/suggest?{query}")).status == 200
    for query in ("after=x&wait=x", "after=-5&wait=-1", "after=nan&wait=nan", "after=1e99&wait=0"):
        answer = await site.client.get(f"/widget/poll?{query}", headers=bearer(token))
        assert answer.status == 200


# --- pages -------------------------------------------------------------------------------------------


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A web folder with something built in it."""
    web = tmp_path / "web"
    (web / "widget" / "dist").mkdir(parents=True)
    (web / "demo").mkdir()
    (web / "widget" / "dist" / "widget.js").write_text("export {};", encoding="utf-8")
    for name in ("index.html", "embed.html", "chat.html", "site.css"):
        (web / "demo" / name).write_text("x", encoding="utf-8")
    monkeypatch.setattr(pages, "WEB", web)
    monkeypatch.setattr(pages, "BUNDLE", web / "widget" / "dist" / "widget.js")
    monkeypatch.setattr(pages, "DEMO", web / "demo")
    return web


async def test_any_site_may_load_the_script_and_asks_for_a_newer_one(site: Site, built: Path) -> None:
    first = await site.client.get("/widget.js")
    again = await site.client.get("/widget.js", headers={"If-None-Match": first.headers["ETag"]})

    assert "javascript" in first.headers["Content-Type"]
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert again.status == 304


@pytest.mark.parametrize("address", ["/", "/embed", "/chat"])
async def test_the_pages_allow_nothing_inline_and_nothing_foreign(
    site: Site, built: Path, address: str
) -> None:
    page = await site.client.get(address)
    policy = page.headers["Content-Security-Policy"]

    assert (page.status, page.content_type) == (200, "text/html")
    assert "default-src 'none'" in policy and "script-src 'self';" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert "microphone=(self)" in page.headers["Permissions-Policy"]


async def test_only_listed_sites_may_frame_the_chat(start_site: StartSite, built: Path) -> None:
    site = await start_site(widget_origins="https://www.example.gov.cn")
    chat, demo = await site.client.get("/chat"), await site.client.get("/")

    assert chat.headers["Content-Security-Policy"].endswith(
        "frame-ancestors 'self' https://www.example.gov.cn"
    )
    assert "X-Frame-Options" not in chat.headers
    assert demo.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert demo.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", ["index.html", "..%2f..%2fwidget.js", "site.css%00", "none.css", ".css"])
async def test_only_files_of_the_pages_are_served(site: Site, built: Path, name: str) -> None:
    assert (await site.client.get("/demo/site.css")).status == 200
    assert (await site.client.get(f"/demo/{name}")).status == 404


@pytest.mark.parametrize("address", ["/", "/embed", "/chat", "/widget.js"])
async def test_what_is_not_built_says_so_with_the_mend(site: Site, built: Path, address: str) -> None:
    (built / "widget" / "dist" / "widget.js").unlink()
    answer = await site.client.get(address)

    assert answer.status == 500
    error = (await answer.json())["error"]
    assert error["code"] == "setup_incomplete"
    assert "make setup" in error["mend"]


# --- several fronts ----------------------------------------------------------------------------------


async def needs_redis() -> None:
    client = Redis.from_url(REDIS, socket_connect_timeout=1)
    try:
        await client.ping()
    except (RedisError, OSError):
        pytest.skip("no Redis answers on 127.0.0.1:6379")
    finally:
        await client.aclose()


async def test_tabs_on_two_fronts_see_one_conversation(start_site: StartSite) -> None:
    await needs_redis()
    one, two = await start_site(redis_url=REDIS), await start_site(redis_url=REDIS)
    await asyncio.sleep(0.3)  # both have subscribed
    token = await one.token()
    async with one.tab(token) as here, two.tab(token) as there:
        await there.next("welcome")
        await here.say("在吗")
        await here.reply()
        question = await there.next("message", direction="in")
        answer = await there.reply()
        await there.say("还有呢")
        await here.next("message", text="答：还有呢")
        await there.next("message", text="答：还有呢")

    assert (question["text"], answer["text"]) == ("在吗", "答：在吗")
    assert here.messages() == there.messages()
    assert one.rasa.messages == ["在吗", "还有呢"]
    typing: list[dict[str, Any]] = [frame for frame in there.got if frame["type"] == "typing"]
    assert typing[0] == {"type": "typing", "who": "bot", "on": True}
