"""Redis goes away, hangs and comes back, or a whole front dies: no word is lost, none comes twice."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import AsyncExitStack

import pytest

from bot.channels import notices
from bot.settings import Settings
from bot.store import MessageState
from tests.app.fronts.conftest import Fronts, StartFronts, at_desk, heard, places, until
from tests.app.fronts.process import front_process
from tests.app.fronts.test_two_fronts import CHATS, begun, said_to, says, texts, waiting
from tests.app.staff.conftest import Browser
from tests.app.widget.conftest import Tab
from tests.support.ports import free_ports

pytestmark = pytest.mark.usefixtures("soon")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever hears no notices looks every half second."""
    monkeypatch.setattr(notices, "LOOK_S", 0.5)


class Talk:
    """Li on one front with a citizen on the other, each hearing the other; then something happens."""

    def __init__(self, fronts: Fronts, li: Browser, console: Tab, tab: Tab, chat: int, token: str) -> None:
        self.fronts = fronts
        self.li = li
        self.console = console
        self.tab = tab
        self.chat = chat
        self.token = token
        self.asked: list[str] = []
        self.answered: list[str] = []

    async def goes_on(self, word: str) -> None:
        """The citizen says something, which Li sees, and Li answers, which the citizen sees."""
        self.asked.append(f"问{word}")
        await self.tab.say(self.asked[-1])
        while self.asked[-1] not in said_to(self.console, self.chat):
            await heard(self.console, "message", 40, conversation=self.chat)
        self.answered.append(f"答{word}")
        await says(self.li, self.chat, self.answered[-1])
        while self.answered[-1] not in texts(self.tab, "agent"):
            await heard(self.tab, "message", 40, author="agent")

    async def is_whole(self) -> None:
        """Everything came to everybody, in order and once, and is known to have come."""

        async def all_arrived() -> bool:
            said = await self.fronts.b.stored(self.token)
            return {m.state for m in said if m.direction == "out"} == {MessageState.SENT}

        await until(all_arrived, 30)
        await self.tab.silence(1.0)
        await self.console.silence(1.0)
        assert texts(self.tab, "agent") == self.answered
        seqs = [frame["seq"] for frame in self.tab.got if frame["type"] == "message"]
        assert seqs == sorted(set(seqs))
        shown = places(self.console, self.chat)
        assert shown == list(range(1, len(shown) + 1))
        assert [text for text in said_to(self.console, self.chat) if text in self.asked] == self.asked


async def talking(fronts: Fronts, open_: AsyncExitStack) -> Talk:
    """One that has begun."""
    li, token = await fronts.agent("li"), await fronts.b.token()
    console = await open_.enter_async_context(at_desk(fronts.a, li))
    tab = await open_.enter_async_context(fronts.b.tab(token))
    await begun(fronts.b, tab)
    chat = await waiting(console)
    assert (await li.post(f"{CHATS}/{chat}/claim")).status == 200
    await tab.next("owner", owner="human")
    await console.send(type="watch", conversation=chat, after=0)
    talk = Talk(fronts, li, console, tab, chat, token)
    await talk.goes_on("0")
    return talk


async def test_redis_goes_away_and_comes_back(start_fronts: StartFronts) -> None:
    fronts = await start_fronts()
    async with AsyncExitStack() as open_:
        talk = await talking(fronts, open_)
        for round_ in range(2):
            fronts.redis.stop()
            await fronts.hear(False)
            await talk.goes_on(f"{round_}.away")
            fronts.redis.start()
            await fronts.hear()
            await talk.goes_on(f"{round_}.back")
        await talk.is_whole()


async def test_redis_hangs(start_fronts: StartFronts) -> None:
    fronts = await start_fronts()
    async with AsyncExitStack() as open_:
        talk = await talking(fronts, open_)
        fronts.redis.hang()
        await talk.goes_on("hangs")
        await fronts.hear(False)
        await talk.goes_on("is known to hang")
        fronts.redis.go_on()
        await fronts.hear()
        await talk.goes_on("back")
        await talk.is_whole()


async def test_what_is_said_while_redis_starts_anew_is_not_missed(start_fronts: StartFronts) -> None:
    """Nobody notices that it was away but by a broken line: what was told meanwhile is told again."""
    fronts = await start_fronts()
    async with AsyncExitStack() as open_:
        talk = await talking(fronts, open_)
        for round_ in range(5):
            fronts.redis.stop()
            fronts.redis.start()
            await talk.goes_on(str(round_))
        await talk.is_whole()


async def test_a_claim_is_one_persons_while_redis_is_away(start_fronts: StartFronts) -> None:
    fronts = await start_fronts()
    li, wang = await fronts.agent("li"), fronts.b.browser_of(await fronts.agent("wang"))
    fronts.redis.stop()
    async with at_desk(fronts.a, li) as one, at_desk(fronts.b, wang) as two:
        await fronts.b.say("转人工")
        chat, same = await waiting(one), await waiting(two)
        where = f"{CHATS}/{chat}/claim"
        answers = await asyncio.gather(li.post(where), wang.post(where))

    assert chat == same
    assert sorted(answer.status for answer in answers) == [200, 409]


async def test_a_front_dies_and_whoever_was_there_goes_on_at_the_other(
    start_fronts: StartFronts, settings: Settings
) -> None:
    """The third front is a process of its own, and is killed while the person on it is speaking."""
    fronts = await start_fronts()
    li, token = await fronts.agent("li"), await fronts.b.token()
    [port] = free_ports(1)
    answered: list[str] = []
    seen: list[str] = []
    async with fronts.b.tab(token) as tab:
        async with front_process(settings, port, REDIS_URL=fronts.redis.url) as dying:
            there = dying.browser_of(li)
            async with dying.console(there) as console:
                await begun(fronts.b, tab)
                chat = await waiting(console)
                assert (await there.post(f"{CHATS}/{chat}/claim")).status == 200
                await console.send(type="watch", conversation=chat, after=0)
                await tab.next("owner", owner="human")
                for n in range(3):
                    await tab.say(f"问{n}")
                    while f"问{n}" not in said_to(console, chat):
                        await heard(console, "message", conversation=chat)
                    await says(there, chat, f"答{n}")
                    answered.append(f"答{n}")
                last = {"id": uuid.uuid4().hex, "text": "答3"}
                speaking = asyncio.create_task(there.ask("POST", f"{CHATS}/{chat}/messages", last))
                await asyncio.sleep(
                    0
                )  # it is on its way; whether it is stored before the end is left to chance
                dying.kill()
                await asyncio.gather(speaking, return_exceptions=True)
                await console.silence(0.3)
                place = max(places(console, chat))
                seen += said_to(console, chat)
        await tab.say("问3")
        here = fronts.b.browser_of(li)
        async with at_desk(fronts.b, here, {str(chat): place}) as console:
            said = await here.ask(
                "POST", f"{CHATS}/{chat}/messages", last
            )  # the console does not know that it came
            assert said.status == 200, said.json
            answered.append("答3")
            await says(here, chat, "答4")
            answered.append("答4")
            while "答4" not in said_to(console, chat) or "问3" not in said_to(console, chat):
                await heard(console, "message", conversation=chat)
            seen += said_to(console, chat)
            assert min(places(console, chat)) == place + 1
        while texts(tab, "agent")[-1:] != ["答4"]:
            await heard(tab, "message", author="agent")

        async def all_arrived() -> bool:
            said = await fronts.b.stored(token)
            return {m.state for m in said if m.direction == "out"} == {MessageState.SENT}

        await until(all_arrived, 40)
        await tab.silence(0.5)

    assert texts(tab, "agent") == answered, "everything once, in order"
    stored = [m.text for m in await fronts.b.stored(token)]
    assert seen == stored, "the console was shown everything once, in order"
