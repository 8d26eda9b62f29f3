"""The platform's error codes that the simulator answers with."""

from __future__ import annotations

MESSAGES = {
    -1: "system error, please try again later",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40025: "invalid sub button name size",
    40023: "invalid sub button size",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40125: "invalid appsecret",
    40200: "invalid account type",
    41001: "access_token missing",
    41005: "media data missing",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    44002: "empty post data",
    44003: "empty news data",
    44004: "empty content",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "command field is not in Typing or CancelTyping",
    45080: "no message in 30 seconds",
    45081: "already typing",
    45098: "too many items of a msgmenu",
    46003: "menu no exist",
    47001: "data format error",
    48001: "api unauthorized",
    48002: "user refuses messages",
    48006: "forbid to clear quota because of reaching the limit",
}


class Refused(Exception):
    """The platform does not do what was asked."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"{code} {MESSAGES[code]}")

    def to_json(self) -> dict[str, object]:
        """The answer of the API."""
        return {"errcode": self.code, "errmsg": MESSAGES[self.code]}
