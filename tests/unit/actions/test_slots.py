"""Memory survives its way through Rasa's slots, and strange slots are forgotten rather than fatal."""

from __future__ import annotations

import pytest

from actions.dialogue.model import Asking, Earlier, Memory, Option
from actions.slots import changed_slots, read_memory
from knowledge.aspects import Aspect

FULL = Memory(
    item_id="id_card_reissue",
    guide_id="id_card_reissue@000000",
    aspect=Aspect.FEE,
    here="370200",
    owner="370786",
    options=(Option("a", "甲"), Option("b", "乙")),
    asking=Asking.OWNER,
    fails=1,
    situation=("who=self",),
    asked=("here", "-here", "owner"),
    told=(Aspect.WHERE, Aspect.FEE),
    earlier=(
        Earlier("marriage_registration", Aspect.MATERIALS, "370200", ("a=b",), ("here",)),
        Earlier("passport_apply"),
    ),
    later="passport_renew",
    last="0123456789ab",
    sought="公积金取",
    channel_region="370200",
)


def test_round_trip() -> None:
    assert read_memory(changed_slots(Memory(), FULL)) == FULL


def test_only_what_changed_is_set() -> None:
    assert changed_slots(FULL, FULL) == {}
    assert changed_slots(Memory(), Memory(here="370200")) == {"here": "370200"}


def test_forgetting_sets_null() -> None:
    assert changed_slots(FULL, Memory())["options"] is None


@pytest.mark.parametrize(
    "slots",
    [
        {"aspect": "nonsense", "asking": 3, "options": "1", "here": 5, "fails": None},
        {"options": [{"id": "a"}], "aspect": ["fee"], "item_id": ""},
        {"options": [1, 2], "asking": {"a": 1}},
        {"earlier": [1, {"item_id": ""}, {"aspect": "fee"}], "told": ["nonsense", 1], "later": 5},
        {"earlier": "x", "told": "fee", "asked": {"here": 1}, "situation": [None, ""], "last": []},
    ],
)
def test_unreadable_slots_count_as_not_remembered(slots: dict[str, object]) -> None:
    assert read_memory(slots) == Memory()
