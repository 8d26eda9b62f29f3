"""The payload of a turn: the wire between actions, Rasa and the front (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.compose.answer import answer_section, asked_section, planned_section, suggestions
from actions.compose.asking import titled
from actions.compose.card import card, page_only
from actions.compose.comparing import comparison_text
from actions.compose.section import Context, Section, phone_of
from actions.compose.wire import (
    guide_for_wire,
    options_for_wire,
    sources_for_wire,
    suggestions_for_wire,
    text_for_wire,
)
from actions.dialogue.model import (
    SKIP,
    Answer,
    Clarify,
    Comparison,
    Decided,
    Declined,
    Handoff,
    NothingFound,
    Option,
    Outcome,
    Planned,
    Question,
    Smalltalk,
    Turn,
    Understanding,
)
from actions.recipe import recipe_of
from actions.words import Words
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from knowledge.model import Guide
from knowledge.where import GuideChoice

MOST_HITS = 3


@dataclass(frozen=True)
class Payload:
    """What the front gets. `outcome` is one of answered clarify nothing_found handoff declined smalltalk."""

    outcome: str
    text: str
    aspect: str | None = None
    guide: dict[str, Any] | None = None
    regions: dict[str, Any] | None = None
    options: tuple[Option, ...] = ()
    suggestions: tuple[str, ...] = ()
    sources: tuple[dict[str, str], ...] = ()
    card: dict[str, Any] | None = None
    handoff: str | None = None
    """Why a person is needed: `asked`, `complaint`, or the `guide` says so."""
    provenance: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """JSON-ready; every key is always there so that readers need no guesses."""
        return {
            "outcome": self.outcome,
            "aspect": self.aspect,
            "guide": guide_for_wire(self.guide),
            "regions": self.regions or {"here": None, "owner": None},
            "text": text_for_wire(self.text),
            "options": options_for_wire(option.title for option in self.options),
            "suggestions": suggestions_for_wire(self.suggestions),
            "sources": sources_for_wire(self.sources),
            "card": self.card,
            "handoff": self.handoff,
            "provenance": self.provenance or {},
        }


def compose(turn: Turn, decided: Decided, base: KnowledgeBase, words: Words, *, index_digest: str) -> Payload:
    """Put an outcome into words. Everything said of a matter comes from the guide's fields."""
    outcome = decided.outcome
    provenance = _provenance(turn, decided.understanding, index_digest)
    provenance["recipe"] = recipe_of(outcome, base, turn.today)
    if isinstance(outcome, Answer):
        return _answered(Context(outcome, words, base), provenance)
    if isinstance(outcome, Comparison):
        return _compared(outcome, base, words, provenance)
    if isinstance(outcome, Planned):
        return _announced(outcome, base, words, provenance)
    text, options, kind = _words(outcome, base, words)
    options = titled(options, words)
    aspect = outcome.aspect.value if isinstance(outcome, Clarify) and outcome.aspect else None
    return Payload(
        outcome=kind,
        text=text,
        aspect=aspect,
        regions=_regions(base, decided.memory.here, decided.memory.owner),
        options=options,
        handoff=outcome.reason if isinstance(outcome, Handoff) else None,
        provenance=provenance,
    )


def _answered(c: Context, provenance: dict[str, Any]) -> Payload:
    silent = {} if asked_section(c) else {"silent": True}
    return _cited(c, answer_section(c), provenance | silent, card(c), suggestions(c))


def _announced(outcome: Planned, base: KnowledgeBase, words: Words, provenance: dict[str, Any]) -> Payload:
    """Announced, not in force: the same answer for every aspect, with its source and date."""
    answer = Answer(
        item=outcome.item,
        choice=GuideChoice(guide=outcome.guide, fell_back=False, alternatives=()),
        aspect=Aspect.OVERVIEW,
        options=(),
        here=outcome.here,
        owner=outcome.owner,
    )
    c = Context(answer, words, base)
    return _cited(c, planned_section(c), provenance, page_only(c))


def _compared(outcome: Comparison, base: KnowledgeBase, words: Words, provenance: dict[str, Any]) -> Payload:
    """Two guides side by side; the first is the one named as `guide`, both are cited."""
    first, second = outcome.guides
    cited = [{"id": g.id, "version": base.version(g.id), "digest": g.digest()} for g in outcome.guides]
    return Payload(
        outcome="answered",
        text=comparison_text(outcome, base, words),
        aspect=Aspect.OVERVIEW.value,
        guide=_guide(first, base),
        regions=_regions(base, outcome.here, outcome.owner),
        suggestions=(outcome.first.task_name, outcome.second.task_name),
        sources=(*_sources(first), *(s for s in _sources(second) if s not in _sources(first))),
        provenance=provenance | {"guide": cited[0], "compared": cited},
    )


def _cited(
    c: Context,
    section: Section,
    provenance: dict[str, Any],
    shown: dict[str, Any],
    suggested: tuple[str, ...] = (),
) -> Payload:
    """What is said of one guide, with the guide, its sources and why."""
    answer = c.answer
    return Payload(
        outcome="answered",
        text="\n".join(section.lines),
        aspect=answer.aspect.value,
        guide=_guide(answer.guide, c.base),
        regions=_regions(c.base, answer.here, answer.owner),
        options=titled(answer.ask.options, c.words) if answer.ask else (),
        suggestions=suggested,
        sources=_sources(answer.guide),
        card=shown,
        handoff="guide" if answer.guide.needs_person else None,
        provenance=provenance | _why(c, section),
    )


def _sources(guide: Guide) -> tuple[dict[str, str], ...]:
    return tuple({"name": s.name, "url": s.url, "published": s.published} for s in guide.sources)


def _words(outcome: Outcome, base: KnowledgeBase, words: Words) -> tuple[str, tuple[Option, ...], str]:
    match outcome:
        case Clarify():
            return _clarify(outcome, words), outcome.options, "clarify"
        case NothingFound():
            return _nothing(outcome, base, words), outcome.nearest, "nothing_found"
        case Handoff(reason=reason):
            return words.say(f"handoff.{reason}"), (), "handoff"
        case Smalltalk(kind=kind):
            return words.say(f"smalltalk.{kind}"), (), "smalltalk"
        case Declined(reason=reason):
            reply = words.safety_replies.get(reason) or words.say(f"declined.{reason}")
            return reply, (), "declined"
    raise TypeError(f"no words for {type(outcome).__name__}")


def _numbered(options: Sequence[Option], words: Words) -> list[str]:
    return [words.say("clarify.option", n=n, title=o.title) for n, o in enumerate(options, start=1)]


def _clarify(outcome: Clarify, words: Words) -> str:
    key = outcome.question.value
    if outcome.question is Question.WHICH_ITEM and outcome.subject:
        key = "which_item_category"
    if [option.id for option in outcome.options] == [SKIP]:
        return words.say("clarify.which_place")
    options = titled(outcome.options, words)
    lines = [words.say(f"clarify.{key}", subject=outcome.subject), *_numbered(options, words)]
    if outcome.question is Question.WHICH_ITEM:
        lines.append(words.say("clarify.none"))
    return "\n".join(lines)


def _nothing(outcome: NothingFound, base: KnowledgeBase, words: Words) -> str:
    if outcome.item is not None:
        region = (
            base.gazetteer.display(outcome.region)
            if outcome.region
            else words.say("nothing_found.no_guide_nowhere")
        )
        phone = phone_of(outcome.item, words)
        lines = [
            words.say("nothing_found.no_guide", title=outcome.item.task_name, region=region, phone=phone)
        ]
    else:
        lines = [words.say("nothing_found.no_match")]
    if outcome.nearest:
        lines += [words.say("nothing_found.nearest"), *_numbered(outcome.nearest, words)]
    if outcome.offer_person:
        lines.append(words.say("nothing_found.offer_person"))
    return "\n".join(lines)


def _guide(guide: Guide, base: KnowledgeBase) -> dict[str, Any]:
    return {
        "id": guide.id,
        "title": base.item(guide.item_id).task_name,
        "task_name": guide.task_name,
        "item_id": guide.item_id,
        "version": base.version(guide.id),
        "region": guide.region,
        "region_name": base.gazetteer.display(guide.region),
        "authority": guide.dept_name,
        "publish_date": guide.publish_date,
    }


def _regions(base: KnowledgeBase, here: str | None, owner: str | None) -> dict[str, Any]:
    def named(code: str | None) -> dict[str, str] | None:
        return {"code": code, "name": base.gazetteer.display(code)} if code else None

    return {"here": named(here), "owner": named(owner)}


def _provenance(turn: Turn, understood: Understanding, index_digest: str) -> dict[str, Any]:
    """Why: what Rasa understood, what was searched and found. Stored with the answer, never shown."""
    result = understood.search
    return {
        "index": index_digest,
        "intent": {"name": turn.intent, "confidence": round(turn.confidence, 4)},
        "needle": understood.needle,
        "decision": result.decision.value if result else None,
        "hits": [
            {"item_id": hit.item_id, "probability": round(hit.probability, 4), "score": round(hit.score, 4)}
            for hit in (result.hits[:MOST_HITS] if result else ())
        ],
    }


def _why(c: Context, section: Section) -> dict[str, Any]:
    answer = c.answer
    rules = dict.fromkeys(option.rule.name for option in answer.options if option.rule)
    return {
        "guide": {
            "id": answer.guide.id,
            "version": c.base.version(answer.guide.id),
            "digest": answer.guide.digest(),
        },
        "fields": list(dict.fromkeys(section.fields)),
        "rules": list(rules),
        "alternatives": [guide.id for guide in answer.choice.alternatives],
        "helpers": [guide.id for guide in answer.helpers],
        "halls": list(dict.fromkeys(hall.id for option in answer.options for hall in option.halls)),
        "situation": list(answer.situation),
        "asked": answer.ask.asking.value if answer.ask else None,
        "fell_back": answer.choice.fell_back,
    }
