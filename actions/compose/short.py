"""One line of a guide for one aspect, where several guides stand beside each other."""

from __future__ import annotations

from actions.words import Words
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from knowledge.model import NATIONWIDE, Guide, RegionLevel


def short(guide: Guide, aspect: Aspect) -> str:
    """One line of a guide for the asked aspect, from its own fields only."""
    scoped = "；".join(scope.explain for scope in guide.handle_scopes if scope.explain)
    by_aspect = {
        Aspect.TIME_LIMIT: guide.promise_explain or guide.anticipate_explain,
        Aspect.FEE: guide.fee_explain,
        Aspect.MATERIALS: guide.materials_explain or "、".join(m.material_name for m in guide.materials),
        Aspect.CONDITIONS: guide.accept_condition or "；".join(guide.notes),
        Aspect.ONLINE: guide.online_explain,
        Aspect.STEPS: guide.handle_flow or "→".join(step.name for step in guide.flow_steps),
        Aspect.WHERE: guide.where_explain or scoped,
        Aspect.CROSS_REGION: scoped or guide.where_explain,
        Aspect.OVERVIEW: scoped or guide.where_explain or "；".join(guide.notes),
        Aspect.RESULT: guide.result_explain or guide.result_name,
    }
    return by_aspect.get(aspect, "")


def dated(guide: Guide) -> str:
    """The date of a guide or its source in brackets; empty when neither says."""
    date = guide.publish_date or next((s.published for s in guide.sources if s.published), "")
    return f"（{date}）" if date else ""


def region_words(base: KnowledgeBase, words: Words, guide: Guide) -> str:
    """For whom a guide is: everyone, a zone, a division."""
    if guide.region == NATIONWIDE:
        return words.say("answer.region_nation")
    region = base.gazetteer.get(guide.region)
    key = "region_zone" if region and region.level is RegionLevel.ZONE else "region_of"
    return words.say(f"answer.{key}", region=base.gazetteer.display(guide.region))
