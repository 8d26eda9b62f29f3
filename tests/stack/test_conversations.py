"""Every conversation of tests/conversations, played through the real running stack."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.talk import Conversation, Report, play_all, read_conversations
from tests.support.stack import Stack

FOLDER = Path(__file__).parents[1] / "conversations"
CONVERSATIONS = read_conversations([FOLDER])


@pytest.mark.parametrize(
    "conversation", CONVERSATIONS, ids=lambda one: f"{Path(one.file).stem}:{one.line} {one.name}"
)
async def test_conversation(stack: Stack, conversation: Conversation) -> None:
    report: Report = await play_all([conversation], stack.front_url)
    if not report.passed:
        pytest.fail(report.explain(), pytrace=False)
