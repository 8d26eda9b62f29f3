"""The steps of a guide: its own list, else the one its process sentence draws with arrows."""

from __future__ import annotations

import re

from knowledge.model import FlowStep, Guide

FEWEST_STEPS = 2
"""One step is no process to draw."""
MOST_STEPS = 40
_ARROW = re.compile(r"\s*(?:→|->|—>|⇒)\s*")


def steps_of(guide: Guide) -> tuple[FlowStep, ...]:
    """The steps to draw and to number; empty when the guide does not tell them apart."""
    if guide.flow_steps:
        return guide.flow_steps
    names = [name for name in _ARROW.split(guide.handle_flow) if name]
    return tuple(FlowStep(name=name) for name in names) if len(names) >= FEWEST_STEPS else ()


def has_flow(guide: Guide) -> bool:
    """Whether there is a process to draw."""
    return FEWEST_STEPS <= len(steps_of(guide)) <= MOST_STEPS
