"""What must survive: a part killed in the middle of a conversation."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Callable

import pytest

from bot.talk import Reply, RestClient
from tests.support.stack import Stack

QUESTION = "身份证丢了去哪补办"
FOLLOW_UP = "那要带什么"
ID_CARD = "居民身份证补领"


async def say(stack: Stack, sender: str, text: str) -> Reply:
    async with RestClient(stack.front_url) as client:
        return await client.say(sender, text)


def wait_for(condition: Callable[[], bool], stack: Stack, what: str, seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} not after {seconds:g} s:\n{stack.log()}"
        time.sleep(0.2)


def is_another(stack: Stack, part: str, before: int) -> bool:
    try:
        return stack.pid(part) != before
    except LookupError:
        return False


@pytest.mark.parametrize("part", ["actions", "rasa"])
async def test_a_killed_part_is_started_again_and_the_conversation_goes_on(stack: Stack, part: str) -> None:
    sender = f"kill-{uuid.uuid4().hex[:8]}"
    first = await say(stack, sender, QUESTION)
    assert (first.outcome, first.guide and first.guide["title"]) == ("answered", ID_CARD)

    before = stack.pid(part)
    os.kill(before, signal.SIGKILL)
    meanwhile = await say(stack, f"{sender}-other", QUESTION)
    assert meanwhile.text, "nobody is left without a reply while a part is down"

    wait_for(lambda: is_another(stack, part, before), stack, f"{part} was started again")
    stack.wait_until_ready()
    after = await say(stack, sender, FOLLOW_UP)
    assert (after.outcome, after.aspect) == ("answered", "materials"), stack.log()
    assert after.guide
    assert after.guide["title"] == ID_CARD


async def test_the_command_line_asks_the_running_stack(stack: Stack) -> None:
    done = stack.bangban("ask", QUESTION, "--json")
    assert done.returncode == 0, done.stderr
    assert ID_CARD in done.stdout
