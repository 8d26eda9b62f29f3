"""Plays conversations, several at a time, each as a person the bot has never met."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bot.errors import BangbanError
from bot.talk.client import RestClient
from bot.talk.judging import differences
from bot.talk.reading import read_conversations
from bot.talk.report import ConversationResult, Report, TurnResult
from bot.talk.script import Conversation, Turn

OnDone = Callable[[ConversationResult], None]


def _ignore(_: ConversationResult) -> None:
    """No progress is shown."""


def play(
    path: Path | Iterable[Path],
    base_url: str,
    *,
    jobs: int = 4,
    turn_s: float = 30.0,
    on_done: OnDone = _ignore,
) -> Report:
    """Play the conversations of files or folders against the front at `base_url`.

    In: `jobs` conversations at a time, `turn_s` seconds per turn at most. Raises when a file cannot be
    read or nothing answers at the address; a turn that fails is in the report.
    """
    paths = [path] if isinstance(path, Path) else list(path)
    conversations = read_conversations(paths)
    return asyncio.run(play_all(conversations, base_url, jobs=jobs, turn_s=turn_s, on_done=on_done))


async def play_all(
    conversations: Sequence[Conversation],
    base_url: str,
    *,
    jobs: int = 4,
    turn_s: float = 30.0,
    on_done: OnDone = _ignore,
) -> Report:
    """Play conversations that were read before; their order is kept in the report."""
    started = time.monotonic()
    places = asyncio.Semaphore(jobs)
    async with RestClient(base_url, turn_s=turn_s) as client:
        await client.probe()

        async def one(conversation: Conversation) -> ConversationResult:
            async with places:
                result = await _play(conversation, client)
            on_done(result)
            return result

        results = await asyncio.gather(*(one(conversation) for conversation in conversations))
    return Report(tuple(results), time.monotonic() - started)


async def _play(conversation: Conversation, client: RestClient) -> ConversationResult:
    sender = f"talk-{uuid.uuid4().hex[:16]}"
    turns: list[TurnResult] = []
    for number, turn in enumerate(conversation.turns, start=1):
        turns.append(await _turn(number, turn, sender, client))
        if turns[-1].reply is None:
            break
    unplayed = len(conversation.turns) - len(turns)
    return ConversationResult(
        conversation.file, conversation.line, conversation.name, sender, tuple(turns), unplayed
    )


async def _turn(number: int, turn: Turn, sender: str, client: RestClient) -> TurnResult:
    started = time.monotonic()
    try:
        reply = await client.say(sender, turn.says)
    except BangbanError as error:
        return TurnResult(number, turn.says, None, (), str(error), time.monotonic() - started)
    seconds = time.monotonic() - started
    return TurnResult(number, turn.says, reply, differences(turn.expects, reply), "", seconds)
