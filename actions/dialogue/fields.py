"""Which guide fields answer which aspect: used to see whether a guide can answer at all."""

from __future__ import annotations

from knowledge.aspects import Aspect
from knowledge.model import Guide

FIELDS: dict[Aspect, tuple[str, ...]] = {
    Aspect.WHERE: ("where_explain", "lobbies", "handle_scopes"),
    Aspect.CROSS_REGION: ("handle_scopes",),
    Aspect.MATERIALS: ("materials", "materials_explain"),
    Aspect.STEPS: ("flow_steps", "handle_flow"),
    Aspect.TIME_LIMIT: ("promise_explain", "anticipate_explain"),
    Aspect.FEE: ("fee_explain", "fees"),
    Aspect.CONDITIONS: ("accept_condition",),
    Aspect.ONLINE: ("online_explain", "online_handle_url", "mobile_terminal_url"),
    Aspect.PHONE: ("link_way",),
    Aspect.HOURS: ("transact_time",),
    Aspect.AGENT: ("agent_explain",),
    Aspect.RESULT: ("result_name", "result_explain"),
    Aspect.LEGAL_BASIS: ("by_law",),
    Aspect.PROGRESS: ("progress_explain",),
}


def can_answer(guide: Guide, aspect: Aspect) -> bool:
    """Whether the guide has anything of its own on this aspect. An overview is always possible."""
    return aspect is Aspect.OVERVIEW or any(getattr(guide, field) for field in FIELDS[aspect])
