"""What an operator runs: the check of the account and the menu; and what follows an answer."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from aiohttp import web

from bot.channels.wechat.check import Finding, check_account, check_callback
from bot.channels.wechat.extras import Extras
from bot.channels.wechat.menu import load_menu, menu_to_push
from bot.channels.wechat.running import make_client
from bot.channels.wechat.words import load_words
from tests.app.wechat.conftest import AES_KEY, SECRET, WECHAT_TOKEN, Account, FakeApi, StartAccount
from tests.support.fake_rasa import payload, turn


async def look(account: Account, **changed: Any) -> dict[str, Finding]:
    """The findings by the first word of their names."""
    url = account.client.make_url("/")
    settings = account.settings.model_copy(
        update={"front_host": "127.0.0.1", "front_port": url.port, **changed}
    )
    async with aiohttp.ClientSession() as http:
        client = make_client(settings, http, None)
        found = [finding async for finding in check_account(settings, http, client)]
    shown = repr(found)
    assert SECRET not in shown and WECHAT_TOKEN not in shown and AES_KEY not in shown
    return {finding.name.split()[0]: finding for finding in found}


async def test_an_account_that_is_set_up(account: Account) -> None:
    found = await look(account)

    assert {name: finding.result.value for name, finding in found.items()} == {
        "settings": "ok",
        "links": "warning",
        "token": "ok",
        "sending": "ok",
        "addresses": "ok",
        "menu": "ok",
        "callback": "ok",
    }
    assert await account.history("bangban-check") == ()


async def test_what_is_wrong_is_said_with_its_mend(account: Account, api: FakeApi) -> None:
    api.fail["stable_token"] = [40164]
    found = await look(account)
    assert found["token"].result.value == "wrong"
    assert "203.0.113.7" in found["token"].said and "whitelist" in found["token"].mend

    found = await look(account, wechat_app_secret="wrong")
    assert "40125" in found["token"].said and "BANGBAN_WECHAT_APP_SECRET" in found["token"].mend

    api.may_send = False
    found = await look(account, wechat_token="another", wechat_app_secret=SECRET)
    assert found["sending"].result.value == "warning"
    assert found["callback"].result.value == "wrong" and "TOKEN" in found["callback"].mend

    found = await look(account, wechat_aes_key="x" * 43)
    assert found["callback"].result.value == "wrong" and "_AES_KEY" in found["callback"].mend

    found = await look(account, wechat_app_secret="", wechat_mode="plain")
    assert "token" not in found and found["secret"].result.value == "warning"
    assert found["mode"].result.value == "warning"


async def test_a_front_that_does_not_run(account: Account) -> None:
    async with aiohttp.ClientSession() as http:
        finding = await check_callback(account.settings, http, "http://127.0.0.1:1")

    assert finding.result.value == "wrong" and "bangban serve" in finding.mend


async def test_the_menu_is_set(account: Account, api: FakeApi) -> None:
    async with aiohttp.ClientSession() as http:
        client = make_client(account.settings, http, None)
        assert client is not None
        menu = menu_to_push(load_menu(), "")
        await client.create_menu(menu)
        assert (await client.menu())["menu"] == api.menu == menu


def answered(aspect: str) -> dict[str, Any]:
    """A payload with a guide that has a page and a process."""
    return payload(
        "办理步骤：1. 申请 2. 受理",
        aspect=aspect,
        guide={"id": "a@370283", "title": "居民身份证补领", "version": 2},
        card={"page": "/guides/a%40370283", "has_flow": True},
    )


async def test_an_overview_is_followed_by_a_card(start: StartAccount) -> None:
    account = await start(public_url="https://example.gov.cn")

    async def answer(_request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        return turn(answered("overview" if asked["message"] == "怎么办" else "where"))

    account.rasa.answer = answer
    shown = await account.say("怎么办")
    await account.until(lambda: len(account.api.sent) == 1)
    await account.say("去哪办")
    await account.say("怎么办")
    await account.history()
    await asyncio.sleep(0.3)

    link = "https://example.gov.cn/guides/a%40370283"
    assert shown.text is not None and f'<a href="{link}">查看完整指南</a>' in shown.text
    [card] = account.api.sent
    assert card["news"]["articles"][0]["url"] == link
    assert card["news"]["articles"][0]["title"] == "居民身份证补领：完整指南"


async def test_steps_are_followed_by_their_picture_uploaded_once(account: Account, api: FakeApi) -> None:
    uploads: list[bytes] = []
    drawn: list[tuple[str, int | None]] = []

    class Client:
        async def upload_picture(self, _name: str, content: bytes) -> str:
            uploads.append(content)
            return "media-1"

        async def send_picture(self, person: str, media_id: str) -> None:
            api.sent.append({"touser": person, "msgtype": "image", "media": media_id})

    async def draw(guide_id: str, version: int | None) -> bytes | None:
        drawn.append((guide_id, version))
        return b"png"

    from bot.channels.message import Reply

    extras = Extras(Client(), load_words(), "", draw)  # type: ignore[arg-type]
    steps = Reply.read(answered("steps"))

    assert [await extras.send("oAnna", steps) for _ in range(2)] == [True, True]
    assert not await extras.send("oAnna", Reply.read(answered("where")))
    assert not await extras.send("oAnna", Reply.read(answered("overview"))), "no address, no card"
    assert (uploads, drawn) == ([b"png"], [("a@370283", 2)])
    assert len(api.sent) == 2


async def test_choices_are_tapped_where_the_account_allows_it(start: StartAccount) -> None:
    account = await start(wechat_msgmenu=True)
    options = [{"id": "1", "title": "补领"}, {"id": "2", "title": "换领"}]

    async def ask(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(2)
        return turn(payload("要办哪一件？\n1. 补领\n2. 换领", outcome="clarify", options=options))

    account.rasa.answer = ask
    await account.say("身份证")
    await account.until(lambda: len(account.api.sent) == 1)
    assert account.api.sent[0]["msgmenu"]["head_content"] == "要办哪一件？"
    assert [row["content"] for row in account.api.sent[0]["msgmenu"]["list"]] == ["补领", "换领"]

    account.api.fail["send"] = [40200]
    await account.say("身份证")
    await account.until(lambda: len(account.api.sent) == 2)
    assert account.api.texts == ["要办哪一件？\n1. 补领\n2. 换领"], "in words where it does not"
