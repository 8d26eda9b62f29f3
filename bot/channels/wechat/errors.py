"""What the platform's error codes mean, and what follows from each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Then(StrEnum):
    """What to do about an error."""

    AGAIN = "again"
    """The platform is busy: soon it works."""
    TOKEN = "token"
    """The access token is not the one: fetch it and try once more."""
    STOP = "stop"
    """It cannot work as things are."""
    CLOSED = "closed"
    """Not before the person writes again."""
    NO_PERMISSION = "no_permission"
    """Not with this kind of account."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A code in words: what is wrong, what follows, and what an operator can do about it."""

    what: str
    then: Then
    mend: str


_MEANINGS = {
    -1: Meaning("the platform is busy", Then.AGAIN, "Try again in a moment."),
    40001: Meaning(
        "token or AppSecret wrong", Then.TOKEN, "Copy the AppSecret anew into BANGBAN_WECHAT_APP_SECRET."
    ),
    40003: Meaning("the OpenID is no follower's", Then.STOP, "The person left, or is another account's."),
    40007: Meaning("media id unknown or expired", Then.STOP, "It is uploaded anew next time."),
    40013: Meaning("AppID wrong", Then.STOP, "Copy the AppID anew into BANGBAN_WECHAT_APP_ID."),
    40014: Meaning("token illegal", Then.TOKEN, "Nothing: it is fetched anew."),
    40033: Meaning("escapes in the request", Then.STOP, "This is a mistake in Bangban: report it."),
    40125: Meaning("AppSecret wrong", Then.STOP, "Copy the AppSecret anew into BANGBAN_WECHAT_APP_SECRET."),
    40164: Meaning(
        "our address is not on the IP whitelist",
        Then.STOP,
        "Add the address to the IP whitelist of the account on developers.weixin.qq.com.",
    ),
    40200: Meaning(
        "not for this kind of account", Then.NO_PERMISSION, "Set BANGBAN_WECHAT_MSGMENU to false."
    ),
    40243: Meaning("the AppSecret is frozen", Then.STOP, "Unfreeze it on developers.weixin.qq.com."),
    42001: Meaning("token expired", Then.TOKEN, "Nothing: it is fetched anew."),
    43004: Meaning("the person does not follow", Then.STOP, "The person can follow the account again."),
    43019: Meaning(
        "the person is on the blacklist", Then.STOP, "Take the person off the account's blacklist."
    ),
    44004: Meaning("empty text", Then.STOP, "This is a mistake in Bangban: report it."),
    45002: Meaning("text too long", Then.STOP, "This is a mistake in Bangban: report it."),
    45008: Meaning("too many articles", Then.STOP, "This is a mistake in Bangban: report it."),
    45009: Meaning("the day's quota is used up", Then.STOP, "It renews at midnight; see the quota page."),
    45011: Meaning("too frequent", Then.AGAIN, "Try again in a moment."),
    45015: Meaning("more than 48 hours after the person wrote", Then.CLOSED, "The next message delivers it."),
    45047: Meaning("more messages than allowed", Then.CLOSED, "The next message delivers it."),
    45072: Meaning("typing: unknown command", Then.STOP, "This is a mistake in Bangban: report it."),
    45080: Meaning("typing: nothing said for 30 s", Then.STOP, "Nothing."),
    45081: Meaning("typing is shown already", Then.STOP, "Nothing."),
    45098: Meaning("too many menu items", Then.STOP, "This is a mistake in Bangban: report it."),
    46003: Meaning("the account has no menu", Then.STOP, "Run `bangban wechat menu push`."),
    47001: Meaning(
        "the platform cannot read the request", Then.STOP, "This is a mistake in Bangban: report it."
    ),
    48001: Meaning(
        "the account has no permission for this",
        Then.NO_PERMISSION,
        "Have the account verified; until then replies are fetched by “1” (docs/wechat.md).",
    ),
    48002: Meaning("the person refuses messages", Then.STOP, "Nothing: it is the person's choice."),
    48004: Meaning("the API is banned for this account", Then.STOP, "See the notices of the account."),
    50002: Meaning("the account is limited", Then.STOP, "See the notices of the account."),
    61004: Meaning(
        "our address is not on the IP whitelist",
        Then.STOP,
        "Add the address to the IP whitelist of the account on developers.weixin.qq.com.",
    ),
    89503: Meaning("an administrator must confirm our address", Then.STOP, "Confirm it in WeChat."),
}
_UNKNOWN = Meaning("unknown to us", Then.STOP, "Look the code up in the documentation of WeChat.")


def meaning_of(code: int) -> Meaning:
    """The meaning of an errcode."""
    return _MEANINGS.get(code, _UNKNOWN)


class ApiFailed(Exception):
    """The platform did not do what was asked. Holds nothing secret: neither token nor address nor text."""

    def __init__(self, reason: str, *, code: int | None = None, unsure: bool = False, hint: str = "") -> None:
        """`unsure`: it may have been done all the same. `hint`: our address as the platform sees it."""
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.unsure = unsure
        self.hint = hint

    @classmethod
    def of(cls, code: int, hint: str = "") -> ApiFailed:
        """For an errcode; its reason is the code, which staff can look up in docs/wechat.md."""
        return cls(str(code), code=code, hint=hint)

    @property
    def then(self) -> Then:
        """What follows."""
        return Then.STOP if self.code is None else meaning_of(self.code).then
