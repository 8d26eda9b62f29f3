"""What one turn adds to the figures. Pure: the same turn always counts the same, so a change of it is counted by
what is different, and nothing is counted anew when somebody is erased."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from bot.store.review_turn import Turn

Key = tuple[date, str, str, str, str]
"""Day, name, key, channel and region of a count."""
Counts = Mapping[Key, tuple[int, int]]
"""Number and sum, by what is counted."""


class Count(StrEnum):
    """What is counted. The key says which, where there are several."""

    TURNS = "turns"
    STAFF_MESSAGES = "staff_messages"
    CONVERSATIONS = "conversations"
    """Each once on every day it is talked in …"""
    SELF_SERVED = "self_served"
    """… of these: at least one answer was given and no person was needed …"""
    HANDED = "handed"
    """… a person was asked for."""
    OUTCOME = "outcome"
    ASPECT = "aspect"
    GUIDE = "guide"
    NO_ANSWER = "no_answer"
    RATING = "rating"
    VERDICT = "verdict"
    WAITED = "waited"
    """Episodes with a person that were taken up; the key is how long it took, see `span`."""
    HANDLED = "handled"
    """Those that were ended."""


def region_of(*codes: str | None) -> str | None:
    """The first region that is known."""
    return next((code for code in codes if code), None)


def counts_of(entry: Turn) -> Counts:
    """Number and sum of everything a turn counts as."""
    found: dict[tuple[Count, str], int] = {}
    if not entry.is_turn and entry.agent is not None:
        found[Count.STAFF_MESSAGES, ""] = 0
    if entry.is_turn:
        found[Count.TURNS, ""] = 0
        if entry.outcome is not None:
            found[Count.OUTCOME, entry.outcome] = 0
        if entry.aspect is not None and entry.outcome == "answered":
            found[Count.ASPECT, entry.aspect] = 0
        if entry.guide_id is not None:
            found[Count.GUIDE, entry.guide_id] = 0
        if entry.no_answer:
            found[Count.NO_ANSWER, ""] = 0
    if entry.opens:
        found[Count.CONVERSATIONS, ""] = 0
        if entry.day_handed:
            found[Count.HANDED, ""] = 0
        elif entry.day_served:
            found[Count.SELF_SERVED, ""] = 0
    if entry.rating is not None:
        found[Count.RATING, str(entry.rating)] = entry.rating
    if entry.verdict is not None:
        found[Count.VERDICT, entry.verdict.value] = 0
    where = (entry.channel, entry.region or "")
    counted = {(entry.day, name.value, key, *where): (1, total) for (name, key), total in found.items()}
    everywhere = {
        (entry.day, everywhere_of(name), key, "", ""): (1, total)
        for (name, key), total in found.items()
        if key
    }
    return counted | everywhere


def everywhere_of(name: Count) -> str:
    """The name under which what has many keys is counted once more, without channel and region: a page over all
    of them reads a hundredth of the rows."""
    return f"{name.value}_all"


SPANS = (10, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400)
"""Seconds: a wait is counted under the first of these it is not longer than."""


def span(seconds: float) -> str:
    """The key of a duration."""
    return str(next((limit for limit in SPANS if seconds <= limit), "more"))
