"""What becomes a link: safe addresses and telephone numbers, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pages.links import browse_path, bundle_path, guide_path, outside, with_phones


def test_paths_are_safe_whatever_the_id() -> None:
    assert guide_path("a@370200") == "/guides/a%40370200"
    assert guide_path("a@370200", "flow.svg", version=3) == "/guides/a%40370200/flow.svg?version=3"
    assert guide_path('../"><script>') == "/guides/..%2F%22%3E%3Cscript%3E"
    assert bundle_path("a/b") == "/bundles/a%2Fb"


def test_a_list_is_addressed_by_what_is_set() -> None:
    assert browse_path() == "/guides"
    assert browse_path(query="身份证", page=1) == "/guides?q=%E8%BA%AB%E4%BB%BD%E8%AF%81"
    assert browse_path(category="a&b", page=2) == "/guides?category=a%26b&page=2"


@pytest.mark.parametrize("url", ["https://www.gov.cn/a?b=1", "http://demo.example"])
def test_web_addresses_are_links(url: str) -> None:
    assert outside(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//a.example",
        "file:///etc",
        "www.gov.cn",
        "",
        "http:",
        "https://[",
        " javascript:alert(1)",
    ],
)
def test_anything_else_is_not(url: str) -> None:
    assert outside(url) == ""


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("咨询电话 0532-12345678", ["053212345678"]),
        ("拨 12345 或 12333", ["12345", "12333"]),
        ("400-810-1234 或 4008101234", ["4008101234", "4008101234"]),
        ("110、119、120", ["110", "119", "120"]),
        ("2024年12345件", ["12345"]),
        ("每证40元，60日内，370200", []),
        ("13800138000", ["13800138000"]),
        ("编号 123456789012", []),
        ("0000-12345", []),
    ],
)
def test_telephone_numbers_are_found(text: str, numbers: list[str]) -> None:
    assert [number for _, number in with_phones(text) if number] == numbers


@given(st.text(alphabet="电话0123456789-，打 ", max_size=60))
def test_nothing_is_lost_or_changed(text: str) -> None:
    assert "".join(piece for piece, _ in with_phones(text)) == text
