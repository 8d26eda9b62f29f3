"""Two matters side by side: only the fields that differ, each from its own guide, both sources named."""

from __future__ import annotations

from actions.compose.short import dated, region_words, short
from actions.dialogue.model import Comparison
from actions.words import Words
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from knowledge.model import Guide

COMPARED = (
    Aspect.CONDITIONS,
    Aspect.MATERIALS,
    Aspect.WHERE,
    Aspect.STEPS,
    Aspect.TIME_LIMIT,
    Aspect.FEE,
    Aspect.ONLINE,
    Aspect.RESULT,
)
MOST_ASPECTS = 6


def comparison_text(outcome: Comparison, base: KnowledgeBase, words: Words) -> str:
    """The lines of a comparison. What only one guide says, the other is said not to say."""
    say, guides = words.say, outcome.guides
    lines = [say("compare.title", first=outcome.first.task_name, second=outcome.second.task_name)]
    if any(guide.fictional for guide in guides):
        lines.insert(0, say("answer.fictional"))
    differing = [aspect for aspect in COMPARED if _differs(guides, aspect)][:MOST_ASPECTS]
    for aspect in differing:
        lines.append(say("compare.aspect", aspect=say(f"compared.{aspect.value}")))
        lines += [
            say("compare.side", title=guide.task_name, text=_told(guide, aspect, words)) for guide in guides
        ]
    if not differing:
        lines.append(say("compare.same"))
    for guide in guides:
        source = guide.sources[0].name if guide.sources else say("answer.no_date")
        lines.append(
            say(
                "compare.source",
                title=guide.task_name,
                region=region_words(base, words, guide),
                source=source + dated(guide),
            )
        )
    unverified = any(guide.unverified_fields for guide in guides)
    return "\n".join([*lines, say("answer.unverified" if unverified else "answer.prevails")])


def _differs(guides: tuple[Guide, Guide], aspect: Aspect) -> bool:
    first, second = (short(guide, aspect) for guide in guides)
    return first != second


def _told(guide: Guide, aspect: Aspect, words: Words) -> str:
    told = short(guide, aspect)
    if not told:
        return words.say("compare.silent")
    return told + (words.say("answer.unverified_mark") if guide.unverified_fields else "")
