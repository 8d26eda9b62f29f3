"""Keeping a text to a size without cutting a figure in two."""

from __future__ import annotations

import re

_END = re.compile(r"[。；！？;!?\n]")
_MORE = "…"


def cut(text: str, most: int) -> str:
    """The text when it fits; else as many whole sentences as fit, or, of one long sentence, its beginning.

    Never ends inside a number: half a figure is a wrong figure.
    """
    if len(text) <= most:
        return text
    head = text[: most - len(_MORE)]
    ends = [match.end() for match in _END.finditer(head)]
    if ends and ends[-1] >= most // 2:
        return head[: ends[-1]] + _MORE
    if text[len(head)].isdigit():
        head = head.rstrip("0123456789.,，")
    return head + _MORE
