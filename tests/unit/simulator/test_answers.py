"""What the platform shows of an answer, and what it takes for a failure of the account."""

from __future__ import annotations

import pytest

from bot.simulator.account import AccountKind, Mode, new_account
from bot.simulator.answers import BadAnswer, read_answer
from bot.simulator.chat import Bubble
from bot.simulator.envelope import to_xml

ACCOUNT = new_account(AccountKind.VERIFIED_SERVICE, Mode.PLAIN)
HEAD = {"ToUserName": "o1", "FromUserName": ACCOUNT.original_id, "CreateTime": 1714112445}


def read(body: bytes | str, *, asked: str = "text", status: int = 200) -> Bubble | None:
    raw = body.encode() if isinstance(body, str) else body
    return read_answer(ACCOUNT, "o1", asked, status, raw, lambda media_id, kind: media_id == kind)


def text(content: str) -> str:
    return to_xml({**HEAD, "MsgType": "text", "Content": content})


def news(count: int, *, said: int | None = None) -> str:
    items = "".join(f"<item><Title>t{n}</Title><Url>u</Url></item>" for n in range(count))
    head = to_xml({**HEAD, "MsgType": "news", "ArticleCount": count if said is None else said})
    return head.replace("</xml>", f"<Articles>{items}</Articles></xml>")


@pytest.mark.parametrize("body", [b"", b"success"])
def test_nothing_is_shown(body: bytes) -> None:
    assert read(body) is None


def test_what_is_shown() -> None:
    assert read(text("到窗口办理")) == Bubble("text", "到窗口办理")
    picture = to_xml({**HEAD, "MsgType": "image", "Image": {"MediaId": "image"}})
    assert read(picture) == Bubble("image", media_id="image")
    shown = read(news(3))
    assert shown is not None and [article.title for article in shown.articles] == ["t0"]
    shown = read(news(3), asked="event")
    assert shown is not None and len(shown.articles) == 3


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("{}", "no XML"),
        ("Success", "no XML"),
        (text(""), "empty"),
        (text("字" * 683), "2049 bytes of 2048"),
        (text("好").replace("o1", "o2"), "not the sender"),
        (text("好").replace("1714112445", "now"), "CreateTime"),
        (to_xml({**HEAD, "MsgType": "image", "Image": {"MediaId": "gone"}}), "does not know"),
        (to_xml({**HEAD, "MsgType": "shout"}), "no kind of reply"),
        (news(2, said=3), "ArticleCount"),
        (news(9), "ArticleCount"),
    ],
)
def test_what_the_citizen_sees_as_out_of_service(body: str, why: str) -> None:
    with pytest.raises(BadAnswer, match=why):
        read(body, asked="event")


def test_a_status_other_than_200_is_out_of_service() -> None:
    with pytest.raises(BadAnswer, match="status 500"):
        read(text("好"), status=500)
    with pytest.raises(BadAnswer, match="status 302"):
        read("", status=302)
