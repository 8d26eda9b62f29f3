"""Small pictures of pages: flat colours need no more than 256 of them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

COLOURS = 256


def keep(screenshot: bytes, path: Path) -> None:
    """Write a screenshot with few colours. In: a PNG; out: a PNG of a third of its size in the file."""
    picture = Image.open(BytesIO(screenshot)).convert("RGB")
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
