"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.settings import load_settings

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Url = Annotated[
    str,
    typer.Option("--url", help="Address of the front; by default the one in the settings.", metavar="URL"),
]


def url_of(given: str) -> str:
    """The address of the front."""
    return given or load_settings().front_url
