"""Long texts are cut where a reader would pause, within what the platform takes, and nothing is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.channels.wechat.splitting import MOST_BYTES, MOST_CHARS, fits, split

WORDS = st.sampled_from(
    [
        "办理居民身份证补领。",
        "请带户口簿，",
        "\n\n",
        "\n",
        "到窗口；",
        "https://example.gov.cn/guides/a?b=1&c=2 ",
        '<a href="https://example.gov.cn/g">查看完整指南</a>',
        "0532-12345678，",
        "1,234.50 元",
        "😀",
        " ",
        "abc、",
        "２０２６年",
    ]
)
TEXTS = st.lists(WORDS, max_size=200).map("".join)
WHOLE = re.compile(r"<a\s[^<>]*>[^<>]*</a>|https?://[!-~]+|[0-9]+(?:[0-9.,\-]*[0-9])?")


@settings(deadline=None)
@given(TEXTS)
def test_each_piece_is_one_message(text: str) -> None:
    pieces = split(text)

    assert all(piece and fits(piece) for piece in pieces)
    assert all(len(piece) <= MOST_CHARS and len(piece.encode()) <= MOST_BYTES for piece in pieces)


@settings(deadline=None)
@given(TEXTS)
@example("")
@example("\n\n \n")
def test_nothing_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(split(text)).split()) == "".join(text.split())


@settings(deadline=None)
@given(TEXTS, st.integers(min_value=60, max_value=200))
def test_links_and_numbers_stay_whole(text: str, chars: int) -> None:
    found = WHOLE.findall(text)
    shown = [whole for piece in split(text, chars=chars, size=10_000) for whole in WHOLE.findall(piece)]
    if all(len(whole) <= chars for whole in found):
        assert shown == found


@settings(deadline=None)
@given(st.text(max_size=3000))
def test_no_text_breaks_it(text: str) -> None:
    pieces = split(text)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(len(piece.encode("utf-8", "surrogatepass")) <= MOST_BYTES for piece in pieces)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一段。\n\n第二段很长很长。", ("第一段。", "第二段很长很长。")),
        ("一句话。又一句话。", ("一句话。", "又一句话。")),
        ("“好的。”他说完了，", ("“好的。”", "他说完了，")),
    ],
)
def test_it_is_cut_at_the_best_place(text: str, expected: tuple[str, ...]) -> None:
    assert split(text, chars=8) == expected


def test_four_bytes_count_as_four() -> None:
    pieces = split("😀" * 600)
    assert [len(piece) for piece in pieces] == [512, 88]


def test_a_link_longer_than_a_message_is_cut_all_the_same() -> None:
    pieces = split("https://example.cn/" + "x" * 1500)
    assert "".join(pieces) == "https://example.cn/" + "x" * 1500
