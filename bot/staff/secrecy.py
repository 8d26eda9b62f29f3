"""Keys, tokens and codes of staff: one secret of the installation, a key of its own for each use."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken

from bot.errors import SetupIncomplete

_CODES = 10
_CODE_BYTES = 10


class Keys:
    """In: the secret of the installation. It must stay the same: what it sealed opens with no other."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("the secret of staff accounts is empty")
        self._secret = secret.encode()
        self._seal = Fernet(base64.urlsafe_b64encode(self.of("seal")))

    def of(self, use: str) -> bytes:
        """The key of one use."""
        return hmac.new(self._secret, f"staff\0{use}".encode(), hashlib.sha256).digest()

    def seal(self, text: str) -> str:
        """Encrypted for the database."""
        return self._seal.encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """What was sealed; SetupIncomplete under another secret."""
        try:
            return self._seal.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SetupIncomplete(
                "A second factor was kept under another BANGBAN_STAFF_KEY.",
                mend="Put the former key (var/staff-key) back, or take it away:"
                " bangban staff passwd NAME --forget-second-factor",
            ) from None

    def name(self, kind: str, text: str) -> str:
        """A stand-in for a name or an address: the same each time, and it cannot be read from it."""
        digest = hmac.new(self.of("name"), f"{kind}\0{text}".encode("utf-8", "replace"), hashlib.sha256)
        return f"{kind}:{digest.hexdigest()[:48]}"


def new_token() -> str:
    """The token of a session: 256 random bits."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """What the store knows of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def csrf_of(token: str) -> str:
    """The word a page must show with every change: made from the token, which no page can read."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 80 random bits, in groups of four."""
    made = (base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode().lower() for _ in range(_CODES))
    return tuple("-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in made)


def recovery_digest(code: str) -> str:
    """What the store knows of a recovery code, however it is typed."""
    plain = "".join(character for character in code.lower() if character.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
