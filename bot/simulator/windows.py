"""Who may be written to: what a citizen did grants the account some messages for some time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.simulator.codes import Refused

HOURS_48 = 48 * 3600.0


class Trigger(StrEnum):
    """What grants messages."""

    MESSAGE = "message"
    MENU = "menu"
    FOLLOW = "follow"
    SCAN = "scan"


_GRANTS = {
    Trigger.MESSAGE: (5, HOURS_48),
    Trigger.MENU: (3, 60.0),
    Trigger.FOLLOW: (3, 60.0),
    Trigger.SCAN: (3, 60.0),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """Messages that may still be sent, until when."""

    trigger: Trigger
    left: int
    until: float


Grants = tuple[Grant, ...]


def granted(grants: Grants, trigger: Trigger, now: float) -> Grants:
    """The grants after a citizen did something: renewed, not added up; what ran out is let go."""
    count, seconds = _GRANTS[trigger]
    others = tuple(grant for grant in grants if grant.trigger is not trigger and grant.until > now)
    return (*others, Grant(trigger, count, now + seconds))


def spent(grants: Grants, now: float) -> Grants:
    """The grants after one message, taken from what runs out first; Refused when there is none."""
    open_ = [grant for grant in grants if grant.until > now]
    if not open_:
        raise Refused(45015)
    usable = sorted((grant for grant in open_ if grant.left), key=lambda grant: grant.until)
    if not usable:
        raise Refused(45047)
    taken = usable[0]
    return tuple(replace(grant, left=grant.left - 1) if grant is taken else grant for grant in open_)
