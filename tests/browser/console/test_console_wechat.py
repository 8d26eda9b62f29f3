"""A citizen on WeChat and an agent in the console, past the 48 hours in which WeChat lets an account write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio
from playwright.async_api import expect

from bot.settings import Settings
from bot.simulator import acts
from bot.simulator.account import new_account
from bot.simulator.chat import Via
from bot.simulator.delivery import Result
from bot.simulator.people import Person
from bot.simulator.platform import Platform
from bot.simulator.serving import served
from bot.simulator.windows import HOURS_48
from bot.simulator.wiring import front_settings
from tests.browser.conftest import PATIENCE_MS, Front
from tests.browser.console.conftest import Console, clean, picture
from tests.browser.console.floor import open_floor
from tests.browser.console.test_console_citizens import the_only_chat, understood
from tests.browser.console.test_console_desk import go_online, say, stored
from tests.support.ports import free_ports

LIU = "【工作人员 刘洋（工号 A1001）】"
MADE_UP_FOR = "（补上您之前没收到的答复）"


@dataclass(frozen=True)
class Phone:
    """A citizen's chat with the account, as the platform shows it."""

    platform: Platform
    person: Person

    async def writes(self, text: str) -> Result:
        """A message; out: what the account's server made of the platform's request."""
        delivered = await self.platform.act(self.person, acts.text(text))
        assert delivered.result is not Result.UNAVAILABLE, delivered.why
        return delivered.result

    @property
    def got(self) -> list[tuple[Via, str]]:
        """What the account said, oldest first."""
        chat = self.platform.chats.of(self.person.openid)
        return [(entry.via, entry.bubble.text) for entry in chat if entry.via is not Via.CITIZEN]

    async def shows(self, words: str) -> None:
        """Return when the last bubble of the account has these words."""
        news = self.platform.chats.watch()
        try:
            async with asyncio.timeout(PATIENCE_MS / 1000):
                while not self.got or words not in self.got[-1][1]:
                    await news.get()
        finally:
            self.platform.chats.leave(news)


@pytest_asyncio.fixture(loop_scope="session")
async def phone(front: Front) -> AsyncIterator[Phone]:
    """The front again, joined to an account that may send, and a citizen who follows it."""
    [port] = free_ports(1)
    account = new_account()
    async with served(account, f"{front.url}/wechat", port) as platform:
        env = front_settings(account, f"http://127.0.0.1:{port}", "")
        given = {name.removeprefix("BANGBAN_").lower(): value for name, value in env.items()}
        await front.stop()
        front.settings = Settings(**{**front.settings.model_dump(), **given})
        front.rasa.answer = understood
        await front.start()
        assert await platform.check_address()
        yield Phone(platform, platform.people.named("王女士"))
        await front.stop()


async def test_what_is_written_after_the_window_waits_for_the_citizen(console: Console, phone: Phone) -> None:
    floor = await open_floor(console)
    liu = await console.signed_in(floor.liu, "desk")
    await go_online(liu)
    assert await phone.writes("我想补办身份证") is Result.PASSIVE
    assert await phone.writes("转人工") is Result.PASSIVE
    assert "您排在最前面" in phone.got[-1][1]

    conversation = await the_only_chat(floor, liu)
    await expect(liu.locator(".chat-row")).to_contain_text("微信")
    await liu.locator(".chat-row").click()
    await expect(liu.locator("article.theirs").first).to_contain_text("我想补办身份证")
    await liu.get_by_role("button", name="接入", exact=True).click()
    await phone.shows("工作人员刘洋（工号 A1001）来了")
    await say(liu, "您好，可以就近补领。")
    await phone.shows("您好，可以就近补领。")
    assert phone.got[-1] == (Via.CUSTOMER_SERVICE, f"{LIU}\n您好，可以就近补领。")
    ours, theirs = liu.locator("article.ours:has(.bubble.agent)"), liu.locator("article.theirs")
    states = ours.locator(".delivery")
    await expect(states).to_have_text(["已送达"])

    assert await phone.writes("我回去找找户口簿，过两天再说") is Result.NOTHING
    await expect(theirs.last).to_contain_text("我回去找找户口簿，过两天再说")

    phone.platform.clock.advance(HOURS_48)
    before = phone.got
    await say(liu, "户口簿找到了吗？")
    await expect(states.last).to_contain_text("没有送达：对方超过 48 小时没有来信，微信不让主动发")
    await say(liu, "找到后请到就近的户籍窗口。")
    await expect(ours).to_have_count(3)
    await expect(states.last).to_contain_text("没有送达：对方超过 48 小时没有来信，微信不让主动发")
    await expect(liu.locator(".chat-row")).to_contain_text("没有送达")
    assert phone.got == before
    await picture(liu, "wechat-undelivered")
    await clean(liu)

    assert await phone.writes("找到了") is Result.PASSIVE
    waited = "\n\n".join(
        f"{MADE_UP_FOR}\n{LIU}\n{text}" for text in ("户口簿找到了吗？", "找到后请到就近的户籍窗口。")
    )
    assert phone.got == [*before, (Via.PASSIVE, waited)]
    await expect(theirs.last).to_contain_text("找到了")
    await expect(states).to_have_text(["已送达"] * 3)
    await expect(liu.locator(".chat-row")).not_to_contain_text("没有送达")
    await say(liu, "好的，窗口工作日都开。")
    await phone.shows("好的，窗口工作日都开。")
    assert phone.got[len(before) + 1 :] == [(Via.CUSTOMER_SERVICE, f"{LIU}\n好的，窗口工作日都开。")]
    await expect(states).to_have_text(["已送达"] * 4)
    await picture(liu, "wechat-delivered")

    said = [text for author, text in await stored(floor, conversation) if author == "liu.yang"]
    assert said == [
        "您好，可以就近补领。",
        "户口簿找到了吗？",
        "找到后请到就近的户籍窗口。",
        "好的，窗口工作日都开。",
    ]
