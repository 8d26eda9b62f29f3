"""Is a reply what was expected? A pure function of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.talk.client import Reply
from bot.talk.script import NONE, Expectation


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as expected."""

    field: str
    expected: str
    received: str

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}; received {self.received}"


def differences(expects: Expectation, reply: Reply) -> tuple[Difference, ...]:
    """Everything in which the reply is not what was expected; empty means the turn passed."""
    return tuple(_differences(expects, reply))


def _differences(expects: Expectation, reply: Reply) -> Iterator[Difference]:
    if expects.outcome and reply.outcome not in expects.outcome:
        yield Difference("outcome", _any_of(expects.outcome), reply.outcome or "none")
    if expects.aspect and (reply.aspect or NONE) not in expects.aspect:
        yield Difference("aspect", _any_of(expects.aspect), reply.aspect or "none")
    if expects.guide and not _names_of(reply.guide) & set(expects.guide):
        yield Difference("guide", _any_of(expects.guide), _guide(reply.guide))
    for words in expects.contains:
        if words not in reply.text:
            yield Difference("contains", f"“{words}” in the text", _quoted(reply.text))
    for words in expects.lacks:
        if words in reply.text:
            yield Difference("lacks", f"no “{words}” in the text", _quoted(reply.text))
    titles = [str(option.get("title", "")) for option in reply.options]
    for title in expects.options:
        if title not in titles:
            yield Difference("options", f"“{title}” offered", "、".join(titles) or "no options")
    for name, expected in (("here", expects.regions.here), ("owner", expects.regions.owner)):
        region = reply.regions.get(name)
        if expected is not None and expected not in _region_names(region):
            received = f"{region.get('name')} ({region.get('code')})" if region else "none"
            yield Difference(f"regions.{name}", expected, received)


def _names_of(guide: Mapping[str, Any] | None) -> set[str]:
    if not guide:
        return {NONE}
    return {str(guide[key]) for key in ("id", "title", "item_id") if guide.get(key)}


def _region_names(region: Mapping[str, Any] | None) -> set[str]:
    return {str(region.get("code")), str(region.get("name"))} if region else {NONE}


def _any_of(words: tuple[str, ...]) -> str:
    return " or ".join(str(word) for word in words)


def _guide(guide: Mapping[str, Any] | None) -> str:
    return f"{guide.get('title')} ({guide.get('id')})" if guide else "none"


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "no text"
