"""Every phrase the pages use exists, and every phrase of their content file is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import SetupIncomplete
from bot.pages.words import load_page_words
from knowledge.model import Channel, HandleArea, HandleMode, MaterialFormat, MaterialNeed, ScopeStatus

FOLDER = Path("bot/pages")
USED = "\n".join(
    path.read_text(encoding="utf-8") for path in (*FOLDER.glob("*.py"), *FOLDER.glob("templates/*.j2"))
)
PHRASES = load_page_words().phrases
OF_EACH = {
    "channel": [member.value for member in Channel],
    "area": [member.value for member in HandleArea],
    "mode": [member.value for member in HandleMode],
    "status": [ScopeStatus.PLANNED.value, ScopeStatus.PILOT.value],
    "materials": [*(member.value for member in (*MaterialNeed, *MaterialFormat))],
}
"""Groups whose key is put together from a value."""


def test_phrases_named_in_pages_exist() -> None:
    named = set(re.findall(r"""say\(\s*["']([a-z_0-9]+\.[a-z_0-9]+)["']""", USED))
    assert len(named) > 100
    assert sorted(named - set(PHRASES)) == []


def test_every_phrase_is_used() -> None:
    put_together = {f"{group}.{name}" for group, names in OF_EACH.items() for name in names}
    sections = {f"section.{name}" for name in re.findall(r'call section\("([a-z_]+)"', USED)}
    facts = {f"fact.{name}" for name in PHRASES["fact.catalog_code"] and re.findall(r'"([a-z_]+)",', USED)}
    known = put_together | sections | facts
    assert [key for key in PHRASES if key not in known and not re.search(rf"""["']{key}["']""", USED)] == []


@pytest.mark.parametrize("group", OF_EACH)
def test_each_member_of_a_set_has_its_phrase(group: str) -> None:
    assert [name for name in OF_EACH[group] if f"{group}.{name}" not in PHRASES] == []


def test_a_missing_phrase_names_the_file() -> None:
    with pytest.raises(SetupIncomplete, match="pages.yml"):
        load_page_words().say("no.such")
