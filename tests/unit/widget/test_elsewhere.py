"""Who is connected to another front: known, known not to be, or not known."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.widget.elsewhere import ALL, CAME, LEFT, Elsewhere, telling


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def elsewhere(clock: Clock) -> Elsewhere:
    return Elsewhere(clock)


LONG_AGO = 0.0


def test_who_came_is_there_until_they_leave(elsewhere: Elsewhere) -> None:
    assert elsewhere.has("anna", LONG_AGO) is False
    assert elsewhere.hear(telling(CAME, "one", ["anna"])) == {"anna"}
    assert elsewhere.has("anna", LONG_AGO) is True
    assert elsewhere.hear(telling(CAME, "one", ["anna"])) == frozenset()
    assert elsewhere.hear(telling(LEFT, "one", ["anna"])) == {"anna"}
    assert elsewhere.has("anna", LONG_AGO) is False


def test_who_left_one_front_may_still_be_at_another(elsewhere: Elsewhere) -> None:
    elsewhere.hear(telling(ALL, "one", ["anna"]))
    elsewhere.hear(telling(ALL, "two", ["anna"]))
    elsewhere.hear(telling(LEFT, "one", ["anna"]))

    assert elsewhere.has("anna", LONG_AGO) is True


def test_what_a_front_tells_of_all_takes_the_place_of_what_it_told(elsewhere: Elsewhere) -> None:
    elsewhere.hear(telling(ALL, "one", ["anna", "bo"]))

    assert elsewhere.hear(telling(ALL, "one", ["bo", "chen"])) == {"anna", "chen"}
    assert [elsewhere.has(key, LONG_AGO) for key in ("anna", "bo", "chen")] == [False, True, True]


def test_of_a_front_that_fell_silent_nothing_is_known_and_at_last_it_is_forgotten(
    elsewhere: Elsewhere, clock: Clock
) -> None:
    elsewhere.hear(telling(ALL, "one", ["anna"]))
    clock.at += 31
    assert elsewhere.has("anna", LONG_AGO) is None
    assert elsewhere.has("bo", LONG_AGO) is False
    elsewhere.hear(telling(ALL, "two", ["anna"]))
    assert elsewhere.has("anna", LONG_AGO) is True, "they came back to another one"
    clock.at += 300
    elsewhere.hear(telling(ALL, "two", []))
    assert elsewhere.has("anna", LONG_AGO) is False


def test_while_nobody_is_heard_nothing_is_known(elsewhere: Elsewhere, clock: Clock) -> None:
    elsewhere.hear(telling(ALL, "one", ["anna"]))

    assert elsewhere.has("anna", None) is None
    assert elsewhere.has("bo", None) is None
    assert elsewhere.has("bo", clock.at - 1) is None, "not everybody has answered yet"
    assert elsewhere.has("anna", clock.at - 1) is True


@pytest.mark.parametrize("told", [{}, {"front": 1, "keys": ["a"]}, {"front": "one", "keys": "anna"}])
def test_what_is_not_as_agreed_is_let_go(elsewhere: Elsewhere, told: dict[str, Any]) -> None:
    assert elsewhere.hear({"type": ALL} | told) == frozenset()
