"""The staff handbook: its pictures are there, used and small; what it tells people to press is on the screen."""

from __future__ import annotations

import re
import struct
from pathlib import Path

FOLDER = Path("docs/staff")
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
PICTURES = {path.name: path for path in sorted((FOLDER / "pictures").iterdir())}
MOST_BYTES, MOST_TOGETHER = 120_000, 2_000_000
SCREEN = (
    *Path("web/console/src/words/zh").glob("*.ts"),
    *Path("web/widget/src/strings").glob("zh-CN.ts"),
    *Path("bot/desk/content").glob("*.yml"),
    *Path("bot/staff/content").glob("*.yml"),
    *Path("bot/content").glob("*.yml"),
)
NOT_ON_SCREEN = {"示例市", "身份证补领", "/", "/您", "⋮", "…", "我查一下，请稍等", "刚才的话收到了吗"}
"""Quoted, but no word of the screen: examples, and signs."""


def pictures_of(text: str) -> set[str]:
    return set(re.findall(r"!\[[^\]]+\]\(pictures/([^)]+)\)", text))


def test_every_picture_named_is_there_and_every_picture_is_used() -> None:
    named = set().union(*map(pictures_of, PAGES.values()))
    assert len(named) > 20
    assert named == PICTURES.keys()


def test_pictures_are_of_one_size_and_small() -> None:
    sizes = {name: path.stat().st_size for name, path in PICTURES.items()}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}
    assert sum(sizes.values()) <= MOST_TOGETHER
    shown = {struct.unpack(">II", path.read_bytes()[16:24]) for path in PICTURES.values()}
    assert shown == {(1280, 720)}


def test_the_first_page_leads_to_every_other() -> None:
    linked = set(re.findall(r"\]\(([a-z-]+\.md)", PAGES["README.md"]))
    assert linked == PAGES.keys() - {"README.md"}


def test_what_is_quoted_is_on_the_screen() -> None:
    """Words change; then the handbook must."""
    screen = "".join(path.read_text(encoding="utf-8") for path in SCREEN)
    quoted = {
        part for text in PAGES.values() for one in re.findall("“([^”]+)”", text) for part in _fixed(one)
    }
    assert len(quoted) > 60
    assert sorted(quoted - NOT_ON_SCREEN - {part for part in quoted if part in screen}) == []


def _fixed(quoted: str) -> list[str]:
    """What of a quotation stands in the content as it is: `……` is filled in, and so are numbers."""
    parts = re.split(r"……|\d+(?: / \d+)?|[（）]", quoted)
    return [part.strip() for part in parts if part and part.strip()]
