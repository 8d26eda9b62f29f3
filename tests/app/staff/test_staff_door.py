"""What the guard makes of a query and of a file, on the real front."""

from __future__ import annotations

from typing import cast

import pytest

from bot.staff import routes
from bot.staff.openapi import document
from bot.staff.query import Query, Text
from bot.staff.routing import Call, File, Reply, Route
from tests.app.staff.conftest import StartOffice


class Wanted(Query):
    q: Text = ""


async def _save(call: Call) -> Reply:
    return Reply(file=File(f"问,{cast(Wanted, call.query).q}".encode(), "对话 “一”;.csv"))


FILE = Route("GET", "/api/test/save.csv", "saveTest", "A file", _save, query=Wanted, file="text/csv")


async def test_a_file_is_saved_and_never_shown(
    start_office: StartOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "ROUTES", (*routes.ROUTES, FILE))
    office = await start_office()
    browser = await office.signed_in(await office.account("wang"))
    sent = {"Cookie": f"bangban_staff={browser.token}"}

    response = await office.client.get("/api/test/save.csv?q=%E8%BA%AB%E4%BB%BD%E8%AF%81", headers=sent)

    assert (response.status, await response.read()) == (200, "问,身份证".encode())
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%E5%AF%B9%E8%AF%9D%20%E2%80%9C%E4%B8%80%E2%80%9D%3B.csv"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    for query in ("?p=1", "?q=a&q=b", "?q=" + "x" * 201, "?Q=a"):
        assert (await browser.get(f"/api/test/save.csv{query}")).error == "body_invalid"
    assert (await office.browser().get("/api/test/save.csv?p=1")).error == "no_session"


def test_the_document_tells_of_the_file() -> None:
    told = document([FILE])["paths"]["/api/test/save.csv"]["get"]
    assert told["responses"]["200"]["content"] == {
        "text/csv": {"schema": {"type": "string", "format": "binary"}}
    }
    assert told["parameters"] == [
        {"name": "q", "in": "query", "schema": {"type": "string", "maxLength": 200}}
    ]
