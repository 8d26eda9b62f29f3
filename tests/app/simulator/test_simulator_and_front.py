"""The real front against the simulator: two codecs written apart, one on wechatpy, must understand each other.

A stand-in for Rasa answers, at once or only when the platform's patience for it has ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.wechat.menu import load_menu, menu_to_push
from bot.front.keys import DATABASE
from bot.front.main import init_app
from bot.settings import Settings
from bot.simulator import acts
from bot.simulator.account import AccountKind, Mode, new_account
from bot.simulator.acts import Act
from bot.simulator.chat import Via
from bot.simulator.delivery import Delivered, Result
from bot.simulator.faults import Faults
from bot.simulator.menu import checked
from bot.simulator.platform import Platform
from bot.simulator.serving import served
from bot.simulator.wiring import front_settings
from bot.store import KnowledgeStore
from knowledge.model import Guide
from tests.support.fake_rasa import TOKEN, FakeRasa, payload, turn
from tests.support.pages import DEMO
from tests.support.ports import free_ports

DEADLINE_S = 2.5
THEN_S = 0.3
"""How long after the front's deadline a slow answer comes."""


class AsInProduction(TestServer):
    """aiohttp's test server stops a handler when its client hangs up; `web.run_app` lets it finish."""

    async def _make_runner(self, **kwargs: Any) -> web.BaseRunner:
        return await super()._make_runner(**{**kwargs, "handler_cancellation": False, "access_log": None})


@dataclass
class Joined:
    """A platform with a front behind it."""

    platform: Platform
    rasa: FakeRasa
    knowledge: KnowledgeStore

    async def act(self, act: Act, name: str = "王女士", *, double: bool = False) -> Delivered:
        """Somebody does something."""
        return await self.platform.act(self.platform.people.named(name), act, double=double)

    def got(self, name: str = "王女士") -> list[tuple[Via, str]]:
        """What they were shown besides their own words."""
        chat = self.platform.chats.of(self.platform.people.named(name).openid)
        return [(entry.via, entry.bubble.text) for entry in chat if entry.via is not Via.CITIZEN]

    async def shows(self, count: int, name: str = "王女士") -> list[tuple[Via, str]]:
        """Return when so much is shown."""
        async with asyncio.timeout(30):
            while len(self.got(name)) < count:
                await asyncio.sleep(0.05)
        return self.got(name)


@asynccontextmanager
async def joined(
    folder: Path, kind: AccountKind = AccountKind.VERIFIED_SERVICE, mode: Mode = Mode.SAFE
) -> AsyncIterator[Joined]:
    """Everything running."""
    account = new_account(kind, mode)
    rasa_port, front_port, own_port = free_ports(3)
    env = front_settings(account, f"http://127.0.0.1:{own_port}", "")
    given = {name.removeprefix("BANGBAN_").lower(): value for name, value in env.items()}
    settings = Settings(
        **given,  # type: ignore[arg-type]
        var_dir=folder,
        rasa_token=TOKEN,
        mask_salt="salt of the tests",
        rasa_port=rasa_port,
        actions_port=rasa_port,
        turn_deadline_s=8,
        wechat_passive_deadline_s=DEADLINE_S,
    )
    rasa, front = FakeRasa(), init_app(settings)
    async with (
        rasa.serve(rasa_port),
        served(account, f"http://127.0.0.1:{front_port}/wechat", own_port) as platform,
        AsInProduction(front, port=front_port),
    ):
        assert await platform.check_address()
        yield Joined(platform, rasa, KnowledgeStore(front[DATABASE]))


async def slowly(_request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
    """Answer after the front's deadline."""
    await asyncio.sleep(DEADLINE_S + THEN_S)
    return turn(payload(f"答：{asked['message']}"))


KINDS = (
    acts.text("身份证丢了去哪补办"),
    acts.image("m", "http://192.0.2.1/x"),
    acts.voice("m", "社保卡丢了"),
    acts.voice("m", ""),
    acts.voice("m"),
    acts.video("m"),
    acts.video("m", short=True),
    acts.location(36.68, 117.02, "山东省济南市历下区"),
    acts.link("t", "", "http://192.0.2.1/"),
    acts.unknown(),
    acts.unsupported(),
    acts.subscribe(),
    acts.subscribe("990100"),
    acts.scan("990100"),
    acts.click("ask:转人工"),
    acts.click("no such key"),
)
SILENT = (
    acts.reported_location(36.68, 117.02),
    acts.view("http://192.0.2.1/"),
    acts.menu_input("location_select", "k"),
    acts.event("no_such_event"),
)


@pytest.mark.parametrize("mode", Mode)
async def test_every_kind_is_answered_once_in_every_mode(tmp_path: Path, mode: Mode) -> None:
    async with joined(tmp_path, mode=mode) as pair:
        for number, act in enumerate(KINDS):
            delivered = await pair.act(act, f"p{number}", double=number % 3 == 0)
            assert delivered.result in (Result.PASSIVE, Result.NOTHING), (act, delivered.why)
            shown = await pair.shows(1, f"p{number}")
            assert len(shown) == 1, act
            assert shown[0][1].strip()
        for number, act in enumerate(SILENT):
            delivered = await pair.act(act, f"s{number}")
            assert delivered.result is not Result.UNAVAILABLE, (act, delivered.why)
        assert (await pair.act(acts.unsubscribe(), "p0")).result is Result.NOTHING
        assert len(pair.got("p0")) == 1


async def test_a_late_answer_comes_by_customer_service_in_order(tmp_path: Path) -> None:
    async with joined(tmp_path) as pair:
        pair.rasa.answer = slowly
        first = asyncio.create_task(pair.act(acts.text("一")))
        await asyncio.sleep(0.2)
        second = await pair.act(acts.text("二"), double=True)
        assert (await first).result is second.result is Result.NOTHING
        assert await pair.shows(2) == [(Via.CUSTOMER_SERVICE, "答：一"), (Via.CUSTOMER_SERVICE, "答：二")]
        person = pair.platform.people.named("王女士")
        assert [grant.left for grant in person.grants] == [3]


async def test_an_account_that_cannot_send_says_how_to_get_the_answer(tmp_path: Path) -> None:
    async with joined(tmp_path, AccountKind.UNVERIFIED_SUBSCRIPTION) as pair:
        pair.rasa.answer = slowly
        assert (await pair.act(acts.text("一"))).result is Result.PASSIVE
        assert "回复 1" in pair.got()[0][1]
        await asyncio.sleep(DEADLINE_S + THEN_S)
        assert (await pair.act(acts.text("1"))).result is Result.PASSIVE
        assert [via for via, _ in pair.got()] == [Via.PASSIVE, Via.PASSIVE]
        assert "答：一" in pair.got()[1][1]
        assert pair.rasa.messages == ["一"]


async def test_a_tap_allows_three_messages_and_a_text_five_more(tmp_path: Path) -> None:
    text = "".join(f"第{n}句话，说明第{n}件事。" for n in range(400))

    async def long(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(DEADLINE_S + THEN_S)
        return turn(payload(text))

    async with joined(tmp_path) as pair:
        pair.rasa.answer = long
        await pair.act(acts.click("ask:转人工"))
        shown = await pair.shows(3)
        assert shown[-1][1].endswith("后面还有，回复“继续”接着看。")
        await pair.act(acts.text("继续"))
        parts = [said for _, said in await pair.shows(9)]
        assert text.startswith(
            "".join(said.removesuffix("\n\n后面还有，回复“继续”接着看。") for said in parts)
        )
        assert pair.rasa.messages == ["转人工"], "going on is no question"
        refused = [one for one in pair.platform.exchanges.last() if "45047" in one.answer]
        assert not refused, "we count as the platform does"


async def test_the_steps_are_followed_by_their_picture(tmp_path: Path) -> None:
    async with joined(tmp_path) as pair:
        guide = next(one for one in DEMO if isinstance(one, Guide) and len(one.flow_steps) > 2)
        await pair.knowledge.publish(DEMO, "test")

        async def steps(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
            note = {"id": guide.id, "title": guide.task_name, "version": 1}
            return turn(payload("先申请。", aspect="steps", guide=note, card={"has_flow": True}))

        pair.rasa.answer = steps
        await pair.act(acts.text("怎么办理"))
        await pair.shows(2)
        entries = pair.platform.chats.of(pair.platform.people.named("王女士").openid)
        picture = entries[-1].bubble
        assert picture.kind == "image"
        data = pair.platform.media.get(picture.media_id, pair.platform.clock.now()).data
        assert data.startswith(b"\x89PNG")


async def test_a_bad_day_of_the_platform(tmp_path: Path) -> None:
    async with joined(tmp_path) as pair:
        pair.rasa.answer = slowly
        pair.platform.set_faults(Faults(token_delay_s=0.5))
        pair.platform.tokens.revoke()
        await pair.act(acts.text("一"))
        assert await pair.shows(1) == [(Via.CUSTOMER_SERVICE, "答：一")]
        pair.platform.set_faults(Faults(busy=1))
        await pair.act(acts.text("二"))
        assert await pair.shows(2) == [(Via.CUSTOMER_SERVICE, "答：一"), (Via.CUSTOMER_SERVICE, "答：二")]


async def test_what_came_too_late_for_the_window_comes_with_the_next_message(tmp_path: Path) -> None:
    async with joined(tmp_path) as pair:
        pair.rasa.answer = slowly
        task = asyncio.create_task(pair.act(acts.text("一")))
        await asyncio.sleep(0.3)
        pair.platform.clock.advance(48 * 3600)
        assert (await task).result is Result.NOTHING
        await asyncio.sleep(DEADLINE_S + THEN_S)
        assert pair.got() == []
        pair.rasa.answer = pair.rasa.echo
        assert (await pair.act(acts.text("二"))).result is Result.PASSIVE
        whole = "\n".join(text for _, text in await pair.shows(1))
        assert whole.index("答：一") < whole.index("答：二")


async def test_the_menu_of_the_content_is_one_the_platform_takes() -> None:
    for url in ("", "https://bangban.example"):
        assert 1 <= len(checked(menu_to_push(load_menu(), url))) <= 3
