"""Reading a customer-service message: a bubble, or the platform's code for what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.simulator.account import Abilities
from bot.simulator.answers import LONGEST_TEXT
from bot.simulator.chat import Article, Bubble, MenuItem
from bot.simulator.codes import Refused

_MOST_ITEMS = 10
"""How many lines a msgmenu may have is not documented; that there is a limit (45098) is."""


def read_message(body: dict[str, Any], abilities: Abilities, has_media: Callable[[str, str], bool]) -> Bubble:
    """The message of a custom/send request."""
    kind = body.get("msgtype")
    part = body.get(kind) if isinstance(kind, str) else None
    if kind not in _READERS:
        raise Refused(40008)
    if not isinstance(part, dict):
        raise Refused(44004 if kind == "text" else 47001)
    if kind == "msgmenu" and not abilities.msgmenu:
        raise Refused(40200)
    bubble = _READERS[kind](kind, part)
    if bubble.media_id and not has_media(bubble.media_id, kind):
        raise Refused(40007)
    return bubble


def _text(_kind: str, part: dict[str, Any]) -> Bubble:
    content = part.get("content")
    if not isinstance(content, str) or not content.strip():
        raise Refused(44004)
    if len(content.encode()) > LONGEST_TEXT:
        raise Refused(45002)
    return Bubble("text", content)


def _medium(kind: str, part: dict[str, Any]) -> Bubble:
    media_id = part.get("media_id")
    if not isinstance(media_id, str) or not media_id:
        raise Refused(40007)
    return Bubble(kind, media_id=media_id)


def _news(_kind: str, part: dict[str, Any]) -> Bubble:
    articles = part.get("articles")
    if not isinstance(articles, list) or not articles:
        raise Refused(44003)
    if len(articles) > 1:
        raise Refused(45008)
    [article] = articles
    if not isinstance(article, dict) or not isinstance(article.get("title"), str) or not article["title"]:
        raise Refused(47001)
    keys = ("title", "description", "picurl", "url")
    return Bubble("news", articles=(Article(*(str(article.get(key, "")) for key in keys)),))


def _msgmenu(_kind: str, part: dict[str, Any]) -> Bubble:
    listed = part.get("list")
    if not isinstance(listed, list) or not listed:
        raise Refused(47001)
    if len(listed) > _MOST_ITEMS:
        raise Refused(45098)
    items = []
    for one in listed:
        if not isinstance(one, dict) or not str(one.get("id", "")) or not str(one.get("content", "")):
            raise Refused(47001)
        items.append(MenuItem(str(one["id"]), str(one["content"])))
    head, tail = str(part.get("head_content", "")), str(part.get("tail_content", ""))
    if sum(len(text.encode()) for text in (head, tail, *(item.content for item in items))) > LONGEST_TEXT:
        raise Refused(45002)
    return Bubble("msgmenu", head, items=tuple(items), tail=tail)


_READERS = {"text": _text, "image": _medium, "voice": _medium, "news": _news, "msgmenu": _msgmenu}
