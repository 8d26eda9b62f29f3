"""What citizens are told, in each language: the same sentences with the same gaps, and every option understood."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.desk.hours import LOCAL
from bot.desk.telling import Waiting, queued_text, when_text
from bot.desk.words import FILE, Told, load_desk_words, says
from bot.errors import SetupIncomplete
from bot.store.desk_values import Trigger

WORDS = load_desk_words()


def gaps(words: Told) -> dict[str, set[str]]:
    flat: dict[str, Any] = words.model_dump()
    flat |= {f"leads.{trigger}": lead for trigger, lead in flat.pop("leads").items()}
    return {name: set(re.findall(r"{(\w+)}", str(said))) for name, said in flat.items()}


@pytest.mark.parametrize("language", sorted(WORDS.told))
def test_every_language_has_the_same_sentences_with_the_same_gaps(language: str) -> None:
    assert gaps(WORDS.to(language)) == gaps(WORDS.to("zh"))


def test_english_has_no_chinese_but_what_may_be_typed() -> None:
    for name, said in WORDS.to("en").model_dump().items():
        assert re.findall(r"[\u4e00-\u9fff]+", str(said)) in ([], ["人工"]), name


@pytest.mark.parametrize("language", [None, "", "zh", "ko"])
def test_other_languages_are_told_in_chinese(language: str | None) -> None:
    assert WORDS.to(language) is WORDS.told["zh"]


def test_sentences_that_follow_each_other_do_not_run_together() -> None:
    said = queued_text(WORDS.to("en"), Trigger.FAILURES, Waiting(2, 7))
    assert re.findall(r"[.!?][A-Z]", said) == []
    assert "number 2" in said and "7 minutes" in said and "12345" in said
    monday = datetime(2026, 11, 30, 9, tzinfo=LOCAL)
    assert when_text(WORDS.to("en"), monday, monday.replace(day=1)) == "Monday, 30/11 at 09:00"


@pytest.mark.parametrize("typed", ["No person needed", "no person needed.", " STOP  waiting! ", "不用人工了"])
def test_what_is_typed_in_english_is_understood_whatever_its_case(typed: str) -> None:
    assert says(typed, WORDS.says.withdraw)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda read: read["told"].pop("zh"), "told.zh"),
        (lambda read: read["told"]["en"]["options"].update(skip="No"), "told.en.options.skip"),
        (lambda read: read["told"]["en"].pop("closed"), "closed"),
    ],
)
def test_a_file_that_lacks_words_is_refused_with_the_mend(
    tmp_path: Path, change: Any, complaint: str
) -> None:
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    change(read)
    file = tmp_path / "desk.yml"
    file.write_text(yaml.safe_dump(read, allow_unicode=True), encoding="utf-8")
    with pytest.raises(SetupIncomplete, match=re.escape(complaint)):
        load_desk_words(file)
