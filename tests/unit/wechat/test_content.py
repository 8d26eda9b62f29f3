"""Words, menu and rendering: what people read, and that the platform takes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.channels.message import AgentNote, Card, Option, Outcome, Reply
from bot.channels.wechat.menu import Button, load_menu, menu_to_push, question_of
from bot.channels.wechat.parse import NotAPush, fields_of, parse
from bot.channels.wechat.render import choices_of, page_of, text_of
from bot.channels.wechat.replies import text_reply
from bot.channels.wechat.splitting import fits
from bot.channels.wechat.words import load_words
from bot.content import fill
from bot.errors import SetupIncomplete

WORDS = load_words()


def test_every_text_of_ours_fits_into_one_message() -> None:
    for name, words in WORDS.model_dump().items():
        if isinstance(words, str):
            assert fits(words), name


def test_the_first_words_tell_what_has_to_be_told() -> None:
    for told in ("自动答复", "身份证号", "取消关注", "删除", "12345"):
        assert told in WORDS.welcome


@pytest.mark.parametrize("text", ["1", " １ ", "查看答案", "“1”", "1。"])
def test_fetching_is_understood(text: str) -> None:
    assert WORDS.asks_for_answer(text)
    assert not WORDS.asks_to_go_on(text)


@pytest.mark.parametrize("text", ["继续", "继 续", "更多"])
def test_going_on_is_understood(text: str) -> None:
    assert WORDS.asks_to_go_on(text)


@pytest.mark.parametrize("text", ["11", "继续教育怎么报名", "答案是什么", ""])
def test_a_question_is_a_question(text: str) -> None:
    assert not WORDS.asks_for_answer(text) and not WORDS.asks_to_go_on(text)


def test_values_are_filled_in_once() -> None:
    assert fill("{a}{b}", a="{b}", b="{a}") == "{b}{a}"


@pytest.mark.parametrize(
    ("agent", "speaker"),
    [
        (AgentNote(name="王芳", number="017"), "【工作人员 王芳（工号 017）】"),
        (AgentNote(name="王芳"), "【工作人员 王芳】"),
        (AgentNote(name=""), "【工作人员】"),
        (AgentNote(name="{number}", number="{name}"), "【工作人员 {number}（工号 {name}）】"),
    ],
)
def test_what_a_person_says_names_them_first(agent: AgentNote, speaker: str) -> None:
    said = Reply(outcome=Outcome.HANDOFF, text="请带户口簿来。", agent=agent)

    assert text_of(Reply.read(said.public()), WORDS, "") == f"{speaker}\n请带户口簿来。"


def test_words_that_lack_something_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "words.yml"
    file.write_text("welcome: hi\n", encoding="utf-8")

    with pytest.raises(SetupIncomplete, match="words.yml"):
        load_words(file)


def test_the_menu_is_one_the_platform_takes() -> None:
    for url in ("", "https://example.gov.cn"):
        menu = menu_to_push(load_menu(), url)
        assert 1 <= len(menu["button"]) <= 3
        for button in menu["button"]:
            assert len(button["name"].encode()) <= 16
            assert len(button.get("sub_button", [])) <= 5
            for entry in button.get("sub_button", [button]):
                assert len(entry["name"].encode()) <= 60
                assert len(entry.get("key", "").encode()) <= 128
                assert entry["type"] == ("view" if "url" in entry else "click")
                assert bool(entry.get("url")) != bool(question_of(entry.get("key", "")))
        assert ("https://example.gov.cn/guides" in json.dumps(menu)) == bool(url)


def test_a_key_that_is_none_of_ours_asks_nothing() -> None:
    assert question_of("V1001_TODAY_MUSIC") == ""


@pytest.mark.parametrize(
    "content",
    [
        "- {name: 没有用}",
        "- {name: 名字太长太长太长, asks: x}",
        "[]",
        "- {name: a, entries: [{name: b, entries: [{name: c, asks: d}]}]}",
        f"- {{name: a, asks: {'问' * 45}}}",
        "- {name: a, page: 'javascript:x'}",
    ],
)
def test_a_menu_the_platform_would_refuse_is_refused_here(tmp_path: Path, content: str) -> None:
    file = tmp_path / "menu.yml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(SetupIncomplete):
        load_menu(file)


def test_a_button_without_a_page_falls_back_on_its_question() -> None:
    menu = menu_to_push([Button(name="指南", page="/guides", asks="你能做什么")], "")
    assert menu == {"button": [{"type": "click", "name": "指南", "key": "ask:你能做什么"}]}
    assert menu_to_push([Button(name="指南", page="/guides")], "") == {"button": []}


def reply(**more: object) -> Reply:
    return Reply.read({"outcome": "answered", "text": "答复", **more})


def test_a_guide_is_linked_only_where_people_can_reach_it() -> None:
    with_page = reply(card=Card(page='/guides/a@370283"<b>'))

    assert text_of(with_page, WORDS, "") == "答复"
    assert text_of(reply(), WORDS, "https://x.cn/") == "答复"
    linked = text_of(with_page, WORDS, "https://x.cn/")
    assert linked == '答复\n<a href="https://x.cn/guides/a@370283%22%3Cb%3E">查看完整指南</a>'
    assert page_of(reply(card=Card(page="/guides/a%40000000")), "https://x.cn").endswith("/guides/a%40000000")


def test_choices_that_the_text_does_not_name_are_listed() -> None:
    options = (Option(id="1", title="补领"), Option(id="2", title="换领"))

    assert text_of(reply(options=options), WORDS, "") == "答复\n1. 补领\n2. 换领"
    named = reply(
        text="哪一件？\n1. 补领\n2. 换领\n都不是请再说一遍", options=options, outcome=Outcome.CLARIFY
    )
    assert text_of(named, WORDS, "") == named.text
    assert choices_of(named) == ("哪一件？\n都不是请再说一遍", {"1": "补领", "2": "换领"})
    assert choices_of(reply(options=options)) is None


def test_a_reply_survives_the_platforms_xml() -> None:
    xml = text_reply(to="oA", sender="gh_1", text="甲]]>乙<b>&amp;\n丙", now=1).encode()

    assert fields_of(xml)["Content"] == "甲]]>乙<b>&amp;\n丙"


def test_the_text_of_an_error_names_the_field_and_not_its_value() -> None:
    xml = b"<xml><ToUserName>gh</ToUserName><FromUserName>o secret</FromUserName></xml>"

    with pytest.raises(NotAPush) as wrong:
        parse(fields_of(xml))
    assert str(wrong.value) == "FromUserName"
