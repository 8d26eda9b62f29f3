"""The API as the account's server meets it: order of checks, codes, what the citizen gets."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.simulator import acts
from bot.simulator.account import AccountKind, Mode
from bot.simulator.chat import Via
from bot.simulator.faults import Faults
from bot.simulator.people import Person
from bot.simulator.reading import sample_photo
from bot.simulator.windows import HOURS_48
from tests.app.simulator.conftest import Simulator

HELLO: dict[str, Any] = {"msgtype": "text", "text": {"content": "您好"}}


@pytest.fixture
async def person(simulator: Simulator) -> Person:
    """Somebody who just wrote."""
    person = simulator.platform.people.named("王女士")
    await simulator.platform.act(person, acts.text("在吗"))
    return person


def got(simulator: Simulator, person: Person) -> list[str]:
    chat = simulator.platform.chats.of(person.openid)
    return [entry.bubble.text for entry in chat if entry.via is Via.CUSTOMER_SERVICE]


async def test_five_messages_in_48_hours(simulator: Simulator, person: Person) -> None:
    codes = [await simulator.send(person.openid, **HELLO) for _ in range(6)]
    assert codes == [0, 0, 0, 0, 0, 45047]
    assert got(simulator, person) == ["您好"] * 5
    await simulator.platform.act(person, acts.text("还在吗"))
    simulator.platform.clock.advance(HOURS_48)
    assert await simulator.send(person.openid, **HELLO) == 45015


async def test_a_tapped_msgmenu_line_grants_three(simulator: Simulator) -> None:
    person = simulator.platform.people.named("小张")
    await simulator.platform.act(person, acts.text("满意", menu_item="101"))
    assert [await simulator.send(person.openid, **HELLO) for _ in range(4)] == [0, 0, 0, 45047]


async def test_who_may_not_be_written_to(simulator: Simulator, person: Person) -> None:
    assert await simulator.send("o_nobody", **HELLO) == 40003
    assert await simulator.send(simulator.platform.people.named("静静").openid, **HELLO) == 45015
    person.refuses = True
    assert await simulator.send(person.openid, **HELLO) == 48002
    person.refuses = False
    await simulator.platform.act(person, acts.unsubscribe())
    assert await simulator.send(person.openid, **HELLO) == 45015
    stranger = simulator.platform.people.named("路人")
    stranger.follows = stranger.ever_followed = False
    assert await simulator.send(stranger.openid, **HELLO) == 43004


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", 44002),
        (b"{", 47001),
        (b"[1]", 47001),
        (b'{"touser": "\\u738b"}', 40033),
        (b'{"touser": "o", "text": {"content": "a\\\\u738b \\n \\u001f"}}', 40003),
    ],
)
async def test_bodies(simulator: Simulator, raw: bytes, code: int) -> None:
    answer = await simulator.post("message/custom/send", raw)
    assert answer["errcode"] == code


async def test_permission_comes_before_the_person(simulator: Simulator) -> None:
    simulator.become(AccountKind.UNVERIFIED_SUBSCRIPTION, Mode.SAFE)
    assert await simulator.send("o_nobody", **HELLO) == 48001
    assert (await simulator.post("menu/create", {}))["errcode"] == 48001
    assert (await simulator.post("message/custom/typing", {}))["errcode"] == 48001


async def test_methods_and_tokens(simulator: Simulator) -> None:
    client = simulator.client
    assert (await (await client.get("/cgi-bin/message/custom/send")).json())["errcode"] == 43002
    assert (await (await client.post("/cgi-bin/menu/get")).json())["errcode"] == 43001
    assert (await simulator.post("message/custom/send", {}, token=""))["errcode"] == 41001
    assert (await simulator.post("message/custom/send", {}, token="x" * 100))["errcode"] == 40001
    token = await simulator.token()
    simulator.platform.clock.advance(7201)
    assert (await simulator.post("message/custom/send", {}, token=token))["errcode"] == 42001


@pytest.mark.parametrize(
    ("wrong", "code"), [("grant_type", 40002), ("appid", 40013), ("secret", 40125), ("", 0)]
)
async def test_what_a_token_asks_for(simulator: Simulator, wrong: str, code: int) -> None:
    account = simulator.platform.account
    asked = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.secret}
    asked |= {wrong: "x"} if wrong else {}
    plain = await (await simulator.client.get("/cgi-bin/token", params=asked)).json()
    stable = await simulator.post("stable_token", asked, token="")
    assert (plain.get("errcode", 0), stable.get("errcode", 0)) == (code, code)
    if not wrong:
        assert plain["access_token"] != stable["access_token"]
        assert plain["expires_in"] == 7200


async def test_busy_for_a_while(simulator: Simulator, person: Person) -> None:
    token = await simulator.token()
    simulator.platform.set_faults(Faults(busy=2))
    body = {"touser": person.openid, **HELLO}
    codes = [(await simulator.post("message/custom/send", body, token=token))["errcode"] for _ in range(3)]
    assert codes == [-1, -1, 0]
    assert got(simulator, person) == ["您好"]


async def test_typing(simulator: Simulator, person: Person) -> None:
    async def typing(command: str) -> int:
        answer = await simulator.post("message/custom/typing", {"touser": person.openid, "command": command})
        return int(answer["errcode"])

    assert [await typing("Typing"), await typing("Typing"), await typing("Dancing")] == [0, 45081, 45072]
    assert await simulator.send(person.openid, **HELLO) == 0
    assert person.typing_until == 0
    assert [await typing("Typing"), await typing("CancelTyping"), await typing("Typing")] == [0, 0, 0]
    simulator.platform.clock.advance(31)
    assert await typing("Typing") == 45080


async def test_a_picture_is_uploaded_and_sent(simulator: Simulator, person: Person) -> None:
    token = await simulator.token()
    form = aiohttp.FormData()
    form.add_field("media", sample_photo(), filename="流程图.png", content_type="image/png")
    where = {"access_token": token, "type": "image"}
    uploaded = await (await simulator.client.post("/cgi-bin/media/upload", params=where, data=form)).json()
    assert uploaded["type"] == "image"
    picture = {"msgtype": "image", "image": {"media_id": uploaded["media_id"]}}
    assert await simulator.send(person.openid, **picture) == 0
    shown = await simulator.client.get(f"/sim/media/{uploaded['media_id']}")
    assert (shown.content_type, await shown.read()) == ("image/png", sample_photo())
    simulator.platform.clock.advance(3 * 86400 + 1)
    await simulator.platform.act(person, acts.text("图呢"))
    assert await simulator.send(person.openid, **picture) == 40007


@pytest.mark.parametrize("body", [b"", b"--x\r\n", b"not multipart"])
async def test_an_upload_without_a_file(simulator: Simulator, body: bytes) -> None:
    token = await simulator.token()
    where = {"access_token": token, "type": "image"}
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    response = await simulator.client.post("/cgi-bin/media/upload", params=where, data=body, headers=headers)
    assert (await response.json())["errcode"] == 41005


async def test_a_menu_comes_and_goes(simulator: Simulator) -> None:
    token = await simulator.token()
    client, params = simulator.client, {"access_token": token}
    menu = {"button": [{"type": "click", "name": "查一查", "key": "ask"}]}
    assert (await (await client.get("/cgi-bin/menu/get", params=params)).json())["errcode"] == 46003
    assert (await simulator.post("menu/create", menu))["errcode"] == 0
    assert (await (await client.get("/cgi-bin/menu/get", params=params)).json())["menu"] == menu
    assert (await (await client.get("/cgi-bin/menu/delete", params=params)).json())["errcode"] == 0
    assert simulator.platform.menu is None
