"""What becomes of each reply when a message was not taken, and who is tried again."""

from __future__ import annotations

import pytest

from bot.channels.wechat.busy import Busy
from bot.channels.wechat.errors import ApiFailed
from bot.channels.wechat.fate import Fate
from bot.channels.wechat.plan import Planned
from bot.store.states import ARRIVAL_UNKNOWN, RESPONSE_UNKNOWN

MESSAGES = (
    Planned("一", (1,), begun=2),
    Planned("二", (2,)),
    Planned("三", (3,), shown=(4, 10)),
)
"""Reply 2 begins in the first message and ends in the second; of reply 4 the beginning is in the last."""


def test_what_was_taken_was_sent() -> None:
    fate = Fate()
    for message in MESSAGES:
        fate.took(message)

    assert (fate.sent, fate.failed, fate.more) == ({1, 2, 3, 4}, {}, (4, 10))


@pytest.mark.parametrize(
    ("number", "failed", "expected"),
    [
        (0, ApiFailed.of(-1), {1: "-1", 2: "-1", 3: "-1", 4: "-1"}),
        (1, ApiFailed.of(45047), {2: "partly_sent 45047", 3: "45047", 4: "45047"}),
        (2, ApiFailed.of(43004), {3: "43004", 4: "43004"}),
        (
            0,
            ApiFailed("timeout", unsure=True),
            {1: ARRIVAL_UNKNOWN, 2: ARRIVAL_UNKNOWN, 3: "timeout", 4: "timeout"},
        ),
    ],
)
def test_a_message_that_was_not_taken(number: int, failed: ApiFailed, expected: dict[int, str]) -> None:
    fate = Fate()
    fate.stopped(MESSAGES, number, failed)

    assert fate.failed == expected


def test_a_response_that_broke_off_may_be_asked_for_again() -> None:
    fate = Fate()
    fate.cut_off(MESSAGES)

    assert fate.failed == {1: RESPONSE_UNKNOWN, 2: ARRIVAL_UNKNOWN, 3: "response", 4: "response"}


def test_what_nothing_was_heard_of_is_unknown() -> None:
    fate = Fate(sent={1}, failed={2: "45015"})
    fate.unknown([1, 2, 3])

    assert fate.failed == {2: "45015", 3: ARRIVAL_UNKNOWN}


def test_only_who_was_kept_waiting_by_a_busy_platform_is_tried_again() -> None:
    busy = Busy()
    busy.note("anna", ["-1"])
    busy.note("bert", ["45015", "unreachable"])
    busy.note("carl", ["45047", ARRIVAL_UNKNOWN])
    assert busy.people() == ("anna", "bert")

    busy.note("anna", ["45011"])
    busy.note("bert", [])
    assert busy.people() == ("anna",)
    assert "anna" in busy and "bert" not in busy


def test_nobody_is_tried_for_ever_and_not_everybody_is_remembered() -> None:
    busy = Busy(tries=3, most=2)
    for _ in range(4):
        busy.note("anna", ["-1"])
    assert busy.people() == ()

    for person in ("anna", "bert", "carl"):
        busy.note(person, ["-1"])
    assert busy.people() == ("bert", "carl")
