"""Callers who mean no good, and callers who do not know better."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from aiohttp import WSServerHandshakeError
from structlog.testing import capture_logs

from bot.channels.widget.socket import LARGEST_FRAME, MOST_TABS, NO_SESSION
from tests.app.widget.conftest import PATIENCE_S, Site, StartSite, Tab, bearer

LISTED = "https://www.example.gov.cn"
FOREIGN = [
    "https://evil.example",
    "http://www.example.gov.cn",
    f"{LISTED}.evil.example",
    "null",
    "file://",
    "x",
]


# --- who may call ------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_site_that_is_not_listed_gets_no_socket_and_no_answer(
    start_site: StartSite, origin: str
) -> None:
    site = await start_site(widget_origins=LISTED)
    with pytest.raises(WSServerHandshakeError) as refused:
        await site.client.ws_connect("/widget/socket", headers={"Origin": origin})
    answers = [
        await site.client.post("/widget/session", json={}, headers={"Origin": origin}),
        await site.client.get("/widget/config", headers={"Origin": origin}),
        await site.client.options("/widget/messages", headers={"Origin": origin}),
    ]

    assert refused.value.status == 403
    for answer in answers:
        assert answer.status == 403
        assert (await answer.json())["error"]["code"] == "forbidden"
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_listed_site_may_talk_and_read_even_the_refusals(start_site: StartSite) -> None:
    site = await start_site(widget_origins=f"https://other.example, {LISTED}")
    asked = await site.client.options("/widget/messages", headers={"Origin": LISTED})
    made = await site.client.post("/widget/session", json={"cookie": True}, headers={"Origin": LISTED})
    refused = await site.client.get("/widget/poll", headers={"Origin": LISTED})
    token = (await made.json())["token"]

    assert asked.status == 204
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    assert refused.status == 401
    for answer in (asked, made, refused):
        assert answer.headers["Access-Control-Allow-Origin"] == LISTED
        assert "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in made.headers, "a cookie is for our own pages"
    async with site.tab(token, Origin=LISTED) as tab:
        await tab.say("在吗")
        assert (await tab.reply())["text"] == "答：在吗"


async def test_our_own_page_keeps_its_token_in_a_cookie_no_script_can_read(site: Site) -> None:
    own = {"Origin": str(site.client.make_url("")).rstrip("/")}
    made = await site.client.post("/widget/session", json={"cookie": True}, headers=own)
    cookie = made.headers["Set-Cookie"]

    assert (await made.json())["token"] is None
    for promise in ("HttpOnly", "SameSite=Lax", "Path=/widget/"):
        assert promise in cookie
    assert "Secure" not in cookie
    async with site.tab(None, **own) as tab:
        assert (await tab.next("welcome"))["conversation"] == (await made.json())["conversation"]
    again = await site.client.post("/widget/session", json={"cookie": True}, headers=own)
    assert (await again.json())["resumed"] is True


async def test_behind_tls_the_cookie_is_only_for_tls(start_site: StartSite) -> None:
    site = await start_site(public_url="https://chat.example.gov.cn")
    own = {"Origin": "https://chat.example.gov.cn"}
    made = await site.client.post("/widget/session", json={"cookie": True}, headers=own)

    assert "Secure" in made.headers["Set-Cookie"]


async def test_a_listed_site_cannot_ride_on_the_cookie(start_site: StartSite) -> None:
    site = await start_site(widget_origins=LISTED)
    token = await site.token()
    cookie = {"Cookie": f"bangban_chat={token}", "Origin": LISTED}

    assert (await site.client.get("/widget/transcript", headers=cookie)).status == 401
    async with site.tab(None, **cookie) as tab:
        assert await tab.closed() == NO_SESSION


# --- whose conversation ------------------------------------------------------------------------------


def broken(token: str) -> list[Any]:
    """Tokens that are none: guessed, changed by a character, cut, of another kind."""
    secret, region, signature = token.split(".")
    other = "A" if secret[0] != "A" else "B"
    return [
        "",
        "x",
        f"{other}{secret[1:]}.{region}.{signature}",
        f"{secret}.370283.{signature}",
        f"{secret}.{region}.{'A' * 22}",
        token[:-1],
        token + "A",
        secret,
        f"{'A' * 43}.0.{'A' * 22}",
        7,
        {"token": token},
        [token],
    ]


async def test_a_guessed_or_changed_token_opens_nothing(site: Site) -> None:
    token = await site.token()
    async with site.tab(token) as tab:
        await tab.say("我的事")
        await tab.reply()

    for guess in broken(token):
        async with site.tab(guess) as tab:
            assert await tab.closed() == NO_SESSION, guess
            assert tab.got == []
        made = await (await site.client.post("/widget/session", json={"token": guess})).json()
        assert (made["resumed"], made["last_seq"]) == (False, 0)
        if isinstance(guess, str) and guess:
            for address in ("transcript", "poll"):
                answer = await site.client.get(f"/widget/{address}", headers=bearer(guess))
                assert answer.status == 401


async def test_the_public_id_and_the_stored_name_are_no_tokens(site: Site) -> None:
    made = await (await site.client.post("/widget/session", json={})).json()
    visitor = site.widget.tokens.read(made["token"])
    assert visitor is not None

    for guess in (made["conversation"], visitor.sender, site.widget.key(visitor)):
        assert (await site.client.get("/widget/transcript", headers=bearer(guess))).status == 401
    assert visitor.sender not in made["token"]


async def test_people_see_only_their_own(site: Site) -> None:
    mine, theirs = await site.token(), await site.token()
    async with site.tab(mine) as my_tab, site.tab(theirs) as their_tab:
        await their_tab.next("welcome")
        await my_tab.say("我的秘密", "same-id")
        await my_tab.reply()
        await their_tab.say("他们的事", "same-id")
        await their_tab.reply()
        await their_tab.silence()

        assert [text for _, text in their_tab.messages()] == ["他们的事", "答：他们的事"]
    shown = await (await site.client.get("/widget/transcript", headers=bearer(theirs))).text()
    assert "我的秘密" not in shown


async def test_nobody_rates_another_persons_answer(site: Site) -> None:
    mine, theirs = await site.token(), await site.token()
    for token in (mine, theirs):
        async with site.tab(token) as tab:
            await tab.say("在吗")
            await tab.reply()
    [question, answer] = await site.stored(mine)

    for token, message_id, status in (
        (theirs, answer.id, 404),
        (mine, question.id, 404),
        (mine, 2**80, 404),
        (mine, -1, 404),
        (mine, answer.id, 204),
        (mine, None, 204),
    ):
        body = {"message_id": message_id, "grade": 5}
        rated = await site.client.post("/widget/rating", json=body, headers=bearer(token))
        assert rated.status == status, (message_id, await rated.text())


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"grade": 0},
        {"grade": 6},
        {"grade": "5"},
        {"grade": True},
        {"grade": 4.5},
        {"grade": 5, "message_id": "1"},
        {"grade": 5, "message_id": True},
        {"grade": 5, "comment": 7},
        {"grade": 5, "comment": "长" * 501},
    ],
)
async def test_a_rating_that_is_none_is_refused(site: Site, wrong: dict[str, Any]) -> None:
    token = await site.token()
    rated = await site.client.post("/widget/rating", json=wrong, headers=bearer(token))

    assert rated.status == 400
    assert (await rated.json())["error"]["mend"]


async def test_the_last_rating_counts_and_holds_no_personal_number(site: Site) -> None:
    token = await site.token()
    async with site.tab(token) as tab:
        await tab.say("在吗")
        reply = await tab.reply()
    for grade, comment in ((1, "慢"), (4, "好，打我电话13812345678")):
        body = {"message_id": reply["message_id"], "grade": grade, "comment": comment}
        assert (await site.client.post("/widget/rating", json=body, headers=bearer(token))).status == 204

    visitor = site.widget.tokens.read(token)
    assert visitor is not None
    [given] = await site.widget.ratings.given("widget", site.widget.key(visitor))
    assert (given.message_id, given.grade) == (reply["message_id"], 4)
    assert "13812345678" not in given.comment


# --- frames ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "null",
        "[]",
        "{",
        "{}",
        '{"type": 7}',
        '{"type": "hello", "token": null}',
        '{"type": "message"}',
        '{"type": "message", "id": "1", "text": 7}',
        '{"type": "message", "id": 1, "text": "x"}',
        '{"type": "message", "id": "", "text": "x"}',
        '{"type": "message", "id": "<b>", "text": "x"}',
        '{"type": "message", "id": "' + "a" * 65 + '", "text": "x"}',
        "[" * 20_000,
        '{"a":' * 5000,
        '{"type": "message", "id": "big", "text": ' + "9" * 5000 + "}",
    ],
)
async def test_a_frame_that_is_none_is_refused_in_words_and_the_chat_goes_on(site: Site, frame: str) -> None:
    token = await site.token()
    async with site.tab(token) as tab:
        await tab.ws.send_str(frame)
        failed = await tab.next("failed")
        await tab.say("在吗")

        assert failed["error"]["code"] == "bad_request"
        assert "12345" in failed["error"]["mend"]
        assert (await tab.reply())["text"] == "答：在吗"
    assert site.rasa.messages == ["在吗"]


async def test_broken_frames_again_and_again_end_the_socket(site: Site) -> None:
    async with site.tab(await site.token()) as tab:
        for _ in range(10):
            await tab.ws.send_str("{")
        assert await tab.closed() == 1008


async def test_a_message_that_is_too_long_is_refused_in_words(site: Site) -> None:
    token = await site.token()
    async with site.tab(token) as tab:
        message_id = await tab.say("长" * 201)
        failed = await tab.next("failed")
    posted = await site.client.post(
        "/widget/messages", json={"id": "x", "text": "长" * 201}, headers=bearer(token)
    )

    assert (failed["id"], failed["error"]["code"]) == (message_id, "too_long")
    assert "200 个字" in failed["error"]["message"]
    assert (posted.status, (await posted.json())["error"]["code"]) == (413, "too_long")
    assert await site.stored(token) == ()


async def test_a_giant_frame_ends_the_socket(site: Site) -> None:
    async with site.tab(await site.token()) as tab:
        await tab.next("welcome")
        await tab.ws.send_str("x" * (LARGEST_FRAME + 1))
        assert await tab.closed() == 1009


async def test_a_binary_frame_ends_the_socket(site: Site) -> None:
    async with site.tab(await site.token()) as tab:
        await tab.ws.send_bytes(b"\x00\xff")
        assert await tab.closed() == 1003


@pytest.mark.parametrize(
    ("first", "code"),
    [('{"type": "message", "id": "1", "text": "x"}', 1008), ("nonsense", 1008), (b"\x00", 1003)],
)
async def test_without_hello_nothing_is_done(site: Site, first: str | bytes, code: int) -> None:
    async with site.client.ws_connect("/widget/socket") as ws:
        await (ws.send_bytes(first) if isinstance(first, bytes) else ws.send_str(first))
        assert await Tab(ws).closed() == code
    assert site.rasa.messages == []


async def test_who_says_nothing_at_first_is_let_go(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.widget.socket.HELLO_S", 0.2)
    async with site.client.ws_connect("/widget/socket") as ws:
        assert await Tab(ws).closed() == 1008


@pytest.mark.parametrize("after", [-1, 2**40, "1", None, True, 1.5, {}])
async def test_a_place_that_is_none_counts_as_the_beginning(site: Site, after: Any) -> None:
    token = await site.token()
    async with site.tab(token) as tab:
        await tab.say("在吗")
        await tab.reply()
    async with site.tab(token, after=after) as tab:
        await tab.reply()
        assert [seq for seq, _ in tab.messages()] == [1, 2]


# --- too much ----------------------------------------------------------------------------------------


async def test_messages_that_come_too_fast_are_refused_with_the_time_to_wait(start_site: StartSite) -> None:
    site = await start_site(widget_messages_per_minute=6)
    token = await site.token()
    async with site.tab(token) as tab:
        for number in range(8):
            await tab.say(f"第{number}句")
        failed = [await tab.next("failed") for _ in range(3)]
        async with asyncio.timeout(PATIENCE_S):
            while len(site.rasa.messages) < 5:
                await asyncio.sleep(0.02)
        await tab.silence()

        assert {frame["error"]["code"] for frame in failed} == {"too_fast"}
        assert "秒" in failed[0]["error"]["mend"]
        assert len(site.rasa.messages) == 5
    posted = await site.client.post("/widget/messages", json={"id": "x", "text": "x"}, headers=bearer(token))
    assert posted.status == 429


async def test_one_address_cannot_take_everything(start_site: StartSite) -> None:
    site = await start_site(widget_requests_per_minute_per_ip=40)
    answers = [(await site.client.get("/widget/suggest?q=a")).status for _ in range(12)]
    other = await site.client.get("/widget/suggest?q=a", headers={"X-Forwarded-For": "198.51.100.7"})

    assert answers[:10] == [200] * 10
    assert 429 in answers
    assert other.status == 200, "another address behind the same proxy has its own share"


async def test_who_is_no_proxy_cannot_name_another_address(start_site: StartSite) -> None:
    site = await start_site(widget_requests_per_minute_per_ip=40, trusted_proxies="10.0.0.1")
    answers = [
        (await site.client.get("/widget/config", headers={"X-Forwarded-For": f"198.51.100.{n}"})).status
        for n in range(20)
    ]

    assert 429 in answers


async def test_a_flood_of_frames_ends_the_socket_with_the_time_to_come_back(site: Site) -> None:
    async with site.tab(await site.token()) as tab:
        for number in range(200):
            try:
                await tab.send(type="ping", t=number)
            except (aiohttp.ClientError, ConnectionError):
                break
        assert await tab.closed() == 1013
    assert [frame["reason"] for frame in tab.got if frame["type"] == "resume"] == ["too_many"]


async def test_there_are_only_so_many_sockets(start_site: StartSite) -> None:
    site = await start_site(widget_connections_per_ip=3)
    token = await site.token()
    async with site.tab(token) as one, site.tab(token) as two, site.tab(token) as three:
        for tab in (one, two, three):
            await tab.next("welcome")
        async with site.tab(token) as tab:
            assert await tab.closed() == 1013
            assert tab.got[0]["reason"] == "too_many"
        await one.ws.close()
        async with asyncio.timeout(PATIENCE_S):
            while site.widget.places.taken > 2:
                await asyncio.sleep(0.02)
        async with site.tab(token) as tab:
            await tab.next("welcome")


async def test_opening_sockets_again_and_again_is_slowed_down(start_site: StartSite) -> None:
    site = await start_site(widget_requests_per_minute_per_ip=40)
    token = await site.token()
    said = []
    for _ in range(12):
        async with site.tab(token) as tab:
            said.append((await tab.ws.receive_json())["type"])

    assert said[:9] == ["welcome"] * 9
    assert "resume" in said[9:]


async def test_one_conversation_has_only_so_many_tabs(site: Site) -> None:
    token = await site.token()
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        url = site.client.make_url("/widget/socket")
        tabs = [Tab(await session.ws_connect(url)) for _ in range(MOST_TABS + 1)]
        for tab in tabs[:MOST_TABS]:
            await tab.send(type="hello", token=token, after=0)
            await tab.next("welcome")
        await tabs[-1].send(type="hello", token=token, after=0)
        assert await tabs[-1].closed() == 1013


async def test_a_browser_that_vanished_is_let_go(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.widget.socket._HEARTBEAT_S", 0.2)
    token = await site.token()
    reader, writer = await asyncio.open_connection(site.client.host, site.client.port)
    writer.write(
        b"GET /widget/socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    writer.write(masked(json.dumps({"type": "hello", "token": token, "after": 0}).encode()))
    async with asyncio.timeout(PATIENCE_S):
        while not len(site.widget.hub):
            await asyncio.sleep(0.01)
        while len(site.widget.hub) or site.widget.places.taken:  # it never answers a ping
            await asyncio.sleep(0.02)
    writer.close()


async def test_a_poll_that_was_left_hands_nothing_over_and_is_no_fault(site: Site) -> None:
    token = await site.token()
    _reader, writer = await asyncio.open_connection(site.client.host, site.client.port)
    asked = f"GET /widget/poll?wait=20 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    writer.write(asked.encode())
    async with asyncio.timeout(PATIENCE_S):
        while not len(site.widget.hub):
            await asyncio.sleep(0.01)
    writer.close()
    await writer.wait_closed()
    with capture_logs() as logs:
        said = {"id": "m1", "text": "在吗"}
        assert (await site.client.post("/widget/messages", json=said, headers=bearer(token))).status == 202
        async with asyncio.timeout(PATIENCE_S):
            while len(site.widget.hub) or len(await site.stored(token)) < 2:
                await asyncio.sleep(0.02)
    back = await site.client.get("/widget/poll?wait=0", headers=bearer(token))
    texts = [event["text"] for event in (await back.json())["events"] if event["type"] == "message"]

    assert texts == ["在吗", "答：在吗"]
    assert [line for line in logs if line["log_level"] == "error"] == []


def masked(text: bytes) -> bytes:
    """A text frame of a client, with a mask of zeros."""
    assert len(text) < 2**16
    return bytes([0x81, 0x80 | 126]) + len(text).to_bytes(2) + bytes(4) + text


async def test_silence_for_too_long_ends_the_socket(start_site: StartSite) -> None:
    site = await start_site(widget_idle_s=0.3)
    async with site.tab(await site.token()) as tab:
        assert await tab.closed() == 1001
    assert [frame["reason"] for frame in tab.got if frame["type"] == "resume"] == ["idle"]


async def test_pings_alone_are_no_conversation(start_site: StartSite) -> None:
    site = await start_site(widget_idle_s=2.0)
    async with site.tab(await site.token()) as tab:
        for number in range(3):
            await tab.send(type="ping", t=number)
            assert (await tab.next("pong"))["t"] == number
            await asyncio.sleep(0.1)
        assert await tab.closed() == 1001


async def test_when_the_store_is_away_the_message_is_refused_and_can_be_sent_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.errors import PartUnavailable

    token = await site.token()
    async with site.tab(token) as tab:
        await tab.next("welcome")

        async def away(*_: Any, **__: Any) -> Any:
            raise PartUnavailable("The database does not answer.")

        with monkeypatch.context() as broken_store:
            broken_store.setattr(type(site.store), "receive", away)
            message_id = await tab.say("在吗")
            failed = await tab.next("failed")
        await tab.say("在吗", message_id)

        assert (failed["id"], failed["error"]["code"]) == (message_id, "part_unavailable")
        assert (await tab.reply())["text"] == "答：在吗"
