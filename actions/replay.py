"""`POST /replay`: an answer put together once more, from its recipe and the versions it was made of.

Stateless: the front reads the versions from the store and sends them along. In: `{recipe, guides: [{version, content}],
halls: [content]}`. Out: `{text}`, the answer in the words of today; where the versions are whole and the words did not
change, it is letter for letter what was said.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from actions.compose import compose
from actions.dialogue import Memory, Turn
from actions.dialogue.model import Decided
from actions.recipe import outcome_of
from actions.words import Words
from knowledge.base import KnowledgeBase
from knowledge.model import Guide, Hall

_MOST = 60


class GuideVersion(BaseModel):
    version: int
    content: Guide


class ReplayAsked(BaseModel):
    """A request."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    recipe: dict[str, Any]
    guides: Annotated[tuple[GuideVersion, ...], Field(max_length=_MOST)] = ()
    halls: Annotated[tuple[Hall, ...], Field(max_length=_MOST)] = ()


def replay(asked: ReplayAsked, base: KnowledgeBase, words: Words) -> dict[str, Any]:
    """The text once more. RecipeBroken when the recipe cannot be followed."""
    guides = {(one.content.id, one.version): one.content for one in asked.guides}
    outcome, own = outcome_of(asked.recipe, guides, asked.halls, tuple(base.regions.values()))
    memory = Memory()
    turn = Turn("", "", 0.0, memory, date.fromisoformat(asked.recipe["on"]))
    made = compose(turn, Decided(outcome, memory), own, words, index_digest="")
    return {"text": made.to_json()["text"]}
