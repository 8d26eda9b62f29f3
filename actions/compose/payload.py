"""The payload of a turn: the wire between actions, Rasa and the front (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.compose.answer import answer_section, planned_section, suggestions
from actions.compose.section import Context, Section, phone_of
from actions.dialogue.model import (
    Answer,
    Clarify,
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
    provenance: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """JSON-ready; every key is always there so that readers need no guesses."""
        return {
            "outcome": self.outcome,
            "aspect": self.aspect,
            "guide": self.guide,
            "regions": self.regions or {"here": None, "owner": None},
            "text": self.text,
            "options": [{"id": str(n), "title": o.title} for n, o in enumerate(self.options, start=1)],
            "suggestions": list(self.suggestions),
            "sources": list(self.sources),
            "provenance": self.provenance or {},
        }


def compose(turn: Turn, decided: Decided, base: KnowledgeBase, words: Words, *, index_digest: str) -> Payload:
    """Put an outcome into words. Everything said of a matter comes from the guide's fields."""
    provenance = _provenance(turn, decided.understanding, index_digest)
    outcome = decided.outcome
    if isinstance(outcome, Answer):
        return _answered(Context(outcome, words, base), provenance)
    if isinstance(outcome, Planned):
        return _announced(outcome, base, words, provenance)
    text, options, kind = _words(outcome, base, words)
    aspect = outcome.aspect.value if isinstance(outcome, Clarify) and outcome.aspect else None
    return Payload(
        outcome=kind,
        text=text,
        aspect=aspect,
        regions=_regions(base, decided.memory.here, decided.memory.owner),
        options=options,
        provenance=provenance,
    )


def _answered(c: Context, provenance: dict[str, Any]) -> Payload:
    return _cited(c, answer_section(c), provenance, suggestions(c))


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
    return _cited(c, planned_section(c), provenance)


def _cited(
    c: Context, section: Section, provenance: dict[str, Any], suggested: tuple[str, ...] = ()
) -> Payload:
    """What is said of one guide, with the guide, its sources and why."""
    answer = c.answer
    return Payload(
        outcome="answered",
        text="\n".join(section.lines),
        aspect=answer.aspect.value,
        guide=_guide(answer.guide, c.base),
        regions=_regions(c.base, answer.here, answer.owner),
        suggestions=suggested,
        sources=_sources(answer.guide),
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
    lines = [words.say(f"clarify.{key}", subject=outcome.subject), *_numbered(outcome.options, words)]
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
        "fell_back": answer.choice.fell_back,
    }
