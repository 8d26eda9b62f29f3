"""Every phrase used in code exists, and every phrase in the content file is used."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from actions.compose.answer import SUGGESTED
from actions.compose.card import CARD_PARTS
from actions.compose.comparing import COMPARED
from actions.dialogue.model import Note
from actions.words import MissingWords, load_words
from knowledge.aspects import Aspect
from knowledge.model import Channel, HandleMode, OwnerRole

CODE = "\n".join(p.read_text(encoding="utf-8") for p in Path("actions").rglob("*.py"))
WORDS = load_words()
OF_EACH: dict[str, tuple[StrEnum, ...]] = {
    "card": CARD_PARTS,
    "aspect": tuple(Aspect),
    "channel": tuple(Channel),
    "compared": COMPARED,
    "noted": tuple(Note),
    "mode": tuple(HandleMode),
    "role": tuple(OwnerRole),
    "suggest": SUGGESTED,
}
"""Groups with one phrase for each member; the key is put together from it."""


def _is_used(key: str) -> bool:
    if f'"{key}"' in CODE:
        return True
    group, name = key.rsplit(".", 1)
    if group in OF_EACH:
        return name in {member.value for member in OF_EACH[group]}
    return f'f"{group}.{{' in CODE and f'"{name}"' in CODE


def test_keys_named_in_code_exist() -> None:
    named = set(re.findall(r'(?:say)\(\s*"([a-z_0-9.]+)"', CODE))
    assert named
    assert sorted(named - set(WORDS.phrases)) == []


@pytest.mark.parametrize("group", OF_EACH)
def test_each_member_of_a_set_has_its_phrase(group: str) -> None:
    assert [member for member in OF_EACH[group] if f"{group}.{member.value}" not in WORDS.phrases] == []


def test_every_phrase_is_used() -> None:
    assert [key for key in WORDS.phrases if not _is_used(key)] == []


def test_a_missing_key_names_the_file() -> None:
    with pytest.raises(MissingWords, match="zh.yml"):
        WORDS.say("no.such.key")


def test_placeholders_are_filled() -> None:
    assert WORDS.say("fee.text", text="每证40元") == "费用：每证40元"
