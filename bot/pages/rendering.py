"""SVG on standard input → PNG on standard output; a program of its own, started by `picture`.

The renderer keeps Python's lock while it draws, so in the front's own process every citizen would wait for
the picture of one. Imports nothing of ours: it runs isolated. In: the width in pixels and the font's family.
"""

from __future__ import annotations

import sys

import resvg_py
from noto_cjk_sans_otc import FONT_PATH


def main(width: int, family: str) -> None:
    """Draw one picture."""
    png = resvg_py.svg_to_bytes(
        svg_string=sys.stdin.buffer.read().decode(),
        width=width,
        skip_system_fonts=True,
        font_files=[str(FONT_PATH)],
        font_family=family,
        sans_serif_family=family,
    )
    sys.stdout.buffer.write(png)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
