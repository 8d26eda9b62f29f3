"""`GET /api/desk/socket`: one reader and one writer for each console that is open.

As with the widget a notice says only that there is news; what it is, the console is shown from the store after
the last place it has: so nothing is lost or doubled by a connection that breaks. Wire: docs/architecture.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.channels.sockets import leave, read_frame, send
from bot.channels.widget.limits import Buckets, Places
from bot.desk import shapes, shown
from bot.desk.api_parts import API, AT_DESK, DeskApi
from bot.desk.api_tickets import ticket_counts
from bot.desk.hub import QUEUE, TICKETS, Subscription, agent_topic, chat_topic
from bot.desk.lists import Desk
from bot.desk.seeing import may_see
from bot.desk.values import Person
from bot.errors import BangbanError
from bot.staff.errors import BodyInvalid, NoSession, refusal
from bot.staff.routing import Answer, Call, Route
from bot.staff.service import SignedIn, Staff
from bot.store import Direction, MessageState, Owner
from bot.store.desk_values import Presence

log = structlog.get_logger(__name__)

PROTOCOL = "bangban.desk.v1"
LARGEST_FRAME = 16 * 1024
HELLO_S = 10.0
ENDED = 4401
MOST_OF_ONE = 10
"""Consoles one person may have open."""
MOST_TOGETHER = 2000
MOST_WATCHED = 100
_PAGE = 200
_PING_S = 25.0
_CHECKED_S = 1.0
"""So old may the knowledge be that somebody is signed in."""
_LOOKED_S = 5.0
"""So often is looked whether they still are, when nothing happens."""
_HEARD_S = 15.0
"""So often is noted that the console is open."""
_LIST_S = 0.4
"""Lists of chats are sent at most so often: many things happen at once."""
_KNOWN_S = 2.0
"""So old may the knowledge be of whose queues somebody serves."""
_TYPING_S = 6.0
_STORE_AWAY_S = 2.0
_FRAMES_PER_MINUTE, _FRAMES_AT_ONCE = 600, 120
_MOST_MISTAKES = 5


@dataclass
class Sockets:
    """The open consoles of this front."""

    places: Places = field(default_factory=lambda: Places(MOST_TOGETHER, MOST_OF_ONE))
    is_closing: asyncio.Event = field(default_factory=asyncio.Event)


SOCKETS = web.AppKey("desk_sockets", Sockets)


async def socket(call: Call, request: web.Request) -> web.StreamResponse:
    """Serve one console until it leaves, its session ends, or we do."""
    sockets = call.app[SOCKETS]
    ws = web.WebSocketResponse(
        protocols=(PROTOCOL,), heartbeat=_PING_S, max_msg_size=LARGEST_FRAME, compress=False
    )
    await ws.prepare(request)
    with sockets.places.hold(str(call.who.account.id)) as free:
        if not free or sockets.is_closing.is_set():
            await leave(ws, "restart" if sockets.is_closing.is_set() else "too_many")
            return ws
        watched = await _hello(ws)
        if watched is not None:
            await _Console(call, request, ws, watched).serve()
    return ws


async def close_consoles(app: web.Application, seconds: float = 5.0) -> None:
    """Tell every open console to come back, and wait until they are closed."""
    if SOCKETS not in app:
        return
    app[SOCKETS].is_closing.set()
    app[API].hub.wake_all()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while app[SOCKETS].places.taken:
                await asyncio.sleep(0.05)


async def _hello(ws: web.WebSocketResponse) -> dict[int, int] | None:
    """What the console follows, by the places it has; None after closing when that does not come."""
    try:
        message = await ws.receive(timeout=HELLO_S)
    except TimeoutError:
        message = None
    frame = read_frame(message.data) if message and message.type is WSMsgType.TEXT else None
    watched = _watched(frame.get("watch")) if frame and frame.get("type") == "hello" else None
    if watched is None:
        await ws.close(code=WSCloseCode.POLICY_VIOLATION, message=b"no hello")
    return watched


def _watched(given: object) -> dict[int, int] | None:
    """`{conversation: after}` of a hello; None when it is none."""
    listed = {} if given is None else given
    if not isinstance(listed, dict) or len(listed) > MOST_WATCHED:
        return None
    read = {
        _number(int(key)) if key.isdecimal() and len(key) < 19 else None: after
        for key, after in listed.items()
    }
    if None in read or not all(_is_place(after) for after in read.values()):
        return None
    return {key: after for key, after in read.items() if key is not None}


def _number(given: object) -> int | None:
    is_number = isinstance(given, int) and not isinstance(given, bool)
    return given if is_number and 0 < given < 10**18 else None  # type: ignore[operator,return-value]


def _is_place(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 2**31


@dataclass
class _Watch:
    """A chat that is followed: the last place shown, what of ours was under way then, and the last note."""

    place: int
    under_way: dict[int, tuple[MessageState, str]] = field(default_factory=dict)
    note_id: int = 0
    is_noted: bool = False
    """Whether the audit log was told that it is read."""


class _Ended(Exception):
    """The session is over."""


class _Console:
    """One open console of somebody who is signed in."""

    def __init__(
        self, call: Call, request: web.Request, ws: web.WebSocketResponse, watched: dict[int, int]
    ) -> None:
        self._ws = ws
        self._transport = request.transport
        self._api: DeskApi = call.app[API]
        self._sockets = call.app[SOCKETS]
        self._staff: Staff = call.staff
        self._who: SignedIn = call.who
        self._token = call.who.token
        self._listed_news = time.monotonic()
        self._watched = {key: _Watch(after) for key, after in watched.items()}
        self._typing: dict[int, float] = {}
        self._frames = Buckets(_FRAMES_PER_MINUTE, _FRAMES_AT_ONCE)
        self._mistakes = 0
        self._checked = self._heard = self._listed = 0.0
        self._list_is_due = asyncio.Event()
        self._shown: tuple[shapes.ChatSummary, ...] | None = None
        self._counts: dict[str, int] | None = None

    async def serve(self) -> None:
        """Until either side closes."""
        account_id = self._who.account.id
        with self._api.hub.subscribe(QUEUE, TICKETS, agent_topic(account_id)) as hearing:
            writing = asyncio.create_task(self._write(hearing))
            try:
                await self._read(hearing)
            finally:
                writing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await writing
                for conversation_id in tuple(self._typing):
                    await self._tell_typing(conversation_id, on=False)

    # --- what the console is shown -------------------------------------------------------------------

    async def _write(self, hearing: Subscription) -> None:
        try:
            await self._live(hearing)
        except _Ended:
            with contextlib.suppress(ConnectionError, TimeoutError):
                await self._send(shapes.EndedFrame())
                await self._ws.close(code=ENDED, message=b"ended")
        except (ConnectionError, TimeoutError):
            if self._transport is not None:
                self._transport.abort()
        except Exception:  # one console's trouble is its own; it comes back and resumes
            log.exception("desk_socket_failed")
            await self._ws.close(code=WSCloseCode.INTERNAL_ERROR)

    async def _live(self, hearing: Subscription) -> None:
        await self._still_signed_in()
        await self._note_heard()
        for conversation_id in self._watched:
            hearing.add(chat_topic(conversation_id))
        agent = await self._api.teams.agent(self._who.account.id)
        await self._send(shapes.WelcomeFrame(account_id=self._who.account.id, presence=agent.presence.value))
        listing = asyncio.create_task(self._keep_list())
        try:
            await self._follow(hearing)
        finally:
            listing.cancel()
            await asyncio.gather(listing, return_exceptions=True)
        await leave(self._ws, "restart")

    async def _follow(self, hearing: Subscription) -> None:
        """Show what is said, until this front closes."""
        while not self._sockets.is_closing.is_set():
            await self._still_signed_in()
            topics, frames = hearing.take()
            try:
                await self._show(topics, hearing)
            except BangbanError as error:
                log.warning("desk_news_not_read", code=error.code)
                later = asyncio.get_running_loop().call_later
                for topic in topics:
                    later(_STORE_AWAY_S, hearing.wake, topic)
            for _, frame in frames:
                await self._pass_on(frame)
            await self._tick()
            await self._news(hearing)

    async def _news(self, hearing: Subscription) -> None:
        """Return when there is news, or when it is time to look."""
        wait = _LOOKED_S
        if self._typing:
            wait = min(wait, max(0.0, min(self._typing.values()) - time.monotonic()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await hearing.wait()

    async def _show(self, topics: frozenset[str], hearing: Subscription) -> None:
        for conversation_id in [key for key in self._watched if chat_topic(key) in topics]:
            await self._show_chat(conversation_id, hearing)
        if QUEUE in topics or agent_topic(self._who.account.id) in topics:
            self._listed_news = time.monotonic()
            self._list_is_due.set()
        if TICKETS in topics:
            await self._show_tickets()

    async def _keep_list(self) -> None:
        """Show the list whenever it changed. It goes its own way: reading the whole desk takes longer than
        what a citizen wrote may wait."""
        while True:
            await self._list_is_due.wait()
            await asyncio.sleep(max(0.0, self._listed + _LIST_S - time.monotonic()))
            self._list_is_due.clear()
            self._listed = time.monotonic()
            try:
                await self._show_list()
            except BangbanError as error:
                log.warning("desk_news_not_read", code=error.code)
                asyncio.get_running_loop().call_later(_STORE_AWAY_S, self._list_is_due.set)
            except (ConnectionError, TimeoutError):
                return  # whoever reads from this console hears of it, too
            except Exception:  # messages go on; the list comes with the next change
                log.exception("desk_list_failed")

    async def _show_list(self) -> None:
        desk = await self._api.lists.since(self._listed_news)
        lines = desk.list_of(self._person_in(desk))
        if lines != self._shown:
            self._shown = lines
            await self._send(shapes.ChatsFrame(chats=lines))

    async def _show_tickets(self) -> None:
        counts = await ticket_counts(self._api, *await self._serving())
        if counts != self._counts:
            self._counts = counts
            await self._send(shapes.TicketsFrame(**counts))

    async def _show_chat(self, conversation_id: int, hearing: Subscription) -> None:
        """Everything after the last place shown; no more of it when the chat is none of theirs any more."""
        watch = self._watched[conversation_id]
        while True:
            again = tuple(watch.under_way) if watch.is_noted else None
            news = await self._api.messages.news(conversation_id, watch.place, _PAGE, again, watch.note_id)
            person, teams = await self._serving()
            if news is None or not may_see(person, news.holding, teams):
                self._drop(conversation_id, hearing)
                await self._send(shapes.UnwatchedFrame(conversation=conversation_id))
                return
            if not watch.is_noted:
                await self._api.looks.chat(conversation_id, self._staff.act(self._who))
                watch.is_noted = True
            for said in news.again:
                await self._show_delivery(conversation_id, watch, said.seq, said.state, said.reason)
            for said in news.said:
                message = shown.message(said, self._api.words)
                await self._send(shapes.MessageFrame(conversation=conversation_id, message=message))
                watch.place = said.seq
                if said.direction is Direction.OUT and said.state is not MessageState.SENT:
                    watch.under_way[said.seq] = said.state, said.reason
            if news.notes:
                people = await self._api.people()
                for note in news.notes:
                    frame = shapes.NoteFrame(conversation=conversation_id, note=shown.note(note, people))
                    await self._send(frame)
                    watch.note_id = note.id
            if len(news.said) < _PAGE:
                return

    async def _show_delivery(
        self, conversation_id: int, watch: _Watch, seq: int, state: MessageState, reason: str
    ) -> None:
        if watch.under_way.get(seq) == (state, reason):
            return
        if state is MessageState.SENT:
            watch.under_way.pop(seq, None)
        else:
            watch.under_way[seq] = state, reason
        words = self._api.words.why_undelivered(reason) if reason else ""
        await self._send(
            shapes.DeliveryFrame(
                conversation=conversation_id, seq=seq, state=state.value, reason=reason, reason_text=words
            )
        )

    async def _pass_on(self, frame: Any) -> None:
        """A frame of the hub: somebody types, or a notice."""
        told = dict(frame)
        if told.pop("by", None) == self._who.account.id:
            return
        if told.get("type") == "typing":
            if told.get("conversation") in self._watched:
                await self._send(shapes.TypingFrame.model_validate(told))
        elif told.get("type") == "notice" and await self._concerns(told):
            await self._send(shapes.NoticeFrame.model_validate(told))

    async def _concerns(self, notice: dict[str, Any]) -> bool:
        """Whether somebody is to hear of it: of a queue, whoever serves it."""
        if notice["kind"] != "new_in_queue":
            return True
        person, teams = await self._serving()
        return person.may_all or notice["team"] is None or notice["team"] in teams

    # --- what goes on beside it ----------------------------------------------------------------------

    async def _tick(self) -> None:
        now = time.monotonic()
        if now - self._heard >= _HEARD_S:
            await self._note_heard()
        for conversation_id in [key for key, until in self._typing.items() if until <= now]:
            del self._typing[conversation_id]
            await self._tell_typing(conversation_id, on=False)

    async def _note_heard(self) -> None:
        """The console is open. Whoever says that they are there uses it, also while nobody writes."""
        self._heard = time.monotonic()
        try:
            await self._api.service.heartbeat((await self._serving())[0])
            agent = await self._api.teams.agent(self._who.account.id)
            if agent.presence is Presence.ONLINE:
                await self._staff.signed_in(self._token, self._who.caller)
        except NoSession:
            raise _Ended from None
        except BangbanError as error:
            log.warning("desk_heartbeat_lost", code=error.code)

    async def _still_signed_in(self) -> None:
        """_Ended when the session is over, the account is off, or its role is another one."""
        if time.monotonic() - self._checked < _CHECKED_S:
            return
        try:
            who = await self._staff.signed_in(self._token, self._who.caller, is_use=False)
        except NoSession:
            raise _Ended from None
        except BangbanError as error:
            log.warning("desk_session_not_read", code=error.code)
            raise ConnectionResetError from None
        if who.step is not None or who.account.role is not self._who.account.role:
            raise _Ended
        self._who, self._checked = who, time.monotonic()

    async def _serving(self) -> tuple[Person, frozenset[int]]:
        """Who acts, and whose queues they serve; a change is known soon."""
        desk = await self._api.lists.recent(_KNOWN_S)
        if desk.person(self._who.account) is None:  # an account so new that the reading does not know it
            desk = await self._api.lists.since(time.monotonic())
        return self._person_in(desk), desk.serves(self._who.account.id)

    def _person_in(self, desk: Desk) -> Person:
        person = desk.person(self._who.account)
        if person is None:
            raise _Ended
        return person

    # --- what the console asks -----------------------------------------------------------------------

    async def _read(self, hearing: Subscription) -> None:
        async for message in self._ws:
            if message.type is not WSMsgType.TEXT:
                await self._ws.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"text frames only")
                return
            if not self._frames.take(""):
                await leave(self._ws, "too_many")
                return
            frame = read_frame(message.data)
            try:
                known = frame is not None and await self._handle(frame, hearing)
                if not known:
                    await self._complain()
            except (ConnectionError, TimeoutError):
                return

    async def _handle(self, frame: dict[str, Any], hearing: Subscription) -> bool:
        """Do what a frame asks; False when it is none that we know."""
        conversation_id = _number(frame.get("conversation"))
        match frame.get("type"):
            case "ping":
                stamp = frame.get("t")
                is_number = isinstance(stamp, int | float) and not isinstance(stamp, bool)
                await self._send(shapes.PongFrame(t=stamp if is_number else None))
            case "watch" if conversation_id and _is_place(frame.get("after", 0)):
                await self._watch(conversation_id, frame.get("after", 0), hearing)
            case "unwatch" if conversation_id:
                self._drop(conversation_id, hearing)
            case "typing" if conversation_id:
                await self._types(conversation_id, on=frame.get("on", True) is not False)
            case _:
                return False
        return True

    async def _watch(self, conversation_id: int, after: int, hearing: Subscription) -> None:
        """Follow a chat. Whether it may be seen is decided when it is shown, and every time after."""
        if conversation_id not in self._watched and len(self._watched) >= MOST_WATCHED:
            await self._refuse(conversation_id)
            return
        self._watched[conversation_id] = _Watch(after)
        hearing.add(chat_topic(conversation_id))

    async def _types(self, conversation_id: int, *, on: bool) -> None:
        """The citizen sees it of whoever has the chat, and of nobody else."""
        if conversation_id not in self._watched:
            return
        if on and conversation_id not in self._typing:
            held = await self._api.messages.holding(conversation_id)
            if held is None or held.owner is not Owner.HUMAN or held.agent_id != self._who.account.id:
                return
        renewed = on and conversation_id in self._typing
        if on:
            self._typing[conversation_id] = time.monotonic() + _TYPING_S
        elif self._typing.pop(conversation_id, None) is None:
            return
        if not renewed:
            await self._tell_typing(conversation_id, on=on)

    async def _tell_typing(self, conversation_id: int, *, on: bool) -> None:
        account = self._who.account
        self._api.hub.tell(
            chat_topic(conversation_id),
            {
                "type": "typing",
                "conversation": conversation_id,
                "who": "agent",
                "name": account.display_name,
                "on": on,
                "by": account.id,
            },
        )
        if where := await self._api.messages.address(conversation_id):
            self._api.types(*where, on)

    def _drop(self, conversation_id: int, hearing: Subscription) -> None:
        self._watched.pop(conversation_id, None)
        self._typing.pop(conversation_id, None)
        hearing.drop(chat_topic(conversation_id))

    async def _complain(self) -> None:
        self._mistakes += 1
        if self._mistakes > _MOST_MISTAKES:
            await self._ws.close(code=WSCloseCode.POLICY_VIOLATION, message=b"too many broken frames")
            return
        await self._refuse(None)

    async def _refuse(self, conversation_id: int | None) -> None:
        error = refusal(BodyInvalid, fields="conversation" if conversation_id else "type").to_json()["error"]
        await self._send(shapes.RefusedFrame(conversation=conversation_id, error=error))

    async def _send(self, frame: Answer) -> None:
        await send(self._ws, frame.model_dump_json())


ROUTES = (
    Route(
        "GET",
        "/api/desk/socket",
        "deskSocket",
        "Live: lists, messages, notes, who types; a WebSocket of the protocol bangban.desk.v1",
        None,
        roles=AT_DESK,
        answer=shapes.SocketFrame,
        upgrade=socket,
    ),
)
