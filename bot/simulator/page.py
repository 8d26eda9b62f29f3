"""The page that looks like a phone, and what it asks for under /sim."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from bot.channels.body import read_object
from bot.errors import BadRequest, NotFound
from bot.simulator.account import ABILITIES, AccountKind, Mode
from bot.simulator.acts import Act
from bot.simulator.api import PLATFORM
from bot.simulator.codes import Refused
from bot.simulator.faults import changed
from bot.simulator.people import Person
from bot.simulator.platform import Platform
from bot.simulator.reading import number, photo, read_act, words
from bot.simulator.wiring import front_settings

STATIC = Path(__file__).parent / "static"
SESSION = web.AppKey("session", aiohttp.ClientSession)
TASKS = web.AppKey("tasks", set[asyncio.Task[Any]])
STOPPING = web.AppKey("stopping", asyncio.Event)
PEOPLE = ("李大爷", "王女士", "小张")
_FILES = {path.name: path for path in STATIC.iterdir() if path.is_file()}
_MOST_PEOPLE = 500
_LARGEST_PICTURE = 5 << 20
_LONGEST_NAME = 40
_LONGEST_JUMP_S = 40 * 86400.0


def add_routes(router: web.UrlDispatcher) -> None:
    """Name the addresses."""
    router.add_get("/", page)
    router.add_get("/static/{name}", static_file)
    router.add_get("/sim/state", state)
    router.add_get("/sim/events", events)
    router.add_get("/sim/exchanges", exchanges)
    router.add_get("/sim/media/{media_id}", medium)
    router.add_get("/sim/picture", picture)
    router.add_post("/sim/people", new_person)
    router.add_get("/sim/people/{openid}", chat)
    router.add_post("/sim/people/{openid}/acts", act)
    router.add_post("/sim/people/{openid}/photos", send_photo)
    router.add_post("/sim/account", account)
    router.add_post("/sim/faults", faults)
    router.add_post("/sim/clock", clock)
    router.add_post("/sim/revoke", revoke)
    router.add_post("/sim/check", check)


async def page(_request: web.Request) -> web.StreamResponse:
    """The phone."""
    return web.FileResponse(_FILES["index.html"])


async def static_file(request: web.Request) -> web.StreamResponse:
    """A file of the page; only those that are known by name."""
    path = _FILES.get(request.match_info["name"])
    if path is None:
        raise NotFound("There is no such file.")
    return web.FileResponse(path)


async def state(request: web.Request) -> web.Response:
    """Everything but the chats."""
    return web.json_response(_state(request.app[PLATFORM]))


def _state(platform: Platform) -> dict[str, Any]:
    return {
        "account": {
            "name": platform.account.name,
            "kind": platform.account.kind,
            "mode": platform.account.mode,
            "kinds": [{"id": kind, "label": abilities.label} for kind, abilities in ABILITIES.items()],
            "modes": list(Mode),
        },
        "settings": front_settings(platform.account, platform.own_url, _origin(platform)),
        "callback": platform.courier.url,
        "people": [_person(platform, person) for person in platform.people.all()],
        "menu": platform.menu,
        "faults": {name: getattr(platform.faults, name) for name in type(platform.faults).__slots__},
        "clock_offset_s": platform.clock.offset,
        "usage": dict(platform.usage.counts),
    }


def _person(platform: Platform, person: Person) -> dict[str, Any]:
    now = platform.clock.now()
    return {
        "openid": person.openid,
        "name": person.name,
        "follows": person.follows,
        "grants": [
            {"trigger": grant.trigger, "left": grant.left, "seconds": round(grant.until - now)}
            for grant in person.grants
            if grant.until > now
        ],
        "typing": max(0.0, person.typing_until - now),
    }


async def chat(request: web.Request) -> web.Response:
    """One person's chat."""
    platform = request.app[PLATFORM]
    person = _named(request)
    entries = [entry.to_json() for entry in platform.chats.of(person.openid)]
    return web.json_response({"person": _person(platform, person), "entries": entries})


async def new_person(request: web.Request) -> web.Response:
    """Someone else."""
    platform = request.app[PLATFORM]
    name = words(await read_object(request), "name").strip()
    if not 1 <= len(name) <= _LONGEST_NAME or len(platform.people.all()) >= _MOST_PEOPLE:
        raise BadRequest(f"A name has 1 to {_LONGEST_NAME} characters; there are {_MOST_PEOPLE} at most.")
    return web.json_response(_person(platform, platform.people.named(name)))


async def act(request: web.Request) -> web.Response:
    """A person does something; the answer comes by /sim/events."""
    person = _named(request)
    return _begin(request, person, read_act(request.app[PLATFORM], await read_object(request)))


async def send_photo(request: web.Request) -> web.Response:
    """A person sends a photo chosen on this machine."""
    person = _named(request)
    try:
        return _begin(request, person, photo(request.app[PLATFORM], await request.read()))
    except Refused:
        raise BadRequest("This is no PNG, JPEG or GIF picture of at most 10 MB.") from None


def _begin(request: web.Request, person: Person, done: Act) -> web.Response:
    task = asyncio.create_task(request.app[PLATFORM].act(person, done))
    tasks = request.app[TASKS]
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return web.json_response({"accepted": True}, status=202)


async def account(request: web.Request) -> web.Response:
    """Another kind of account, another mode."""
    platform = request.app[PLATFORM]
    body = await read_object(request)
    try:
        kind, mode = AccountKind(words(body, "kind")), Mode(words(body, "mode"))
    except ValueError as error:
        raise BadRequest(f"There is no such kind or mode: {error}.") from None
    platform.become(kind, mode)
    return web.json_response(_state(platform))


async def faults(request: web.Request) -> web.Response:
    """Switch faults."""
    platform = request.app[PLATFORM]
    try:
        platform.set_faults(changed(platform.faults, await read_object(request)))
    except ValueError as error:
        raise BadRequest(f"This fault cannot be set: {error}.") from None
    return web.json_response(_state(platform))


async def clock(request: web.Request) -> web.Response:
    """Move the platform's clock on."""
    platform = request.app[PLATFORM]
    seconds = number(await read_object(request), "advance_s", _LONGEST_JUMP_S)
    if seconds < 0:
        raise BadRequest("The clock goes forward only.", mend="Send a number of seconds from 0.")
    platform.clock.advance(seconds)
    return web.json_response(_state(platform))


async def revoke(request: web.Request) -> web.Response:
    """Every token is worthless from now on."""
    request.app[PLATFORM].tokens.revoke()
    return web.json_response({"revoked": True})


async def check(request: web.Request) -> web.Response:
    """Does the callback know the token?"""
    return web.json_response({"good": await request.app[PLATFORM].check_address()})


async def exchanges(request: web.Request) -> web.Response:
    """The raw exchange so far."""
    return web.json_response([one.to_json() for one in request.app[PLATFORM].exchanges.last()])


async def medium(request: web.Request) -> web.Response:
    """A picture somebody sent."""
    platform = request.app[PLATFORM]
    try:
        found = platform.media.get(request.match_info["media_id"], platform.clock.now())
    except Refused:
        raise NotFound("There is no such file, or it is older than three days.") from None
    return web.Response(body=found.data, content_type=found.mime)


async def picture(request: web.Request) -> web.Response:
    """The picture of a news card: fetched here, from the account's own server only, as the page may not."""
    platform = request.app[PLATFORM]
    url = request.query.get("url", "")
    if not url.startswith(f"{_origin(platform)}/"):
        raise NotFound("Pictures are fetched from the account's own server only.")
    try:
        async with request.app[SESSION].get(
            url, timeout=aiohttp.ClientTimeout(total=5), allow_redirects=False
        ) as response:
            data = await response.content.read(_LARGEST_PICTURE)
            if response.status != 200 or not response.content_type.startswith("image/"):
                raise NotFound("There is no picture at this address.")
            return web.Response(body=data, content_type=response.content_type)
    except (TimeoutError, aiohttp.ClientError, OSError):
        raise NotFound("The account's server does not answer.") from None


async def events(request: web.Request) -> web.StreamResponse:
    """Everything that happens, as server-sent events."""
    chats = request.app[PLATFORM].chats
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    queue = chats.watch()
    stopping = asyncio.create_task(request.app[STOPPING].wait())
    try:
        await response.prepare(request)
        await response.write(b": hello\n\n")
        while not stopping.done():
            waiting = asyncio.create_task(queue.get())
            await asyncio.wait({waiting, stopping}, timeout=15, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                text = json.dumps(waiting.result(), ensure_ascii=False)
                await response.write(f"data: {text}\n\n".encode())
            else:
                waiting.cancel()
                await response.write(b": still here\n\n")
    except ConnectionError:
        pass
    finally:
        stopping.cancel()
        chats.leave(queue)
    return response


def _named(request: web.Request) -> Person:
    person = request.app[PLATFORM].people.get(request.match_info["openid"])
    if person is None:
        raise NotFound("Nobody here has this OpenID.")
    return person


def _origin(platform: Platform) -> str:
    parts = urlsplit(platform.courier.url)
    return f"{parts.scheme}://{parts.netloc}"
