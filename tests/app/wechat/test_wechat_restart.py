"""What a front left behind when it ended is answered by the next one, once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.conversation.identity import pseudonym
from bot.settings import Settings
from bot.store import Contact, ConversationStore, Database, MessageState, NewReply
from bot.store.states import ARRIVAL_UNKNOWN
from tests.app.wechat.conftest import Account, FakeApi, Held, StartAccount
from tests.support.fake_rasa import FakeRasa

REPLY = NewReply("bot", "答复", {"outcome": "answered", "text": "答复"}, "answered")


@pytest.fixture
def sender(settings: Settings) -> str:
    return pseudonym(settings.mask_salt, "wechat", "oAnna")


async def test_messages_left_behind_are_answered_at_the_start(
    settings: Settings, sender: str, start: StartAccount, api: FakeApi, rasa: FakeRasa
) -> None:
    async with Database.open(settings.database_url) as database:
        store = ConversationStore(database)
        contact = Contact("oAnna")
        await store.receive("wechat", sender, "1", "第一句", contact=contact)
        await store.receive("wechat", sender, "2", "［图片］", contact=contact, own=[REPLY.payload])
        stored = await store.receive("wechat", sender, "3", "第三句", contact=contact)
        await store.answer(stored.message_id, [REPLY], None, timings={})
        in_hand = await store.receive("wechat", sender, "4", "第四句", contact=contact)
        [row] = await store.answer(in_hand.message_id, [REPLY], None, timings={})
        await store.claim([row.id])

    account = await start()
    await account.until(lambda: len(api.sent) == 3)
    history = await account.history()
    await asyncio.sleep(0.2)

    assert api.texts == ["答：第一句", "答复", "答复"]
    assert rasa.messages == ["第一句"]
    reasons = [message.reason for message in history if message.state is MessageState.FAILED]
    assert reasons == [ARRIVAL_UNKNOWN], "whether the fourth arrived cannot be known, so it is not sent again"


async def test_a_repetition_takes_the_reply_that_was_left(
    settings: Settings, sender: str, start: StartAccount, api: FakeApi
) -> None:
    account = await start(wechat_customer_service="off")
    asked = await account.store.receive("wechat", sender, "77", "在吗", contact=Contact("oAnna"))
    await account.store.answer(asked.message_id, [REPLY], None, timings={})

    shown = [await account.push(account.xml("text", Content="在吗", MsgId=77)) for _ in range(2)]

    assert [one.text for one in shown] == ["答复", None]


async def test_a_front_that_stops_finishes_first(account: Account) -> None:
    held = Held(account.rasa)
    assert (await account.say("在吗")).body == b"success"

    asyncio.get_running_loop().call_later(0.3, held.let_go)
    await account.client.close()

    assert account.api.texts == ["答：在吗"]


async def test_when_the_store_is_away_the_platform_is_asked_to_come_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.errors import PartUnavailable

    async def away(*_args: Any, **_kwargs: Any) -> Any:
        raise PartUnavailable("The database does not answer.")

    sent = account.xml("text", Content="在吗")
    with monkeypatch.context() as patch:
        patch.setattr("bot.store.ConversationStore.receive", away)
        assert (await account.push(sent)).status == 503

    assert (await account.push(sent)).text == "答：在吗"


async def test_rasa_forgets_a_person_who_left_when_it_is_back(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    await account.say("我住在平度")
    with monkeypatch.context() as patch:
        patch.setattr(account.rasa, "forgotten", None)  # it fails
        await account.event("unsubscribe")
        assert await account.store.erasures() == (f"wechat-{account.sender()}",)

    from bot.channels.rest import CONVERSATIONS

    app = account.client.app
    assert app is not None
    await app[CONVERSATIONS].erase_trackers()

    assert account.rasa.forgotten == [f"wechat-{account.sender()}"]
    assert await account.store.erasures() == ()


async def test_what_came_after_the_start_is_not_taken_for_left_behind(
    start: StartAccount, rasa: FakeRasa, api: FakeApi
) -> None:
    index, rasa.index = rasa.index, None

    held = Held(rasa)
    account = await start()
    assert (await account.say("在吗")).body == b"success"
    rasa.index = index  # now everything is ready, and what was left behind is looked for
    await asyncio.sleep(2.5)
    held.let_go()
    await account.history()
    await asyncio.sleep(0.2)

    assert rasa.messages == ["在吗"]
    assert api.texts == ["答：在吗"]


async def test_a_response_that_was_cut_off_is_given_when_the_platform_asks_again(
    settings: Settings, sender: str, start: StartAccount, api: FakeApi
) -> None:
    async with Database.open(settings.database_url) as database:
        store = ConversationStore(database)
        asked = await store.receive("wechat", sender, "77", "在吗", contact=Contact("oAnna"))
        [row] = await store.answer(asked.message_id, [REPLY], None, timings={})
        await store.claim([row.id], in_response=True)  # and killed while it was written

    account = await start()
    shown = [await account.push(account.xml("text", Content="在吗", MsgId=77)) for _ in range(3)]
    await account.history()

    assert [one.text for one in shown] == ["答复", None, None]
    assert api.sent == []
