"""Every answer of the conversation suite is put together once more, letter for letter: also after every guide has been
changed and the index rebuilt. In a stack of its own, for the guides are changed."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from bot.review.replaying import Replayer, can_be_replayed
from bot.store import Database, KnowledgeStore, StoredMessage
from bot.store.published import PublishedKnowledge
from bot.store.rows import stored_message
from bot.store.states import Direction
from bot.store.tables import Conversation, Message
from bot.talk import play_all, read_conversations
from tests.support import stack as stacks
from tests.support.stack import ROOT, Stack

CONVERSATIONS = read_conversations([Path(__file__).parents[1] / "conversations"])
ANSWERS_AT_LEAST = 300
TRAIN_S = 600


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    try:
        with stacks.running(tmp_path_factory.mktemp("replay")) as running:
            yield running
    except stacks.NoStack as reason:
        pytest.skip(str(reason))


def database_of(stack: Stack) -> str:
    return f"sqlite:///{stack.var_dir}/bangban.db"


async def answers(stack: Stack) -> tuple[StoredMessage, ...]:
    """What was answered, as it is stored."""
    query = (
        select(Message, Conversation.channel, Conversation.sender)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.direction == Direction.OUT, Message.author == "bot")
        .order_by(Message.id)
    )
    async with Database.open(database_of(stack)) as database:
        return await database.read(
            lambda session: tuple(stored_message(*row) for row in session.execute(query))
        )


async def replayed(stack: Stack, told: Sequence[StoredMessage]) -> list[tuple[str, str | None, str | None]]:
    """The answers that are not the same once more: then, now, why not."""
    url = f"http://127.0.0.1:{stack.env['BANGBAN_ACTIONS_PORT']}"
    async with Database.open(database_of(stack)) as database, aiohttp.ClientSession() as session:
        replayer = Replayer(PublishedKnowledge(database), session, url)
        found = [(message, await replayer.replay(message)) for message in told]
    return [(one.text, now.text, now.why_not) for one, now in found if now.text != one.text]


async def change_every_guide(stack: Stack) -> int:
    """Publish every guide under another name, with other words in it."""
    async with Database.open(database_of(stack)) as database:
        store = KnowledgeStore(database)
        guides = (await store.published()).guides
        changed = [
            guide.model_copy(
                update={
                    "task_name": f"{guide.task_name}（新版）",
                    "where_explain": "已改",
                    "accept_condition": "已改",
                    "materials": (),
                }
            )
            for guide in guides
        ]
        return (await store.publish(changed, "test")).changed


def train(stack: Stack) -> None:
    command = [sys.executable, "-c", "from bot.cli import main; main()", "train", "--only", "index"]
    subprocess.run(
        command, cwd=ROOT, env=dict(stack.env), check=True, timeout=TRAIN_S, stdout=subprocess.DEVNULL
    )


def index_in_use(stack: Stack) -> str:
    url = f"http://127.0.0.1:{stack.env['BANGBAN_ACTIONS_PORT']}/health"
    with urllib.request.urlopen(url, timeout=30) as response:
        digest: str = json.load(response)["index"]["digest"]
        return digest


def test_every_answer_once_more_also_after_every_guide_has_changed(own_stack: Stack) -> None:
    asyncio.run(play_all(CONVERSATIONS, own_stack.front_url, jobs=8))
    told = asyncio.run(answers(own_stack))
    assert len(told) >= ANSWERS_AT_LEAST
    assert all(can_be_replayed(message) for message in told)

    assert asyncio.run(replayed(own_stack, told)) == []

    before = index_in_use(own_stack)
    assert asyncio.run(change_every_guide(own_stack)) > 100
    train(own_stack)
    give_up = time.monotonic() + 60
    while index_in_use(own_stack) == before:
        assert time.monotonic() < give_up, own_stack.log()
        time.sleep(0.5)

    assert asyncio.run(replayed(own_stack, told)) == []
