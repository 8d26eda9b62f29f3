"""Every phrase used in code exists, and every phrase in the content file is used."""

import re
from pathlib import Path

import pytest

from actions.words import MissingWords, load_words

CODE = "\n".join(p.read_text(encoding="utf-8") for p in Path("actions").rglob("*.py"))
WORDS = load_words()


def _is_used(key: str) -> bool:
    if f'"{key}"' in CODE:
        return True
    group, name = key.rsplit(".", 1)
    made_up = re.search(rf'f"{re.escape(group)}\.\{{', CODE)
    return bool(made_up) or f'"{name}"' in CODE


def test_keys_named_in_code_exist() -> None:
    named = set(re.findall(r'(?:say|has)\(\s*"([a-z_0-9.]+)"', CODE))
    assert named
    assert sorted(named - set(WORDS.phrases)) == []


def test_every_phrase_is_used() -> None:
    assert [key for key in WORDS.phrases if not _is_used(key)] == []


def test_a_missing_key_names_the_file() -> None:
    with pytest.raises(MissingWords, match="zh.yml"):
        WORDS.say("no.such.key")


def test_placeholders_are_filled() -> None:
    assert WORDS.say("fee.text", text="每证40元") == "费用：每证40元"
