"""The custom menu: what may be in it."""

from __future__ import annotations

from typing import Any

from bot.simulator.codes import Refused

_KEYED = frozenset(
    {
        "click",
        "location_select",
        "pic_photo_or_album",
        "pic_sysphoto",
        "pic_weixin",
        "scancode_push",
        "scancode_waitmsg",
    }
)
_TYPES = _KEYED | {"article_id", "article_view_limited", "media_id", "miniprogram", "view", "view_limited"}


def checked(body: object) -> list[dict[str, Any]]:
    """The buttons of a menu/create request; Refused with the code of the first thing that is wrong."""
    buttons = body.get("button") if isinstance(body, dict) else None
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise Refused(40016)
    for button in buttons:
        _check(button, longest_name=16, name_code=40018)
        inner = button.get("sub_button")
        if inner:
            if not isinstance(inner, list) or len(inner) > 5:
                raise Refused(40023)
            for one in inner:
                _check(one, longest_name=60, name_code=40025)
                _check_action(one)
        else:
            _check_action(button)
    return buttons


def _check(button: object, *, longest_name: int, name_code: int) -> None:
    name = button.get("name") if isinstance(button, dict) else None
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= longest_name:
        raise Refused(name_code)


def _check_action(button: dict[str, Any]) -> None:
    kind = button.get("type")
    if kind not in _TYPES:
        raise Refused(40017)
    if kind in _KEYED and not _fits(button.get("key"), 128):
        raise Refused(40019)
    if kind in ("view", "miniprogram") and not _fits(button.get("url"), 1024):
        raise Refused(40020)


def _fits(value: object, longest: int) -> bool:
    return isinstance(value, str) and 1 <= len(value.encode()) <= longest
