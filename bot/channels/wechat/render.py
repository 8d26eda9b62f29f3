"""A reply as the person reads it on a phone: its text, its choices by number, a link to the guide's page."""

from __future__ import annotations

import re
from urllib.parse import quote

from bot.channels.message import Outcome, Reply
from bot.channels.wechat.words import WeChatWords
from bot.content import fill

_NUMBERED = re.compile(r"^\s*[0-9]{1,2}[.、．]\s*")
_MOST_CHOICES = 8


def text_of(reply: Reply, words: WeChatWords, public_url: str) -> str:
    """The whole reply in words."""
    lines = [*_speaker(reply, words), reply.text]
    unsaid = [option for option in reply.options if option.title not in reply.text]
    if unsaid:
        lines += [f"{n}. {option.title}" for n, option in enumerate(reply.options, start=1)]
    if page := page_of(reply, public_url):
        lines.append(f'<a href="{page}">{words.page}</a>')
    return "\n".join(lines)


def _speaker(reply: Reply, words: WeChatWords) -> tuple[str, ...]:
    """Who says it, when it is a person: the chat shows only the account's picture."""
    if reply.agent is None:
        return ()
    name, number = reply.agent.name, reply.agent.number
    said = words.agent_numbered if number else words.agent_named if name else words.agent
    return (fill(said, name=name, number=number),)


def page_of(reply: Reply, public_url: str) -> str:
    """Address of the guide's page; "" when there is none people can reach."""
    if not public_url or reply.card is None or not reply.card.page:
        return ""
    return public_url.rstrip("/") + quote(reply.card.page, safe="/%?=&@:~.-_")


def choices_of(reply: Reply) -> tuple[str, dict[str, str]] | None:
    """The question and its choices apart, for a channel that can have them tapped; None without choices."""
    if reply.outcome is not Outcome.CLARIFY or not 2 <= len(reply.options) <= _MOST_CHOICES:
        return None
    titles = {option.title for option in reply.options}
    head = [line for line in reply.text.splitlines() if _NUMBERED.sub("", line).strip() not in titles]
    return "\n".join(head).strip(), {option.id: option.title for option in reply.options}
