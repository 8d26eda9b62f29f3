"""What was learnt, as conversations that `bangban talk` plays: each must keep finding its matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from bot.store.review_proposals import Learnt

_HEAD = (
    "# Wordings the review approved. Made by `bangban review regressions`; play them with `bangban talk`.\n"
)


def regressions(learnt: Sequence[Learnt], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """One conversation for each wording whose item is published. In: item id → title."""
    return [
        {
            "name": f"#{one.proposal_id} {one.phrase}",
            "turns": [{"says": one.phrase, "expects": {"guide": one.item_id}}],
        }
        for one in learnt
        if one.item_id in titles
    ]


def regressions_yaml(learnt: Sequence[Learnt], titles: Mapping[str, str]) -> str:
    """The file."""
    made = regressions(learnt, titles)
    body = yaml.safe_dump(made, allow_unicode=True, sort_keys=False, width=1000) if made else "[]\n"
    return _HEAD + body
