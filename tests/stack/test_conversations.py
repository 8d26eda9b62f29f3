"""Every conversation of tests/conversations, through the real running stack: alone, and all against all.

What was really answered is then held against the guides it cites, and against what was searched.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli.published import base_of
from bot.store import ConversationStore, Database, KnowledgeStore, Published
from bot.talk import Conversation, Report, TurnResult, play_all, read_conversations
from knowledge.lexicon import read_concepts
from tests.support.grounding import Grounding, Told
from tests.support.stack import Stack

FOLDER = Path(__file__).parents[1] / "conversations"
CONVERSATIONS = read_conversations([FOLDER])
AT_A_TIME = 16
SEED = 20261120
ASSISTANT = ("bot", "front")
"""Whose replies are held against guides. The desk tells of its own hours and queue, which its own tests hold."""
FOLLOW_UP = re.compile(
    r"(?:那|再)?(?:要|用)?(?:带什么|带啥|带啥子|什么材料|多少钱|要钱吗|多久|几天|什么条件|去哪办|怎么办)|网上能办吗|打哪个电话"
    r"|还有呢|再说一遍|没看清|跳过|\d|材料|电话|地点"
)
"""Words that are said of the matter at hand whatever it is."""
FOLLOW_UPS_AT_LEAST = 100


@dataclass(frozen=True)
class Turn:
    """One turn as it was played and as it was stored."""

    says: str
    told: Told
    author: str
    before: str | None
    """The item the reply before was about."""

    @property
    def item(self) -> str | None:
        guide = self.told.payload.get("guide")
        return str(guide["item_id"]) if guide else None


@pytest.mark.parametrize(
    "conversation", CONVERSATIONS, ids=lambda one: f"{Path(one.file).stem}:{one.line} {one.name}"
)
async def test_conversation(stack: Stack, conversation: Conversation) -> None:
    report: Report = await play_all([conversation], stack.front_url)
    if not report.passed:
        pytest.fail(report.explain(), pytrace=False)


@pytest.fixture(scope="module")
def together(stack: Stack) -> Report:
    """All conversations in one go, each by a sender of its own, their turns among each other's."""
    shuffled = random.Random(SEED).sample(CONVERSATIONS, len(CONVERSATIONS))
    return asyncio.run(play_all(shuffled, stack.front_url, jobs=AT_A_TIME))


@pytest.fixture(scope="module")
def turns(stack: Stack, together: Report) -> tuple[Turn, ...]:
    """What was stored of these turns."""

    async def read() -> list[Turn]:
        async with Database.open(f"sqlite:///{stack.var_dir}/bangban.db") as database:
            store = ConversationStore(database)
            return [turn for played in together.conversations for turn in await _stored(store, played.turns)]

    return tuple(asyncio.run(read()))


async def _stored(store: ConversationStore, played: Sequence[TurnResult]) -> list[Turn]:
    turns: list[Turn] = []
    for turn in played:
        if turn.reply is None or turn.reply.message_id is None:
            continue
        exchange = await store.exchange(int(turn.reply.message_id))
        for message in exchange.replies:
            told = Told(message.text, message.payload, message.provenance)
            turns.append(
                Turn(exchange.question.text, told, message.author, turns[-1].item if turns else None)
            )
    return turns


def test_all_against_all(together: Report) -> None:
    """Nobody's conversation is disturbed by the others'."""
    if not together.passed:
        pytest.fail(together.explain(), pytrace=False)


def test_every_reply_is_grounded(stack: Stack, together: Report, turns: tuple[Turn, ...]) -> None:
    """No figure, address, telephone, deadline or place that the cited guide does not have."""

    async def published() -> Published:
        async with Database.open(f"sqlite:///{stack.var_dir}/bangban.db") as database:
            return await KnowledgeStore(database).published()

    grounding = Grounding(base_of(asyncio.run(published()), read_concepts()))
    answered = sum(turn.reply is not None for played in together.conversations for turn in played.turns)
    assert len(turns) >= answered > 0, "a reply was not stored with why it was given"
    own = [turn for turn in turns if turn.author in ASSISTANT]
    assert len(own) > 0.9 * len(turns)
    beyond = [f"{turn.says}: {one}" for turn in own for one in grounding.unexplained(turn.told)]
    assert beyond == []


def test_a_follow_up_is_not_searched(turns: tuple[Turn, ...]) -> None:
    """The matter is in memory: while it stays the same, no second search is made."""
    follow_ups = [
        turn for turn in turns if turn.before and turn.item == turn.before and FOLLOW_UP.fullmatch(turn.says)
    ]
    assert len(follow_ups) >= FOLLOW_UPS_AT_LEAST
    searched = [turn.says for turn in follow_ups if turn.told.provenance["decision"] is not None]
    assert searched == []
