"""What an answer is made of, by reference: kept with it as provenance, so that it can be put together once more.

A guide is named by its version, a hall by its digest; of items only the name and what is said of it is kept. The where
options are not kept but computed once more. Nothing a guide says is in a recipe: who wants the words again needs
the versions they were in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from actions.dialogue.model import (
    Answer,
    Clarify,
    Comparison,
    Declined,
    Handoff,
    NothingFound,
    Outcome,
    Planned,
    Smalltalk,
)
from knowledge.base import KnowledgeBase
from knowledge.model import Guide, Hall, Item, Region
from knowledge.where import where

FORMAT = 1
_KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind
    for kind in (Answer, Comparison, Planned, Clarify, NothingFound, Handoff, Declined, Smalltalk)
}
_GUIDE, _OPTIONS = "guide_version", "options"
_OF_ITEM = ("id", "task_name", "category", "owner_role", "hotline", "any_matter", "fictional")


class RecipeBroken(ValueError):
    """A recipe, or what it needs, is not there; the text says what."""


def recipe_of(outcome: Outcome, base: KnowledgeBase, today: date) -> dict[str, Any]:
    """The recipe of an outcome, JSON-ready."""
    made: dict[str, Any] = {
        "format": FORMAT,
        "kind": type(outcome).__name__.lower(),
        "on": today.isoformat(),
        "outcome": {
            field.name: _plain(getattr(outcome, field.name), base)
            for field in fields(outcome)
            if not (isinstance(outcome, Answer) and field.name == _OPTIONS)
        },
    }
    if isinstance(outcome, Answer):
        named = {hall.id for option in outcome.options for hall in option.halls}
        lobbies = outcome.guide.lobbies
        named |= {lobby.hall_id for lobby in lobbies if lobby.hall_id and lobby.hall_id in base.halls}
        made["halls"] = {hall_id: base.hall(hall_id).digest() for hall_id in sorted(named)}
    return made


def outcome_of(
    recipe: Mapping[str, Any],
    guides: Mapping[tuple[str, int], Guide],
    halls: tuple[Hall, ...],
    regions: tuple[Region, ...],
) -> tuple[Outcome, KnowledgeBase]:
    """The outcome of a recipe, and a base of exactly what it is made of. RecipeBroken when something is missing.

    In: the versions it names, and the regions of today.
    """
    if recipe.get("format") != FORMAT or recipe.get("kind") not in _KINDS:
        raise RecipeBroken("it was kept by another version of the program")
    try:
        told = _filled(recipe["outcome"], guides)
        rest = {_OPTIONS: ()} if recipe["kind"] == "answer" else {}
        outcome: Outcome = _adapter(recipe["kind"]).validate_python(told | rest)
        on = date.fromisoformat(recipe["on"])
    except KeyError as error:
        raise RecipeBroken(f"{error.args[0]} is missing") from None
    base = _base_of(outcome, guides, halls, regions)
    if isinstance(outcome, Answer):
        options = where(
            outcome.choice,
            outcome.item,
            here=outcome.here,
            owner=outcome.owner,
            gazetteer=base.gazetteer,
            halls=halls,
            on=on,
        )
        outcome = replace(outcome, options=options)
    return outcome, base


def _plain(value: Any, base: KnowledgeBase) -> Any:
    if isinstance(value, Guide):
        return {_GUIDE: [value.id, base.version(value.id)]}
    if isinstance(value, Item):
        return {name: _plain(said, base) for name in _OF_ITEM if (said := getattr(value, name))}
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name), base) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one, base) for one in value]
    return value


def _filled(value: Any, guides: Mapping[tuple[str, int], Guide]) -> Any:
    """The values with the guides in the places of their versions."""
    if isinstance(value, Mapping):
        if _GUIDE in value:
            guide_id, version = value[_GUIDE]
            if (guide := guides.get((guide_id, version))) is None:
                raise RecipeBroken(f"version {version} of the guide {guide_id} is missing")
            return guide
        return {name: _filled(one, guides) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, guides) for one in value]
    return value


def guides_of_recipe(recipe: Any) -> list[tuple[str, int]]:
    """Every guide version a recipe names."""
    if isinstance(recipe, Mapping):
        if _GUIDE in recipe:
            return [(str(recipe[_GUIDE][0]), int(recipe[_GUIDE][1]))]
        return [named for one in recipe.values() for named in guides_of_recipe(one)]
    if isinstance(recipe, list):
        return [named for one in recipe for named in guides_of_recipe(one)]
    return []


def _base_of(
    outcome: Outcome,
    guides: Mapping[tuple[str, int], Guide],
    halls: tuple[Hall, ...],
    regions: tuple[Region, ...],
) -> KnowledgeBase:
    items = {item.id: item for item in _items(outcome)}
    for guide in guides.values():
        if guide.item_id not in items:
            items[guide.item_id] = Item(id=guide.item_id, task_name=guide.task_name, category="-")
    versions = {guide_id: version for guide_id, version in guides}
    return KnowledgeBase.from_records(items.values(), guides.values(), halls, regions, versions)


def _items(outcome: Outcome) -> tuple[Item, ...]:
    match outcome:
        case Answer(item=item) | Planned(item=item):
            return (item,)
        case Comparison(first=first, second=second):
            return (first, second)
        case NothingFound(item=Item() as item):
            return (item,)
    return ()


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[kind])
