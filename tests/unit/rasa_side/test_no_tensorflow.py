"""Stand-ins for TensorFlow: importable while Rasa is imported, refused afterwards."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from bot.rasa import no_tensorflow


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    before, finders = set(sys.modules), list(sys.meta_path)
    no_tensorflow.install()
    yield importlib.import_module("tensorflow")
    sys.meta_path[:] = finders
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_what_libraries_do_while_they_are_imported_works(stand_in: Any) -> None:
    layers = importlib.import_module("tensorflow.keras.layers")

    class Layer(layers.Layer):  # type: ignore[misc]
        @stand_in.function(experimental=True)
        def call(self) -> int:
            return 3

    assert Layer().call() == 3
    assert stand_in.float32 is not None


def test_once_sealed_it_refuses_to_be_used(stand_in: Any) -> None:
    constant, model = stand_in.constant, stand_in.keras.Model
    no_tensorflow.seal()
    for use in (lambda: constant(1), model, lambda: stand_in.random.set_seed(1)):
        with pytest.raises(no_tensorflow.TensorFlowNeeded, match=r"config\.yml"):
            use()


def test_special_names_are_not_made_up(stand_in: Any) -> None:
    assert not hasattr(stand_in, "__wrapped__")
