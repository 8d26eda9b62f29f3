"""Our launcher with Rasa's own per-turn schema check put back, to measure what the repair is worth."""

from __future__ import annotations

import sys

from bot.rasa import __main__, no_tensorflow

no_tensorflow.install()

from rasa.core.actions.action import RemoteAction  # noqa: E402

from bot.rasa import patches  # noqa: E402

_stock = RemoteAction._validate_action_result
_apply = patches.apply


def apply_all_but_the_schema_cache(*, patience_s: float = 0.0) -> None:
    _apply(patience_s=patience_s)
    RemoteAction._validate_action_result = _stock


patches.apply = apply_all_but_the_schema_cache
sys.exit(__main__.main(["run"]))
