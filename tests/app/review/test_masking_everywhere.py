"""No personal number of the corpus is anywhere: database files, log, what Rasa gets, pages of the API, exports."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.settings import Settings
from tests.app.review.conftest import Review

SUPPORT = Path(__file__).parents[2] / "support"


def lines(name: str) -> list[str]:
    text = (SUPPORT / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


CORPUS = [(said, number) for said, number in (line.split("\t") for line in lines("personal_numbers.tsv"))]
NEAR_MISSES = lines("near_misses.txt")


def test_the_corpus_is_large_enough() -> None:
    assert len({number for _, number in CORPUS}) >= 300
    assert all(number in said for said, number in CORPUS)


async def test_no_personal_number_is_anywhere(
    review: Review, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    texts = [*(said for said, _ in CORPUS), *NEAR_MISSES]
    one = await review.reviewer("wang")
    for start in range(0, len(texts), 40):
        some = enumerate(texts[start : start + 40], start)
        await asyncio.gather(*(review.say(text, sender=f"s{n % 60}") for n, text in some))
    [newest, *_] = (await one.get("/api/review/messages?limit=1")).json["rows"]
    for said, _ in CORPUS[::40]:
        path = f"/api/review/messages/{newest['message_id']}/judgements"
        assert (await one.post(path, verdict="incomplete", comment=said)).status == 201
    for said, number in CORPUS[::60]:
        await one.ask("POST", "/api/review/filters", {"name": "找", "filter": {"q": number}})
        await one.ask(
            "POST", "/api/review/batch", {"message_ids": [newest["message_id"]], "label": number[:40]}
        )
        await one.ask("GET", f"/api/review/messages?q={said[:20]}")

    seen = {
        "database": b"".join(file.read_bytes() for file in settings.var_dir.glob("bangban.db*")).decode(
            "utf-8", "replace"
        ),
        "log": "".join(capfd.readouterr()),
        "Rasa": "\n".join(review.rasa.messages),
        "pages": await pages(one),
        "CSV": (await one.get("/api/review/export.csv")).json.decode("utf-8-sig"),
        "XLSX": workbook((await one.get("/api/review/export.xlsx")).json),
        "audit": json.dumps(
            [dict(entry.detail) for entry in await review.office.staff.audit.entries(limit=500)],
            ensure_ascii=False,
        ),
    }

    assert '"route"' in seen["log"] or "route=" in seen["log"], "the log was caught"
    found = [(where, number) for where, text in seen.items() for _, number in CORPUS if number in text]
    assert found == []
    assert NEAR_MISSES[0] in seen["database"], "the files were read"
    exported = {row["市民提问"] for row in csv.DictReader(io.StringIO(seen["CSV"], newline=""))}
    assert [text for text in NEAR_MISSES if text not in exported] == [], "what is nobody's number stays"


async def pages(browser: object) -> str:
    """Every page of the list."""
    told, cursor = [], ""
    while True:
        answer = await browser.get(f"/api/review/messages?limit=200{cursor}")  # type: ignore[attr-defined]
        told.append(json.dumps(answer.json, ensure_ascii=False))
        if answer.json["next"] is None:
            return "".join(told)
        cursor = f"&cursor={answer.json['next']}"


def workbook(content: bytes) -> str:
    [sheet] = load_workbook(io.BytesIO(content)).worksheets
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
