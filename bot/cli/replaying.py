"""`replay`: why an answer was given, from what was stored with it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from bot.cli.options import AsJson
from bot.cli.output import line, write_json
from bot.settings import load_settings
from bot.store import ConversationStore, Database, Exchange, StoredMessage


def replay(
    message_id: Annotated[int, typer.Argument(help="The number `bangban ask` shows, of question or reply.")],
    as_json: AsJson = False,
) -> None:
    """Show why an answer was given: the guide and its version, the fields, the scores, the times.

    Example: `bangban replay 42`
    """
    exchange = asyncio.run(_load(message_id))
    if as_json:
        write_json({"question": _facts(exchange.question), "replies": [_facts(r) for r in exchange.replies]})
        return
    _show(exchange.question, "asked")
    for reply in exchange.replies:
        line()
        _show(reply, f"answered by {reply.author}")
        for name, value in _reasons(reply):
            line(f"  {name}: {value}")


async def _load(message_id: int) -> Exchange:
    async with Database.open(load_settings().database_url) as database:
        return await ConversationStore(database).exchange(message_id)


def _show(message: StoredMessage, how: str) -> None:
    when = message.created_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    state = message.state + (f" ({message.reason})" if message.reason else "")
    line(f"message {message.id}, {how}, {when}, {message.channel}, {state}", "bold")
    for text in message.text.splitlines() or ["(no text)"]:
        line(f"  {text}")


def _reasons(reply: StoredMessage) -> list[tuple[str, str]]:
    """The stored provenance, one line each."""
    found: list[tuple[str, Any]] = [("outcome", reply.outcome), ("aspect", reply.aspect)]
    if reply.guide_id:
        found.append(("guide", f"{reply.guide_id} version {reply.guide_version}"))
    found += sorted(reply.provenance.items())
    found += [("times in ms", dict(reply.timings))] if reply.timings else []
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in found
        if value not in (None, "", [], {})
    ]


def _facts(message: StoredMessage) -> dict[str, Any]:
    return asdict(message)
