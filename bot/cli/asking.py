"""`search` looks into the index; `ask` puts one question to the running stack."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.options import AsJson, Url, url_of
from bot.cli.output import line, note, out, readable, write_json


def search(
    question: Annotated[str, typer.Argument(help="What a citizen would type.")],
    top: Annotated[int, typer.Option(min=1, max=50, help="How many matters to show.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Find the matters a question is about, straight from the search index (nothing needs to run).

    Example: `bangban search "身份证丢了" --top 5`
    """
    from bot.settings import load_settings
    from knowledge.search.index import open_index

    settings = load_settings()
    result = open_index(settings.index_dir, settings).search(readable(question), top=top)
    if as_json:
        write_json(
            {
                "question": result.question,
                "needle": result.needle,
                "decision": result.decision,
                "category": result.category,
                "options": list(result.options),
                "hits": [
                    {
                        "item_id": hit.item_id,
                        "title": hit.title,
                        "category": hit.category,
                        "probability": round(hit.probability, 4),
                        "score": round(hit.score, 4),
                        "lexical": round(hit.lexical, 4),
                        "dense": round(hit.dense, 4),
                        "exact": hit.exact,
                    }
                    for hit in result.hits
                ],
            }
        )
        return
    table = Table("probability", "matter", "id", "category", box=None, header_style="dim")
    for hit in result.hits:
        table.add_row(f"{hit.probability:.2f}", hit.title, hit.item_id, hit.category)
    out.print(table)
    line(f"decision: {result.decision}" + (f"   searched: {result.needle}" if result.needle else ""), "dim")


def ask(
    question: Annotated[str, typer.Argument(help="What the citizen says.")],
    sender: Annotated[
        str, typer.Option(help="Who asks. Use the same name again for a follow-up; by default a new person.")
    ] = "",
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for the reply.")] = 30.0,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Ask one question through the running stack (`bangban serve` in another terminal).

    Example: `bangban ask "身份证丢了去哪补办" --sender li` and then `bangban ask "那要带什么" --sender li`
    """
    from bot.talk import Reply, RestClient

    who = readable(sender) or f"cli-{uuid.uuid4().hex[:12]}"

    async def turn() -> Reply:
        async with RestClient(url_of(url), turn_s=timeout) as client:
            return await client.say(who, readable(question))

    started = time.monotonic()
    reply = asyncio.run(turn())
    seconds = time.monotonic() - started
    if as_json:
        write_json({**reply.to_json(), "message_id": reply.message_id, "sender": who})
        return
    line(reply.text or "(no reply: a person has this conversation)")
    for option in reply.options:
        if str(option.get("title", "")) not in reply.text:
            line(f"  {option.get('id')}. {option.get('title')}")
    facts = [reply.outcome, reply.aspect, reply.guide["id"] if reply.guide else None, f"{seconds:.2f} s"]
    facts += [f"bangban replay {reply.message_id}"] if reply.message_id else []
    note("[" + " · ".join(str(fact) for fact in facts if fact) + "]")
