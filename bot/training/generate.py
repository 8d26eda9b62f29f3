"""From the knowledge base to Rasa's YAML: names of matters and places in, one file for each intent out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.training.examples import Mix, examples, load_templates, spoken
from knowledge.base import KnowledgeBase
from knowledge.model import Item, Region, RegionLevel
from knowledge.settings import KnowledgeSettings

WRITTEN = Path(__file__).resolve().parents[1] / "data" / "nlu"
"""The hand-written examples."""

_LONGEST_NAME = 30
_NOT_PLACES = frozenset({RegionLevel.NATION, RegionLevel.ZONE})
# Rasa reads [text](entity) and {…} in an example as markup.
_MARKUP = re.compile(r"[\[\]{}<>|\\]")


def generate_nlu(base: KnowledgeBase, out: Path, settings: KnowledgeSettings, mix: Mix | None = None) -> int:
    """Write the generated examples to `out`, replacing what was there; returns how many they are.

    The same knowledge base, patterns and seed give the same files, byte for byte.
    """
    made = examples(
        load_templates(),
        matter_names(base.items.values()),
        place_names(base.regions.values()),
        read_written(WRITTEN),
        seed=settings.seed,
        mix=mix,
    )
    out.mkdir(parents=True, exist_ok=True)
    for stale in {file.name for file in out.glob("*.yml")} - {f"{intent}.yml" for intent in made}:
        (out / stale).unlink()
    for intent, texts in made.items():
        (out / f"{intent}.yml").write_text(nlu_yaml(intent, texts), encoding="utf-8")
    return sum(len(texts) for texts in made.values())


def matter_names(items: Iterable[Item]) -> tuple[str, ...]:
    """Titles and aliases as people say them, distinct and sorted."""
    names = {_one_line(spoken(name)) for item in items for name in (item.task_name, *item.aliases)}
    return tuple(sorted(name for name in names if 1 < len(name) <= _LONGEST_NAME))


def place_names(regions: Iterable[Region]) -> tuple[str, ...]:
    """Names and everyday names of single places, distinct and sorted."""
    places = [region for region in regions if region.level not in _NOT_PLACES]
    names = {_one_line(spoken(name)) for region in places for name in (region.name, *region.aliases)}
    return tuple(sorted(name for name in names if 1 < len(name) <= _LONGEST_NAME))


def read_written(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """The hand-written examples of a folder by intent."""
    written: dict[str, list[str]] = {}
    for file in sorted(folder.rglob("*.yml")):
        content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        for block in content["nlu"]:
            lines = (line.removeprefix("- ").strip() for line in block["examples"].splitlines())
            written.setdefault(block["intent"], []).extend(line for line in lines if line)
    return {intent: tuple(texts) for intent, texts in written.items()}


def nlu_yaml(intent: str, texts: Sequence[str]) -> str:
    """Rasa's NLU format."""
    lines = "".join(f"      - {text}\n" for text in texts)
    return f'version: "3.1"\nnlu:\n  - intent: {intent}\n    examples: |\n{lines}'


def _one_line(name: str) -> str:
    return " ".join(_MARKUP.sub("", name).split())
