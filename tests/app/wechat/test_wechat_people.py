"""While a member of staff has the conversation: silence, and what the person says, by name."""

from __future__ import annotations

import pytest

from bot.channels.message import AgentNote, Outcome, Recorded, Reply, StoredReply, Turn
from bot.channels.wechat.web import ACCOUNT
from bot.store import MessageState, NewReply, Owner
from tests.app.wechat.conftest import Account, StartAccount
from tests.app.wechat.test_wechat_kinds import publish
from tests.support.owners import belongs_to

WANG = AgentNote(name="王芳", number="017")
SAID = "【工作人员 王芳（工号 017）】\n请带户口簿来。"


async def taken_over(account: Account) -> int:
    """A member of staff has taken the conversation; out: the question they saw."""
    await account.say("转人工")
    question, *_ = await account.history()
    await belongs_to(account.store, question.conversation_id, Owner.HUMAN)
    return question.id


async def staff_says(account: Account, question: int, text: str) -> None:
    """They write; it is stored and handed over as the desk does."""
    reply = Reply(outcome=Outcome.HANDOFF, text=text, agent=WANG)
    new = NewReply(author="wang", text=text, payload=reply.public(), outcome="")
    [row] = await account.store.answer(question, [new], None, timings={})
    deliver = account.client.server.app[ACCOUNT].channel.deliver_to("oAnna")  # type: ignore[attr-defined]
    with pytest.raises(Recorded):
        await deliver(Turn(0, (StoredReply(row.id, reply, row.seq),)))


async def test_what_a_person_says_is_sent_with_name_and_number_and_the_bot_is_silent(
    account: Account,
) -> None:
    question = await taken_over(account)
    await staff_says(account, question, "请带户口簿来。")
    shown = await account.say("好的")

    assert account.api.texts == [SAID]
    assert shown.body == b"success"
    assert account.rasa.messages == ["转人工"]


async def test_a_cut_off_answer_does_not_go_on_by_itself_when_a_person_has_the_conversation(
    start: StartAccount,
) -> None:
    account = await start(wechat_customer_service="off")
    long = "".join(f"第{n}步，请到窗口办理。" for n in range(130))
    assert "接着看" in ((await account.say(long)).text or "")
    [question, *_] = await account.history()
    await belongs_to(account.store, question.conversation_id, Owner.HUMAN)

    shown = await account.say("好的")

    assert shown.text is not None and "第" not in shown.text


async def test_an_account_that_may_not_send_says_how_to_see_what_the_person_wrote(
    start: StartAccount,
) -> None:
    account = await start(wechat_customer_service="off")
    question = await taken_over(account)
    waits = await account.say("在吗")
    await staff_says(account, question, "请带户口簿来。")
    written = (await account.history())[-1]
    fetched = await account.say("1")

    assert waits.text is not None and "回复 1 查看答复" in waits.text
    assert (written.state, written.reason) == (MessageState.FAILED, "late")
    assert fetched.text == SAID


async def test_what_a_person_wrote_after_the_window_comes_with_the_next_message(account: Account) -> None:
    question = await taken_over(account)
    account.api.fail["send"] = [45015]
    await staff_says(account, question, "请带户口簿来。")
    failed = (await account.history())[-1]
    shown = await account.say("还在吗")

    assert (failed.state, failed.reason) == (MessageState.FAILED, "45015")
    assert shown.text == f"（补上您之前没收到的答复）\n{SAID}"
    assert {m.state for m in await account.history() if m.direction == "out"} == {MessageState.SENT}


async def test_what_staff_cannot_see_is_said_to_be_unseen(account: Account) -> None:
    await taken_over(account)
    shown = await account.push(account.xml("image", PicUrl="http://mmbiz.qpic.cn/x", MediaId="m"))

    assert shown.text is not None and "工作人员也看不到" in shown.text


async def test_a_place_shared_with_staff_brings_no_halls(account: Account) -> None:
    await publish(account)
    await taken_over(account)
    where = {"Location_X": "36.77", "Location_Y": "119.95", "Label": "山东省青岛市平度市人民路"}
    shown = await account.push(account.xml("location", Scale="15", **where))

    assert shown.body == b"success"
    assert [message.text for message in await account.history()][-1] == "我在平度市（青岛）"
