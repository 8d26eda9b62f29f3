"""The platform as one object: people act, the callback is asked, the account's server may send."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import replace
from typing import Any

import aiohttp

from bot.simulator.account import Account, AccountKind, Mode
from bot.simulator.acts import Act, Fields
from bot.simulator.answers import BadAnswer, read_answer
from bot.simulator.chat import Bubble, Chats, Via
from bot.simulator.clock import Clock
from bot.simulator.codes import Refused
from bot.simulator.delivery import Attempt, Courier, Delivered, Result
from bot.simulator.envelope import Posted, readable, sealed, signed_query
from bot.simulator.exchanges import Exchanges
from bot.simulator.faults import Faults
from bot.simulator.media import Media
from bot.simulator.people import People, Person
from bot.simulator.sending import read_message
from bot.simulator.tokens import Tokens
from bot.simulator.usage import Usage
from bot.simulator.windows import granted, spent

TYPING_S = 15.0
_LIVELY_S = 30.0


class Platform:
    """Everything the simulator knows. `url` is the callback of the account's server."""

    def __init__(
        self, account: Account, session: aiohttp.ClientSession, url: str, *, own_url: str = ""
    ) -> None:
        self.account = account
        self.clock = Clock()
        self.people = People(account.app_id)
        self.chats = Chats()
        self.exchanges = Exchanges()
        self.media = Media()
        self.tokens = Tokens()
        self.usage = Usage()
        self.faults = Faults()
        self.menu: list[dict[str, Any]] | None = None
        self.courier = Courier(session, url)
        self.own_url = own_url
        """Where this server is reached, for the addresses of pictures."""
        self._number = time.time_ns()
        """Ids of messages: 64 bits, never repeated after a restart either."""

    def become(self, kind: AccountKind, mode: Mode) -> None:
        """Another kind of account with the same secrets."""
        self.account = replace(self.account, kind=kind, mode=mode)

    def set_faults(self, faults: Faults) -> None:
        """Switch faults; a token that is already out keeps its life."""
        self.faults = faults
        self.tokens.life_s = faults.token_life_s

    async def check_address(self) -> bool:
        """What the platform does when the callback is entered: does it know the token?"""
        echo = str(secrets.randbelow(9 * 10**18) + 10**18)
        started = time.monotonic()
        query = signed_query(self.account) | {"echostr": echo}
        status, body = await self.courier.get(query)
        good = status == 200 and body == echo.encode()
        self._note_exchange("address check", str(query), status, body, started, good)
        return good

    async def act(self, person: Person, act: Act, *, double: bool = False) -> Delivered:
        """A citizen does something: it is shown, delivered, and the answer shown. `double`: delivered twice."""
        now = self.clock.now()
        entry = None
        if act.shown is not None:
            entry = self.chats.add(person.openid, now, Via.CITIZEN, act.shown).number
        self._remember(person, act, now)
        message = self._message(person, act)
        if not (double or self.faults.double):
            return await self._deliver(person, act, message, entry)
        first, _ = await asyncio.gather(
            self._deliver(person, act, message, entry), self._deliver(person, act, message, entry)
        )
        return first

    def _remember(self, person: Person, act: Act, now: float) -> None:
        person.last_act = now
        name = act.fields.get("Event")
        if name == "subscribe":
            person.follows = person.ever_followed = True
        elif name == "unsubscribe":
            person.follows = False
            person.grants = ()
        if act.trigger is not None:
            person.grants = granted(person.grants, act.trigger, now)

    def _message(self, person: Person, act: Act) -> Fields:
        self._number += 1
        head: Fields = {
            "ToUserName": self.account.original_id,
            "FromUserName": person.openid,
            "CreateTime": int(time.time()),
            "MsgType": act.msg_type,
        }
        return {**head, **act.fields} if act.is_event else {**head, **act.fields, "MsgId": self._number}

    async def _deliver(self, person: Person, act: Act, message: Fields, entry: int | None) -> Delivered:
        first = sealed(self.account, person.openid, message)
        attempts: list[Attempt] = []

        def sign() -> Posted:
            anew = attempts and not self.faults.same_nonce
            return sealed(self.account, person.openid, message) if anew else first

        why = ""
        async for attempt in self.courier.attempts(sign):
            attempts.append(attempt)
            bubble = None
            if attempt.status is None:
                why = attempt.why
            else:
                why, bubble = self._read(person, act, attempt)
            self._note_attempt(act, attempt, len(attempts), why)
            if attempt.status is None:
                continue
            if why:
                break
            if bubble is not None:
                self._show(person, Via.PASSIVE, bubble, entry)
            return Delivered(entry, Result.PASSIVE if bubble else Result.NOTHING, tuple(attempts))
        if act.fields.get("Event") not in ("unsubscribe", "LOCATION", "VIEW"):
            notice = Bubble("notice", self.account.abilities.unavailable)
            self._show(person, Via.PLATFORM, notice, entry)
        return Delivered(entry, Result.UNAVAILABLE, tuple(attempts), why)

    def _read(self, person: Person, act: Act, attempt: Attempt) -> tuple[str, Bubble | None]:
        """What is wrong with an answer, else the bubble in it."""
        try:
            status = attempt.status or 0
            return "", read_answer(
                self.account, person.openid, act.msg_type, status, attempt.body, self.has_media
            )
        except BadAnswer as bad:
            return str(bad), None

    def has_media(self, media_id: str, kind: str) -> bool:
        """Is this file there to be sent?"""
        try:
            self.media.get(media_id, self.clock.now(), kind=kind)
        except Refused:
            return False
        return True

    def send(self, body: dict[str, Any]) -> None:
        """A customer-service message; Refused when the platform does not take it."""
        person = self._addressed(body)
        bubble = read_message(body, self.account.abilities, self.has_media)
        person.grants = spent(person.grants, self.clock.now())
        self._show(person, Via.CUSTOMER_SERVICE, bubble)

    def typing(self, body: dict[str, Any]) -> None:
        """“The other side is typing”, for 15 seconds or until a message."""
        person = self._addressed(body)
        now = self.clock.now()
        if body.get("command") not in ("Typing", "CancelTyping"):
            raise Refused(45072)
        if now - person.last_act > _LIVELY_S:
            raise Refused(45080)
        if body["command"] == "Typing" and person.typing_until > now:
            raise Refused(45081)
        person.typing_until = now + TYPING_S if body["command"] == "Typing" else 0.0
        self._tell_typing(person)

    def _addressed(self, body: dict[str, Any]) -> Person:
        person = self.people.get(body.get("touser"))
        if person is None:
            raise Refused(40003)
        if not person.follows:
            raise Refused(45015 if person.ever_followed else 43004)
        if person.refuses:
            raise Refused(48002)
        return person

    def _show(self, person: Person, via: Via, bubble: Bubble, answers: int | None = None) -> None:
        self.chats.add(person.openid, self.clock.now(), via, bubble, answers)
        if person.typing_until:
            person.typing_until = 0.0
            self._tell_typing(person)

    def _tell_typing(self, person: Person) -> None:
        left = max(0.0, person.typing_until - self.clock.now())
        self.chats.tell({"what": "typing", "openid": person.openid, "seconds": left})

    def _note_attempt(self, act: Act, attempt: Attempt, number: int, why: str) -> None:
        name = act.fields.get("Event", act.msg_type)
        query = "&".join(f"{key}={value}" for key, value in attempt.posted.query.items())
        wrapped = "" if attempt.posted.body == attempt.posted.plain else f"\n\n{attempt.posted.body}"
        request = f"POST ?{query}\n\n{attempt.posted.plain}{wrapped}"
        body = "" if attempt.status is None else readable(self.account, attempt.body)
        answer = "—" if attempt.status is None else f"{attempt.status}\n\n{body}"
        exchange = self.exchanges.add(
            self.clock.now(),
            "callback",
            f"{name}, delivery {number}",
            request,
            answer,
            attempt.ms,
            not why,
            why,
        )
        self.chats.tell({"what": "exchange", "exchange": exchange.to_json()})

    def _note_exchange(
        self, title: str, request: str, status: int | None, body: bytes, started: float, good: bool
    ) -> None:
        answer = "—" if status is None else f"{status}\n\n{body.decode('utf-8', 'replace')}"
        ms = round(1000 * (time.monotonic() - started))
        exchange = self.exchanges.add(self.clock.now(), "callback", title, request, answer, ms, good, "")
        self.chats.tell({"what": "exchange", "exchange": exchange.to_json()})
