"""Replies to a numbered question."""

import pytest

from actions.dialogue.choosing import chosen, rejects_all
from actions.dialogue.model import Option

OPTIONS = (
    Option("id_card_reissue", "居民身份证补领"),
    Option("id_card_renew", "居民身份证换领"),
    Option("temporary_id_card", "临时居民身份证申领"),
)


@pytest.mark.parametrize(
    ("said", "index"),
    [
        ("1", 0),
        (" 2 ", 1),
        ("３", 2),
        ("第一个", 0),
        ("第二个吧", 1),
        ("选3", 2),
        ("我要第三个。", 2),
        ("最后一个", 2),
        ("二", 1),
        ("居民身份证换领", 1),
        ("我选居民身份证补领", 0),
        ("换领", 1),
        ("补领的那个", 0),
        ("临时居民身份证申领。", 2),
    ],
)
def test_a_reply_picks_its_option(said: str, index: int) -> None:
    assert chosen(said, OPTIONS) == OPTIONS[index]


@pytest.mark.parametrize(
    "said", ["4", "9", "身份证", "多少钱", "", "第", "1234", "公积金怎么提取", "居民", "100"]
)
def test_a_reply_that_picks_nothing(said: str) -> None:
    assert chosen(said, OPTIONS) is None


def test_without_options_nothing_is_picked() -> None:
    assert chosen("1", ()) is None


@pytest.mark.parametrize("said", ["都不是", "都不对", "没有我要的", "以上都不是。", "都没有"])
def test_none_of_them(said: str) -> None:
    assert rejects_all(said)


@pytest.mark.parametrize("said", ["不是", "没有身份证怎么办", "都要带什么"])
def test_not_a_rejection_of_all(said: str) -> None:
    assert not rejects_all(said)
