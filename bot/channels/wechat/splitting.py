"""Cutting a long text into messages the platform takes: at ends of paragraphs and sentences, by bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_BYTES = 2048
MOST_CHARS = 600

# What must stay whole: a link with its words, an address on the web, a number with its signs.
_WHOLE = re.compile(
    r"<a\s[^<>]*>[^<>]*</a>"
    r"|https?://[!-~]+"
    r"|[0-9０-９](?:[0-9０-９.,:/\-—–~～%％]*[0-9０-９%％])?"
    r"|[A-Za-z]+",
    re.IGNORECASE,
)
# After one of these a text may be cut, best first; the closing marks after it stay with it.
_ENDS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[。！？!?；;…]+[”’」』）)\]】]*|(?<=[^0-9])\.(?=\s)"),
    re.compile(r"[，,、：:）)】」』”]+|\s+"),
)


def fits(text: str) -> bool:
    """Whether a text can be one message."""
    return len(text) <= MOST_CHARS and len(text.encode()) <= MOST_BYTES


def split(text: str, *, chars: int = MOST_CHARS, size: int = MOST_BYTES) -> tuple[str, ...]:
    """The text in pieces of at most so many characters and bytes; white space at a cut is dropped.

    A link or number is cut only when it is longer than a message by itself.
    """
    return tuple(_pieces(text.strip(), chars, size))


def _pieces(text: str, chars: int, size: int) -> Iterator[str]:
    while text:
        most = _most(text, chars, size)
        if most == len(text):
            yield text
            return
        at = _cut(text, most)
        if piece := text[:at].rstrip():
            yield piece
        text = text[at:].lstrip()


def _most(text: str, chars: int, size: int) -> int:
    """How many characters from the beginning are within both limits; at least one."""
    most = min(len(text), chars)
    taken = len(text[:most].encode())
    while taken > size and most > 1:
        most -= 1
        taken -= len(text[most].encode())
    return most


def _cut(text: str, most: int) -> int:
    """Where to cut: after the last end of the best kind in the second half, else where nothing is torn."""
    kept_whole = [match.span() for match in _WHOLE.finditer(text, 0, len(text))]
    for end in _ENDS:
        places = [match.end() for match in end.finditer(text, 0, most + 1) if match.end() <= most]
        for at in reversed(places):
            if at < most // 3:
                break
            if not _tears(at, kept_whole):
                return at
    for start, end_ in kept_whole:
        if start < most < end_:
            return start or most
    return most


def _tears(at: int, kept_whole: list[tuple[int, int]]) -> bool:
    return any(start < at < end for start, end in kept_whole)
