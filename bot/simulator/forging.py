"""Requests of the platform made by hand, so that any part of them can be wrong."""

from __future__ import annotations

import base64
import random
import struct
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.simulator import acts
from bot.simulator.account import Account
from bot.simulator.acts import Fields
from bot.simulator.envelope import sealed, signature


class Forger:
    """Makes messages, signatures and cipher texts of one account."""

    def __init__(self, account: Account, random_: random.Random) -> None:
        self._account = account
        self._random = random_
        self._number = time.time_ns()

    def message(self) -> Fields:
        """Something a citizen does, as the platform would tell it."""
        self._number += 1
        act = self._random.choice(
            (
                acts.text("身份证丢了去哪补办"),
                acts.image("m", "http://192.0.2.1/x"),
                acts.voice("m", "社保卡"),
                acts.location(36.68, 117.02, "示例市"),
                acts.subscribe("990100"),
                acts.click("ask"),
                acts.unknown(),
            )
        )
        head: Fields = {
            "ToUserName": self._account.original_id,
            "FromUserName": f"o{self._random.randrange(40):027d}",
            "CreateTime": int(time.time()),
            "MsgType": act.msg_type,
        }
        return {**head, **act.fields} if act.is_event else {**head, **act.fields, "MsgId": self._number}

    def sealed(self, message: Fields) -> tuple[dict[str, str], bytes]:
        """Query and body of a message as the platform sends it."""
        posted = sealed(self._account, str(message["FromUserName"]), message)
        return dict(posted.query), posted.body.encode()

    def signed_query(self, *encrypted: str, at: int = 0) -> dict[str, str]:
        """A query signed now, or `at` another time; with msg_signature when an encrypted text is given."""
        timestamp, nonce = str(at or int(time.time())), str(self._random.randrange(10**9, 10**10))
        query = {
            "signature": signature(self._account.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
        }
        if encrypted:
            msg_signature = signature(self._account.token, timestamp, nonce, encrypted[0])
            query |= {"encrypt_type": "aes", "msg_signature": msg_signature}
        return query

    def plain(self, xml: bytes, *, app_id: str | None = None, length: int | None = None) -> bytes:
        """The frame that is encrypted; with another AppID or a lying length if wanted."""
        size = len(xml) if length is None else length
        tail = (self._account.app_id if app_id is None else app_id).encode()
        return self._random.randbytes(16) + struct.pack(">I", size) + xml + tail

    def encrypt(
        self, xml: bytes, *, app_id: str | None = None, length: int | None = None, key: bytes | None = None
    ) -> str:
        """The `Encrypt` element of some XML, rightly padded."""
        plain = self.plain(xml, app_id=app_id, length=length)
        count = 32 - len(plain) % 32
        return self.cipher(plain + bytes([count]) * count, key)

    def cipher(self, padded: bytes, key: bytes | None = None) -> str:
        """The encrypted form of a frame, whatever its padding, with the account's key or another."""
        secret = key or base64.b64decode(self._account.aes_key + "=")
        encryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
        whole = padded[: len(padded) // 16 * 16]
        return base64.b64encode(encryptor.update(whole) + encryptor.finalize()).decode()
