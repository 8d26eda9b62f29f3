"""A citizen on WeChat and a person at the desk: windows, budgets and requests are the channel's matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.desk.hub import QUEUE, chat_topic
from bot.desk.keys import DESK
from bot.desk.values import ChatState, Person
from bot.front.keys import DATABASE
from bot.staff.door import STAFF
from bot.store import ConversationStore, MessageState, Owner
from bot.store.desk_tables import DeskTeam
from bot.store.desk_values import Presence
from bot.store.staff_values import Role
from tests.app.desk.conftest import HUMAN, answers
from tests.app.wechat.conftest import Account, StartAccount, api, rasa, settings, start
from tests.unit.desk.conftest import ALWAYS
from tests.unit.staff.conftest import add

__all__ = ["api", "rasa", "settings", "start"]


class Office:
    """The desk behind an account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        account.rasa.answer = answers
        self.app = account.client.server.app  # type: ignore[attr-defined]
        self.desk = self.app[DESK]

    async def opens(self) -> Person:
        def work(session: Session) -> None:
            for team in session.query(DeskTeam):
                team.hours, team.auto_assign = ALWAYS, False

        await self.app[DATABASE].write(work)
        made = await add(self.app[STAFF].accounts, "anna")
        agent = await self.desk.agent(made.id)
        person = Person(made.id, "anna", made.display_name, agent.number, Role.AGENT)
        await self.desk.presence(person, Presence.ONLINE)
        return person

    async def takes(self, person: Person) -> ChatState:
        [chat] = await self.desk.chats("queue", person)
        taken: ChatState = await self.desk.claim(chat.conversation_id, person)
        return taken


@pytest.fixture
async def office(start: StartAccount) -> Any:
    return Office(await start(wechat_passive_deadline_s=4.5))


async def test_from_asking_to_the_end(office: Office) -> None:
    account, anna = office.account, await office.opens()
    queued = await account.say(HUMAN)
    assert queued.text is not None and "您排在最前面" in queued.text
    chat = await office.takes(anna)
    await account.until(lambda: len(account.api.texts) == 1)
    assert "Anna" in account.api.texts[0]

    said = await account.say("在吗")
    assert said.body == b"success"
    await office.desk.say(chat.conversation_id, anna, "m1", "您好，请讲。")
    await office.desk.say(chat.conversation_id, anna, "m2", "还在吗？")
    await account.until(lambda: "".join(account.api.texts).count("还在吗？") == 1)
    history = await account.history()
    assert [m.text for m in history if m.direction == "out"][-2:] == ["您好，请讲。", "还在吗？"]
    together = "".join(account.api.texts)
    assert together.index("您好，请讲。") < together.index("还在吗？")
    assert together.count("您好，请讲。") == 1

    await office.desk.close(chat.conversation_id, anna, "")
    await account.until(lambda: "满意" in account.api.texts[-1])
    thanks = await account.say("４")
    assert thanks.text is not None and "谢谢您的评价" in thanks.text
    assert (await account.store.standing("wechat", account.sender())).owner is Owner.BOT  # type: ignore[union-attr]


async def test_after_the_window_staff_see_the_reason_and_the_next_message_brings_it(office: Office) -> None:
    account, anna = office.account, await office.opens()
    await account.say(HUMAN)
    chat = await office.takes(anna)
    await account.until(lambda: len(account.api.texts) == 1)
    account.api.fail["send"] = [45015]

    said = await office.desk.say(chat.conversation_id, anna, "m1", "请带户口簿。")
    failed = next(m for m in await account.history() if m.id == said.id)
    assert (failed.state, failed.reason) == (MessageState.FAILED, "45015")
    again = await office.desk.say(chat.conversation_id, anna, "m2", "还要照片。")
    failed = next(m for m in await account.history() if m.id == again.id)
    assert (failed.state, failed.reason) == (MessageState.FAILED, "45015"), "the reason is still the time"
    assert (await office.desk.chat(chat.conversation_id)).undelivered == 2

    shown = await account.say("还在吗")
    assert shown.text is not None and shown.text.endswith("还要照片。")
    assert shown.text.index("请带户口簿。") < shown.text.index("还要照片。")
    assert (await office.desk.chat(chat.conversation_id)).undelivered == 0


async def test_consoles_look_again_when_something_failed_and_when_it_has_arrived(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, anna = office.account, await office.opens()
    await account.say(HUMAN)
    chat = await office.takes(anna)
    await account.until(lambda: len(account.api.texts) == 1)
    await account.history()
    account.api.fail["send"] = [45015]
    happened: list[str] = []
    notify = office.desk.hub.notify
    delivered, undelivered = ConversationStore.delivered, ConversationStore.undelivered

    def told(*topics: str) -> None:
        happened.extend(topics)
        notify(*topics)

    async def arrived(store: ConversationStore, message_ids: Sequence[int]) -> None:
        await delivered(store, message_ids)
        happened.extend("arrived" for _ in message_ids)

    async def failed(store: ConversationStore, message_ids: Sequence[int], reason: str) -> None:
        await undelivered(store, message_ids, reason)
        happened.append("failed")

    monkeypatch.setattr(office.desk.hub, "notify", told)
    monkeypatch.setattr(ConversationStore, "delivered", arrived)
    monkeypatch.setattr(ConversationStore, "undelivered", failed)
    look = [chat_topic(chat.conversation_id), QUEUE]
    await office.desk.say(chat.conversation_id, anna, "m1", "请带户口簿。")
    await account.until(lambda: happened[-3:] == ["failed", *look])

    await account.say("还在吗")

    await account.until(lambda: happened[-3:] == ["arrived", *look])


async def test_the_menu_asks_for_a_person_and_nobody_there_means_a_ticket(office: Office) -> None:
    account = office.account
    offer = await account.event("CLICK", EventKey="ask:转人工")
    assert offer.text is not None and "留言" in offer.text
    kept = await account.say("13800138000 社保转移 明天上午")
    assert kept.text is not None and "留言收到了" in kept.text
    [view] = await office.desk.tickets()
    anna = await office.opens()

    await office.desk.answer_ticket(view.ticket.id, anna, "请到窗口办理。")

    await account.until(lambda: any("请到窗口办理。" in text for text in account.api.texts))
    await account.history()
    assert (await office.desk.ticket(view.ticket.id)).reply_state is MessageState.SENT
    assert not any("13800138000" in m.text for m in await account.history())


async def test_an_account_that_may_not_send_hands_it_over_with_the_next_request(start: StartAccount) -> None:
    account = await start(wechat_customer_service="off")
    office = Office(account)
    anna = await office.opens()
    await account.say(HUMAN)
    chat = await office.takes(anna)
    await office.desk.say(chat.conversation_id, anna, "m1", "您好，请讲。")
    await account.history()

    shown = await account.say("1")

    assert shown.text is not None
    assert "Anna" in shown.text and shown.text.endswith("您好，请讲。")
