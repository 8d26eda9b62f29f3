"""Every kind of message and event has its answer, or none where none is possible."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.channels.wechat.words import load_words
from bot.store import KnowledgeStore
from knowledge.model import Hall, Region, RegionLevel
from tests.app.wechat.conftest import Account

WORDS = load_words()


async def publish(account: Account) -> None:
    """A county with a hall, and its city."""
    knowledge = KnowledgeStore(account.store._database)
    await knowledge.publish(
        [
            Region(code="370000", name="山东省", level=RegionLevel.PROVINCE, aliases=("山东",)),
            Region(
                code="370200", name="青岛市", parent_code="370000", level=RegionLevel.CITY, aliases=("青岛",)
            ),
            Region(
                code="370283",
                name="平度市",
                parent_code="370200",
                level=RegionLevel.COUNTY_CITY,
                aliases=("平度",),
            ),
            Hall(id="hall-pd", region="370283", name="平度的大厅", address="某路1号", lat=36.78, lon=119.96),
            Hall(id="hall-far", region="370200", name="远的大厅", address="某路2号", lat=39.9, lon=116.4),
        ],
        "test",
    )


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("image", {"PicUrl": "http://mmbiz.qpic.cn/x", "MediaId": "m"}, WORDS.image),
        ("video", {"MediaId": "m", "ThumbMediaId": "t"}, WORDS.video),
        ("shortvideo", {"MediaId": "m", "ThumbMediaId": "t"}, WORDS.video),
        ("voice", {"MediaId": "m", "Format": "amr"}, WORDS.voice),
        ("voice", {"MediaId": "m", "Format": "amr", "Recognition": ""}, WORDS.voice),
        ("link", {"Title": "t", "Description": "d", "Url": "http://x"}, WORDS.link),
        ("hologram", {}, WORDS.unknown),
        ("text", {"Content": "【收到不支持的消息类型，暂无法显示】"}, WORDS.unknown),
    ],
)
async def test_what_cannot_be_read_is_said_to_be_so(
    account: Account, kind: str, fields: dict[str, str], said: str
) -> None:
    shown = await account.push(account.xml(kind, **fields))

    assert shown.text == said
    assert account.rasa.asked == []
    question, _ = await account.history()
    assert "http" not in question.text and question.text.startswith("［")


async def test_recognised_speech_is_a_question(account: Account) -> None:
    shown = await account.push(account.xml("voice", MediaId="m", Recognition="身份证丢了怎么办"))

    assert shown.text == "答：身份证丢了怎么办"


async def test_a_tapped_choice_is_its_text(account: Account) -> None:
    shown = await account.say("居民身份证补领", bizmsgmenuid="1")

    assert shown.text == "答：居民身份证补领"
    window = await account.people.window(account.sender())
    assert (window.message_left, window.event_left) == (0, 3), "a tap grants less than a message"


async def test_a_place_becomes_a_region_and_its_address_is_not_kept(account: Account) -> None:
    await publish(account)
    label = "山东省青岛市平度市某某小区12号楼3单元"

    shown = await account.push(
        account.xml("location", Location_X="36.79", Location_Y="119.95", Scale="16", Label=label)
    )

    assert account.rasa.asked[0]["message"] == "我在平度市（青岛）"
    assert account.rasa.asked[0]["metadata"]["region"] == "370283"
    assert shown.text is not None
    assert "平度的大厅" in shown.text and "公里" in shown.text and "远的大厅" not in shown.text
    assert "小区" not in str(await account.history())


async def test_a_place_nobody_knows(account: Account) -> None:
    shown = await account.push(account.xml("location", Location_X="1", Location_Y="2", Label="大西洋"))

    assert shown.text == WORDS.location_unknown


async def test_following_is_welcomed(account: Account) -> None:
    shown = await account.event("subscribe")

    assert shown.text is not None
    for words in ("帮办", "自动答复", "取消关注", "12345", "菜单"):
        assert words in shown.text
    window = await account.people.window(account.sender())
    assert window.budget(datetime.now(UTC)) == 3


async def test_a_code_tells_the_place(account: Account) -> None:
    await publish(account)

    followed = await account.event("subscribe", EventKey="qrscene_370283", Ticket="t")
    scanned = await account.event("SCAN", "oBert", EventKey="hall-pd", Ticket="t")
    unknown = await account.event("SCAN", "oCarl", EventKey="4711", Ticket="t")
    await account.say("身份证丢了", "oBert")

    assert followed.text is not None and "这里是平度市（青岛）的办事指南" in followed.text
    assert scanned.text is not None and "平度的大厅" in scanned.text
    assert unknown.text == WORDS.scanned_unknown
    assert account.rasa.asked[0]["metadata"]["region"] == "370283"


async def test_a_menu_asks_its_question(account: Account) -> None:
    assert (await account.event("CLICK", EventKey="ask:转人工")).text == "答：转人工"
    assert (await account.event("CLICK", EventKey="V1001")).text == WORDS.unknown_click


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("VIEW", {"EventKey": "https://example.cn/"}),
        ("LOCATION", {"Latitude": "36.7", "Longitude": "119.9", "Precision": "10"}),
        ("LOCATION", {"Latitude": "north", "Longitude": "", "Precision": ""}),
        ("scancode_push", {"EventKey": "k"}),
        ("pic_sysphoto", {"EventKey": "k"}),
        ("location_select", {"EventKey": "k"}),
        ("kf_create_session", {"KfAccount": "a@b"}),
        ("TEMPLATESENDJOBFINISH", {"Status": "success"}),
        ("一个没见过的事件", {}),
    ],
)
async def test_an_event_without_an_answer_is_acknowledged(
    account: Account, event: str, fields: dict[str, str]
) -> None:
    shown = await account.event(event, **fields)

    assert (shown.status, shown.body) == (200, b"success")
    assert await account.history() == ()


async def test_leaving_erases_everything(account: Account) -> None:
    await account.say("我住在平度")
    await account.say("别人的话", "oBert")

    shown = await account.event("unsubscribe")

    assert shown.body == b"success"
    assert await account.history() == ()
    assert account.rasa.forgotten == [f"wechat-{account.sender()}"]
    assert await account.people.more(account.sender()) is None
    assert (await account.people.window(account.sender())).message_until is None
    assert len(await account.history("oBert")) == 2, "nobody else's"
    assert await account.store.erasures() == ()


async def test_an_event_is_repeated_once_only(account: Account) -> None:
    sent = account.xml("event", Event="subscribe")

    shown = [await account.push(sent) for _ in range(3)]

    assert [one.text is not None for one in shown] == [True, False, False]
    assert len(await account.history()) == 2
