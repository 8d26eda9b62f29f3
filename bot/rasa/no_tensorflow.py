"""Rasa without TensorFlow: its modules import, nothing of it is loaded, and using it is refused.

Rasa imports TensorFlow for the classifiers and policies built on it. Our pipeline uses none of them
(config.yml), and the import alone costs every Rasa process about 350 MB and some seconds of start. While
Rasa is imported, empty stand-ins take TensorFlow's place; afterwards they are sealed, and a component that
needs TensorFlow fails with a clear message instead of doing something wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_PACKAGES = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras"})


class TensorFlowNeeded(RuntimeError):
    """Something called TensorFlow although our launcher does not load it."""

    def __init__(self) -> None:
        super().__init__(
            "A Rasa component that needs TensorFlow is in use. Choose one without it in config.yml, "
            "or remove the call of no_tensorflow.install in bot/rasa."
        )


class _StandInType(type):
    sealed = False

    def __getattr__(cls, name: str) -> Any:
        return _attribute(name)


class _StandIn(metaclass=_StandInType):
    """Stands for every class, function and constant of TensorFlow."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if _StandInType.sealed:
            raise TensorFlowNeeded

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """As a decorator (`@tf.function(…)`) it leaves what it decorates as it is."""
        if _StandInType.sealed:
            raise TensorFlowNeeded
        return args[0] if args and callable(args[0]) else self

    def __getattr__(self, name: str) -> Any:
        return _attribute(name)

    def __class_getitem__(cls, item: Any) -> Any:
        return cls


class StandInModule(ModuleType):
    """Stands for every module of TensorFlow."""

    def __getattr__(self, name: str) -> Any:
        return _attribute(name)


class _StandInFinder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in _PACKAGES:
            return ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: every attribute is made when it is asked for."""


def install() -> None:
    """To be called before Rasa is imported."""
    _StandInType.sealed = False
    sys.meta_path.insert(0, _StandInFinder())


def seal() -> None:
    """To be called when everything of Rasa is imported: from now on a stand-in refuses to be used."""
    _StandInType.sealed = True


def _attribute(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _StandIn
