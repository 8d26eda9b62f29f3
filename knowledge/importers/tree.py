"""YAML and JSON text → plain values, read so that authors are not surprised and files cannot hurt.

Every scalar stays the text it is (`000000`, `12345`, `2024-01-01`, `no`); the records say what type
they want. Anchors, aliases and tags are refused (they are the stuff of expansion bombs), duplicate keys
too (the earlier value would silently be lost), and depth and length are limited.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from knowledge.importers.limits import LIMITS, Limits

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Mapping(dict[str, Any]):
    """A mapping that remembers the line on which it begins."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


@dataclass(eq=False)
class TreeError(Exception):
    """Text that cannot be read: the line, what was expected there and what stands there."""

    line: int
    expected: str
    received: str
    message: str = ""


def read_yaml(text: str, limits: Limits = LIMITS) -> Iterator[Any]:
    """The documents of a YAML text: `Mapping`s, lists, texts, None for nothing. TreeError for bad text."""
    builder = _Builder(limits)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
            if isinstance(event, yaml.DocumentEndEvent):
                yield builder.finish()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise TreeError(
            (mark.line + 1) if mark else 0,
            "readable YAML",
            error.problem or "something else",
            "look at the indentation, the quotes and the colons of this line and the one above",
        ) from None
    except yaml.reader.ReaderError as error:
        raise TreeError(
            text.encode()[: error.position].count(b"\n") + 1,
            "text without control characters",
            f"the character with the code {error.character}",
            "delete it",
        ) from None


def read_json_line(line: str, limits: Limits = LIMITS) -> Any:
    """One line of JSONL as plain values; numbers stay the text they are. TreeError for bad text."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: set[str] = set()
        for name, _ in found:
            if name in seen:
                raise TreeError(0, "each key once", f"“{name}” twice", "the first value would be lost")
            seen.add(name)
        return {name: value for name, value in found if value is not None}

    def constant(name: str) -> Any:
        raise TreeError(0, "a number", name)

    try:
        value = json.loads(
            line, object_pairs_hook=pairs, parse_int=str, parse_float=str, parse_constant=constant
        )
    except json.JSONDecodeError as error:
        raise TreeError(0, "one JSON object on the line", f"{error.msg} at column {error.colno}") from None
    except RecursionError:
        raise TreeError(0, f"at most {limits.depth} levels", "many more levels inside each other") from None
    _measure(value, limits, 1)
    return value


def _measure(value: Any, limits: Limits, depth: int) -> None:
    if isinstance(value, str):
        _measure_text(value, 0, limits)
        return
    if depth > limits.depth:
        raise TreeError(0, f"at most {limits.depth} levels", "more levels inside each other")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        _measure(part, limits, depth + 1)


def _measure_text(text: str, line: int, limits: Limits) -> None:
    if len(text) > limits.cell_chars:
        raise TreeError(line, f"a value of at most {limits.cell_chars} characters", f"{len(text)} characters")


class _Builder:
    """Builds values from parser events without recursion, so depth is a count and not a crash."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: list[Mapping | list[Any]] = []
        self._keys: list[str | None] = []
        self._root: Any = None

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise TreeError(line, "values written out", f"the alias *{event.anchor}", "copy the value here")
        if isinstance(event, yaml.NodeEvent):
            self._refuse_extras(event, line)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._start(Mapping(line), line)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._start([], line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end()

    def finish(self) -> Any:
        root, self._root = self._root, None
        return root

    def _refuse_extras(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            mend = "write the value out wherever it is used"
            raise TreeError(line, "values without anchors", f"&{event.anchor}", mend)
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            received = "!" + tag.rsplit(":", 1)[-1].lstrip("!")
            raise TreeError(line, "values without tags", received, "delete it")

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        text: str = event.value
        _measure_text(text, line, self._limits)
        parent = self._open[-1] if self._open else None
        if isinstance(parent, Mapping) and self._keys[-1] is None:
            if text in parent:
                raise TreeError(line, "each key once", f"“{text}” twice", "the first value would be lost")
            self._keys[-1] = text
            return
        plain = event.style is None or event.style == ""
        self._put(None if plain and text in _NULLS else text)

    def _start(self, container: Mapping | list[Any], line: int) -> None:
        if len(self._open) >= self._limits.depth:
            raise TreeError(line, f"at most {self._limits.depth} levels", "more levels inside each other")
        parent = self._open[-1] if self._open else None
        if isinstance(parent, Mapping) and self._keys[-1] is None:
            raise TreeError(line, "a word as key", "a list or mapping as key")
        self._put(container)
        self._open.append(container)
        self._keys.append(None)

    def _put(self, value: Any) -> None:
        if not self._open:
            self._root = value
            return
        parent = self._open[-1]
        if isinstance(parent, list):
            parent.append(value)
            return
        key = self._keys[-1]
        assert key is not None
        self._keys[-1] = None
        parent[key] = value

    def _end(self) -> None:
        """Close a container. An empty value means "not in the source": its field keeps the default."""
        closed = self._open.pop()
        self._keys.pop()
        if isinstance(closed, Mapping):
            for key in [key for key, value in closed.items() if value is None]:
                del closed[key]
