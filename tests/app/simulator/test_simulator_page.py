"""The page and what it asks for under /sim."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from bot.simulator.page import STATIC
from tests.app.simulator.conftest import Simulator


async def person(simulator: Simulator) -> dict[str, Any]:
    state = await (await simulator.client.get("/sim/state")).json()
    found: dict[str, Any] = state["people"][0]
    return found


async def act(simulator: Simulator, openid: str, **body: Any) -> int:
    return (await simulator.client.post(f"/sim/people/{openid}/acts", json=body)).status


async def delivered(simulator: Simulator, count: int) -> None:
    async with asyncio.timeout(20):
        while len(simulator.callback.calls) < count:
            await asyncio.sleep(0.01)


async def test_the_page_loads_only_from_here(simulator: Simulator) -> None:
    response = await simulator.client.get("/")
    html = await response.text()
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for path in re.findall(r'(?:src|href)="([^"]+)"', html):
        assert (await simulator.client.get(path)).status == 200, path
    assert "style=" not in html and "<script>" not in html
    assert (await simulator.client.get("/static/page.py")).status == 404


def test_the_script_names_only_what_is_on_the_page() -> None:
    html, script = ((STATIC / name).read_text(encoding="utf-8") for name in ("index.html", "phone.js"))
    ids = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'\$\("([^"]+)"\)', script)) <= ids
    assert "innerHTML" not in script


ACTS: list[dict[str, Any]] = [
    {"kind": "text", "text": "在吗"},
    {"kind": "text", "text": "满意", "menu_item": "101"},
    {"kind": "image"},
    {"kind": "voice", "text": "社保"},
    {"kind": "voice", "recognised": False},
    {"kind": "video", "short": True},
    {"kind": "location", "text": "示例市", "latitude": 36.6, "longitude": 117},
    {"kind": "link", "text": "t", "url": "http://x/"},
    {"kind": "file"},
    {"kind": "sticker"},
    {"kind": "subscribe", "scene": "990100"},
    {"kind": "unsubscribe"},
    {"kind": "scan", "scene": "990100"},
    {"kind": "reported_location", "latitude": 36.6, "longitude": 117},
    {"kind": "menu", "type": "click", "key": "k", "name": "查"},
    {"kind": "menu", "type": "view", "key": "http://x/"},
    {"kind": "menu", "type": "location_select", "key": "k"},
]


async def test_every_act_of_the_page_is_delivered(simulator: Simulator) -> None:
    openid = (await person(simulator))["openid"]
    for body in ACTS:
        assert await act(simulator, openid, **body) == 202, body
    await delivered(simulator, len(ACTS))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "dance"},
        {"kind": "text"},
        {"kind": "text", "text": 5},
        {"kind": "location", "text": "x", "latitude": "36", "longitude": 117},
        {"kind": "location", "text": "x", "latitude": 91, "longitude": 117},
        {"kind": "menu", "type": "click"},
    ],
)
async def test_acts_that_are_none(simulator: Simulator, body: dict[str, Any]) -> None:
    openid = (await person(simulator))["openid"]
    assert await act(simulator, openid, **body) == 400
    assert await act(simulator, "nobody", kind="text", text="x") == 404


async def test_a_photo_is_sent(simulator: Simulator) -> None:
    openid = (await person(simulator))["openid"]
    jpeg = b"\xff\xd8\xff" + bytes(200_000)
    sent = await simulator.client.post(f"/sim/people/{openid}/photos", data=jpeg)
    assert sent.status == 202
    await delivered(simulator, 1)
    assert simulator.callback.calls[0].fields["PicUrl"].startswith("http://simulator.invalid/sim/media/")
    assert (await simulator.client.post(f"/sim/people/{openid}/photos", data=b"<svg/>")).status == 400


async def test_what_happens_is_told_at_once(simulator: Simulator) -> None:
    openid = (await person(simulator))["openid"]
    async with simulator.client.get("/sim/events") as events:
        assert events.content_type == "text/event-stream"
        await events.content.readline()
        await act(simulator, openid, kind="text", text="在吗")
        told = []
        async with asyncio.timeout(20):
            while len(told) < 2:
                line = await events.content.readline()
                if line.startswith(b"data: "):
                    told.append(json.loads(line[6:]))
    assert told[0]["entry"]["bubble"]["text"] == "在吗"
    assert "Encrypt" in told[1]["exchange"]["request"]
    chat = await (await simulator.client.get(f"/sim/people/{openid}")).json()
    assert [entry["via"] for entry in chat["entries"]] == ["citizen"]
    assert chat["person"]["grants"][0]["left"] == 5


async def test_switches(simulator: Simulator) -> None:
    client = simulator.client
    changed = await client.post("/sim/account", json={"kind": "test", "mode": "plain"})
    assert (await changed.json())["settings"]["BANGBAN_WECHAT_MODE"] == "plain"
    assert (await client.post("/sim/account", json={"kind": "vip", "mode": "plain"})).status == 400
    changed = await client.post("/sim/faults", json={"busy": 2, "double": True})
    assert (await changed.json())["faults"]["busy"] == 2
    assert (await client.post("/sim/faults", json={"busy": "2"})).status == 400
    assert (await (await client.post("/sim/clock", json={"advance_s": 60})).json())["clock_offset_s"] == 60
    assert (await client.post("/sim/clock", json={"advance_s": -1})).status == 400
    assert (await (await client.post("/sim/check", json={})).json())["good"] is True
    assert (await (await client.post("/sim/revoke", json={})).json())["revoked"] is True
    named = await (await client.post("/sim/people", json={"name": "新来的"})).json()
    assert named["follows"] is True
    assert (await client.post("/sim/people", json={"name": " "})).status == 400


async def test_another_site_changes_nothing(simulator: Simulator) -> None:
    headers = {"Origin": "https://evil.example"}
    refused = await simulator.client.post("/sim/clock", json={"advance_s": 60}, headers=headers)
    assert refused.status == 400
    assert simulator.platform.clock.offset == 0


async def test_pictures_are_fetched_from_the_callbacks_server_only(simulator: Simulator) -> None:
    for url in ("http://192.0.2.1/x.png", "file:///etc/passwd", ""):
        assert (await simulator.client.get("/sim/picture", params={"url": url})).status == 404
