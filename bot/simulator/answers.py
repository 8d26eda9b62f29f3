"""Reading what the callback answered, as strictly as the platform does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.simulator.account import Account
from bot.simulator.chat import Article, Bubble
from bot.simulator.envelope import BadEnvelope, opened

LONGEST_TEXT = 2048
_ONE_ARTICLE_FOR = frozenset({"text", "image", "voice", "video", "shortvideo", "location", "link"})


class BadAnswer(Exception):
    """The citizen is told that the account cannot serve them; the text says why."""


def read_answer(
    account: Account,
    openid: str,
    asked: str,
    status: int,
    body: bytes,
    has_media: Callable[[str, str], bool],
) -> Bubble | None:
    """The passive reply in an answer; None for `success` and the empty body.

    `asked` is the MsgType that is answered; `has_media(media_id, kind)` says whether a file is there.
    """
    if status != 200:
        raise BadAnswer(f"status {status}")
    if body in (b"", b"success"):
        return None
    try:
        fields = opened(account, body)
    except BadEnvelope as error:
        raise BadAnswer(str(error)) from None
    if fields.get("ToUserName") != openid or fields.get("FromUserName") != account.original_id:
        raise BadAnswer("ToUserName and FromUserName are not the sender and the account")
    if not str(fields.get("CreateTime") or "").isdigit():
        raise BadAnswer("CreateTime is no number of seconds")
    kind = fields.get("MsgType")
    if kind == "text":
        return Bubble("text", _text(fields.get("Content")))
    if kind in ("image", "voice", "video"):
        media_id = _inner(fields, {"image": "Image", "voice": "Voice", "video": "Video"}[kind], "MediaId")
        if not has_media(media_id, kind):
            raise BadAnswer(f"the {kind} has a MediaId the platform does not know")
        return Bubble(kind, media_id=media_id)
    if kind == "news":
        articles = _articles(fields)
        return Bubble("news", articles=articles[:1] if asked in _ONE_ARTICLE_FOR else articles)
    if kind == "music":
        return Bubble("music", _inner(fields, "Music", "Title"))
    if kind == "transfer_customer_service":
        if asked == "event":
            raise BadAnswer("an event cannot be handed to the customer-service desk")
        return Bubble("notice", "正在为您转接人工客服")
    raise BadAnswer(f"MsgType {str(kind)[:40]!r} is no kind of reply")


def _text(content: object) -> str:
    if not isinstance(content, str) or not content.strip():
        raise BadAnswer("Content is empty")
    size = len(content.encode())
    if size > LONGEST_TEXT:
        raise BadAnswer(f"Content has {size} bytes of {LONGEST_TEXT}")
    return content


def _inner(fields: Mapping[str, object], name: str, key: str) -> str:
    outer = fields.get(name)
    value = outer.get(key) if isinstance(outer, dict) else None
    if not isinstance(value, str) or not value:
        raise BadAnswer(f"{name} has no {key}")
    return value


def _articles(fields: Mapping[str, object]) -> tuple[Article, ...]:
    outer = fields.get("Articles")
    items = outer.get("item") if isinstance(outer, dict) else None
    listed = items if isinstance(items, list) else [items]
    if str(fields.get("ArticleCount")) != str(len(listed)) or not 1 <= len(listed) <= 8:
        raise BadAnswer("ArticleCount does not say how many articles there are (1 to 8)")
    if not all(isinstance(item, dict) and item.get("Title") for item in listed):
        raise BadAnswer("an article has no Title")
    return tuple(
        Article(*(str(item.get(key) or "") for key in ("Title", "Description", "PicUrl", "Url")))
        for item in listed
        if isinstance(item, dict)
    )
