"""The official account that is played: what kind it is, its secrets, and what the platform lets it do."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AccountKind(StrEnum):
    UNVERIFIED_SUBSCRIPTION = "unverified-subscription"
    VERIFIED_SERVICE = "verified-service"
    TEST = "test"


class Mode(StrEnum):
    """How the platform wraps what it sends."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


class Call(StrEnum):
    """API calls that are counted each day."""

    TOKEN = "token"
    STABLE_TOKEN = "stable_token"
    SEND = "custom/send"
    TYPING = "custom/typing"
    UPLOAD = "media/upload"
    DOWNLOAD = "media/get"
    MENU_CREATE = "menu/create"
    MENU_GET = "menu/get"
    MENU_DELETE = "menu/delete"
    OTHER = "other"


_PER_DAY: Mapping[Call, int] = {
    Call.TOKEN: 2000,
    Call.STABLE_TOKEN: 500_000,
    Call.SEND: 500_000,
    Call.TYPING: 500_000,
    Call.UPLOAD: 100_000,
    Call.DOWNLOAD: 200_000,
    Call.MENU_CREATE: 1000,
    Call.MENU_GET: 10_000,
    Call.MENU_DELETE: 1000,
    Call.OTHER: 100_000,
}


@dataclass(frozen=True, slots=True)
class Abilities:
    """What one kind of account may do."""

    label: str
    customer_service: bool
    menu: bool
    msgmenu: bool
    per_day: Mapping[Call, int]
    unavailable: str
    """What a citizen reads when the account answers badly."""


_SUBSCRIPTION_DOWN = "该公众号暂时无法提供服务，请稍后再试"
_SERVICE_DOWN = "该服务号暂时无法提供服务，请稍后再试"

ABILITIES: Mapping[AccountKind, Abilities] = {
    AccountKind.UNVERIFIED_SUBSCRIPTION: Abilities(
        "未认证公众号（订阅号）", False, False, False, _PER_DAY, _SUBSCRIPTION_DOWN
    ),
    AccountKind.VERIFIED_SERVICE: Abilities("已认证服务号", True, True, True, _PER_DAY, _SERVICE_DOWN),
    AccountKind.TEST: Abilities(
        "测试号",
        True,
        True,
        False,
        {**_PER_DAY, Call.TOKEN: 200, Call.SEND: 50_000},
        _SUBSCRIPTION_DOWN,
    ),
}


@dataclass(frozen=True, slots=True)
class Account:
    """One account and its secrets."""

    kind: AccountKind
    mode: Mode
    app_id: str
    secret: str
    token: str
    aes_key: str
    name: str = "帮办（模拟）"
    original_id: str = "gh_0123456789ab"

    @property
    def abilities(self) -> Abilities:
        """What it may do."""
        return ABILITIES[self.kind]


def new_account(kind: AccountKind = AccountKind.VERIFIED_SERVICE, mode: Mode = Mode.SAFE) -> Account:
    """An account with secrets of its own, in the platform's shapes."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    key = "".join(secrets.choice(letters) for _ in range(42))
    return Account(
        kind=kind,
        mode=mode,
        app_id="wx" + secrets.token_hex(8),
        secret=secrets.token_hex(16),
        token="simulated" + secrets.token_hex(8),
        aes_key=key + secrets.choice("AEIMQUYcgkosw048"),
    )
