"""Temporary media: kept for three days under an id, those of citizens as well as uploaded ones."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.simulator.codes import Refused

LIFE_S = 3 * 86400.0
_LARGEST = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "thumb": 64 << 10}
_STARTS = {
    "image": (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8"),
    "thumb": (b"\xff\xd8\xff",),
    "voice": (b"#!AMR", b"ID3", b"\xff\xfb", b"\xff\xf3"),
}
_MIME = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


@dataclass(frozen=True, slots=True)
class Medium:
    """One file."""

    media_id: str
    kind: str
    data: bytes
    created: float

    @property
    def mime(self) -> str:
        """By what it begins with, never by what was claimed."""
        return next(
            (mime for start, mime in _MIME.items() if self.data.startswith(start)), "application/octet-stream"
        )


class Media:
    """The files of one account."""

    def __init__(self) -> None:
        self._kept: dict[str, Medium] = {}

    def add(self, kind: str, data: bytes, now: float) -> Medium:
        """Keep an uploaded file; Refused when the platform would not take it."""
        if kind not in _LARGEST:
            raise Refused(40004)
        if not data:
            raise Refused(41005)
        if len(data) > _LARGEST[kind]:
            raise Refused(40009)
        if kind in _STARTS and not data.startswith(_STARTS[kind]):
            raise Refused(40005)
        medium = Medium(secrets.token_urlsafe(48), kind, data, now)
        self._kept[medium.media_id] = medium
        return medium

    def get(self, media_id: object, now: float, *, kind: str = "") -> Medium:
        """A file that is still there; Refused otherwise."""
        medium = self._kept.get(media_id) if isinstance(media_id, str) else None
        if medium is None or now - medium.created > LIFE_S or (kind and medium.kind != kind):
            raise Refused(40007)
        return medium
