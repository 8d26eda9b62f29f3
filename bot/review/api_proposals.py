"""Wordings to be learnt: a second person decides; what is approved becomes training and a regression conversation."""

from __future__ import annotations

from typing import cast

from bot.masking import mask_text
from bot.review import shapes
from bot.review.errors import said_in_words
from bot.review.parts import REVIEWERS, catalog, guide_shown, item_title, note_list, parts
from bot.review.regression import regressions_yaml
from bot.staff.routing import Call, File, Reply, Route
from bot.store.review_values import Proposal, ProposalState
from bot.store.staff_values import Action

_YAML = "application/yaml"


async def _proposals(call: Call) -> Reply:
    query = cast(shapes.ProposalsQuery, call.query)
    found = await parts(call).proposals.proposals(query.state)
    await note_list(call, "proposals", len(found))
    return Reply(shapes.Proposals(proposals=tuple([await _shown(call, one) for one in found])))


async def _waiting(call: Call) -> Reply:
    """Numbers alone: nothing of a citizen is read, so nothing is noted."""
    me, review = call.who.account.id, parts(call)
    proposals = await review.proposals.waiting_for(me)
    assignments = await review.judging.waiting_for(me)
    return Reply(shapes.Waiting(proposals=proposals, assignments=assignments))


async def _approve(call: Call) -> Reply:
    phrase = cast(shapes.ApproveBody, call.body).phrase
    return await _decided(call, approve=True, phrase=None if phrase is None else mask_text(phrase))


async def _reject(call: Call) -> Reply:
    return await _decided(call, approve=False, why=mask_text(cast(shapes.RejectBody, call.body).why))


async def _decided(call: Call, *, approve: bool, why: str = "", phrase: str | None = None) -> Reply:
    act = call.staff.act(call.who)
    with said_in_words():
        decided = await parts(call).proposals.decide(
            call.path["proposal_id"], act, approve=approve, why=why, phrase=phrase
        )
    return Reply(await _shown(call, decided))


async def _shown(call: Call, one: Proposal) -> shapes.ProposalShown:
    known = await catalog(call)
    guide = guide_shown(known, one.guide_id)
    assert guide is not None
    is_mine = one.proposer_id == call.who.account.id
    return shapes.ProposalShown(
        id=one.id,
        message_id=one.entry_id,
        conversation_id=one.conversation_id,
        kind=one.kind,
        phrase=one.phrase,
        item=item_title(known.items, one.item_id),
        item_id=one.item_id,
        guide=guide,
        state=one.state,
        proposer_id=one.proposer_id,
        proposer=one.proposer,
        decider=one.decider,
        why=one.why,
        at=one.at,
        decided_at=one.decided_at,
        may_decide=one.state is ProposalState.PROPOSED and not is_mine,
    )


async def _regressions(call: Call) -> Reply:
    learnt = await parts(call).proposals.learnt()
    act = call.staff.act(call.who)
    await call.staff.audit.record(act, Action.REVIEW_EXPORTED.value, "", rows=len(learnt), format="yml")
    known = await catalog(call)
    text = regressions_yaml(learnt, {one.id: one.task_name for one in known.items.values()})
    return Reply(file=File(text.encode("utf-8", "replace"), "learnt.yml"))


ROUTES = (
    Route(
        "GET",
        "/api/review/proposals",
        "proposals",
        "Wordings that are proposed to be learnt, newest first",
        _proposals,
        roles=REVIEWERS,
        query=shapes.ProposalsQuery,
        answer=shapes.Proposals,
    ),
    Route(
        "GET",
        "/api/review/waiting",
        "reviewWaiting",
        "How many proposals one may decide, and how many turns one is asked to look at",
        _waiting,
        roles=REVIEWERS,
        answer=shapes.Waiting,
    ),
    Route(
        "POST",
        "/api/review/proposals/{proposal_id}/approve",
        "approveProposal",
        "Have a wording learnt at the next training; never by who proposed it",
        _approve,
        roles=REVIEWERS,
        body=shapes.ApproveBody,
        answer=shapes.ProposalShown,
    ),
    Route(
        "POST",
        "/api/review/proposals/{proposal_id}/reject",
        "rejectProposal",
        "Turn a proposal down; never by who proposed it",
        _reject,
        roles=REVIEWERS,
        body=shapes.RejectBody,
        answer=shapes.ProposalShown,
    ),
    Route(
        "GET",
        "/api/review/regressions.yml",
        "regressions",
        "What was learnt as conversations, for `bangban talk`",
        _regressions,
        roles=REVIEWERS,
        file=_YAML,
    ),
)
