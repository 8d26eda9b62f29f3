"""Addresses and links of the pages. What comes from a guide becomes a link only when it is safe as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlencode, urlsplit

_PHONE = re.compile(
    r"(?<![\d-])(?:0\d{2,3}-\d{7,8}|400-?\d{3}-?\d{4}|1[3-9]\d{9}|12\d{3}|11[09]|120|95\d{3}|96\d{3,4})(?![\d-])"
)


def guide_path(guide_id: str, part: str = "", *, version: int | None = None) -> str:
    """`/guides/…`, whatever is in the id."""
    path = f"/guides/{quote(guide_id, safe='')}" + (f"/{part}" if part else "")
    return path if version is None else f"{path}?version={version}"


def bundle_path(bundle_id: str) -> str:
    """`/bundles/…`."""
    return f"/bundles/{quote(bundle_id, safe='')}"


def browse_path(*, query: str = "", category: str = "", page: int = 1) -> str:
    """`/guides?…` with only what is set."""
    asked = {"q": query, "category": category, "page": str(page) if page > 1 else ""}
    given = urlencode({key: value for key, value in asked.items() if value})
    return f"/guides?{given}" if given else "/guides"


def outside(url: str) -> str:
    """The address when it is a web address, else nothing: never `javascript:` or a file."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def with_phones(text: str) -> Iterator[tuple[str, str]]:
    """Pieces of a text, each with the number it dials, or with nothing."""
    last = 0
    for match in _PHONE.finditer(text):
        if match.start() > last:
            yield text[last : match.start()], ""
        yield match.group(), match.group().replace("-", "")
        last = match.end()
    if last < len(text):
        yield text[last:], ""


def choices(values: Sequence[str]) -> str:
    """`?situation=kind%3Dllc&…`."""
    return urlencode([("situation", value) for value in values])
