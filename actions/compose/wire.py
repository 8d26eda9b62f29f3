"""The sizes the front takes (docs/architecture.md, “The wire”). A long field must not cost the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from actions.compose.cut import cut

MOST_TEXT = 20_000
_MOST_OPTIONS, _MOST_SUGGESTIONS, _MOST_SOURCES = 50, 20, 50
_NAME, _URL, _SUGGESTION = 500, 2000, 200
_GUIDE = {"title": _NAME, "task_name": _NAME, "authority": _NAME, "region_name": 200}


def text_for_wire(text: str) -> str:
    """What the citizen reads, at most as long as the front takes."""
    return cut(text, MOST_TEXT)


def guide_for_wire(guide: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The guide with names of a size."""
    if guide is None:
        return None
    return {key: cut(value, _GUIDE[key]) if key in _GUIDE else value for key, value in guide.items()}


def options_for_wire(titles: Iterable[str]) -> list[dict[str, str]]:
    """Numbered choices."""
    numbered = [{"id": str(n), "title": cut(title, _NAME)} for n, title in enumerate(titles, start=1)]
    return numbered[:_MOST_OPTIONS]


def suggestions_for_wire(suggestions: Iterable[str]) -> list[str]:
    """Those short enough to be typed: half a question is not sent for somebody."""
    return [text for text in suggestions if len(text) <= _SUGGESTION][:_MOST_SUGGESTIONS]


def sources_for_wire(sources: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Sources; of an address too long for a link only the name is kept."""
    return [
        {**source, "name": cut(source["name"], _NAME), "url": url_for_wire(source["url"])}
        for source in list(sources)[:_MOST_SOURCES]
    ]


def url_for_wire(url: str, most: int = _URL) -> str:
    """The address, or nothing: a cut one would lead elsewhere."""
    return url if len(url) <= most else ""
