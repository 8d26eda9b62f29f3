"""Records → our YAML, the way back of `records`: reading what was written gives equal records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from knowledge.model import KINDS, Kind, Record, kind_of

_PLURAL: dict[Kind, str] = {kind: f"{kind}s" for kind in KINDS}


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, writes long texts as blocks, and never writes aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text and not any(line != line.rstrip() for line in text.split("\n")) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def guide_yaml(record: Record) -> str:
    """One record per file, under its kind (`guide:`), as the samples are kept."""
    return _dump({kind_of(record): record.to_json()})


def records_yaml(records: Iterable[Record]) -> str:
    """Any records in one file, grouped under `items:`, `guides:` …"""
    groups: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        groups.setdefault(_PLURAL[kind_of(record)], []).append(record.to_json())
    return _dump(groups)


def _dump(value: dict[str, Any]) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=108)
