"""Judging, labels, assignments, the inbox of questions without an answer, saved searches."""

from __future__ import annotations

import asyncio
from typing import Literal, cast

from bot.desk.api_help import shown_hit
from bot.desk.api_parts import API as DESK
from bot.desk.assist import About
from bot.errors import BadRequest
from bot.masking import mask_text
from bot.pages.library import GuideEdition, Library
from bot.pages.views import LIBRARY
from bot.review import shapes
from bot.review.conversation import judgement_shown
from bot.review.errors import GuideUnknown, refusal, said_in_words
from bot.review.grouping import groups_of
from bot.review.parts import REVIEWERS, catalog, item_title, note_list, parts, row_of
from bot.staff.routing import NOBODY, Call, Reply, Route
from bot.store.review_judging import Lesson, NewJudgement
from bot.store.review_unanswered import MOST
from bot.store.review_values import AssignmentState, ProposalKind, Verdict
from bot.store.staff_values import Role
from bot.store.values import StoredMessage

_MOST_GROUPS = 100
_SHOWN_OF_A_GROUP = 5
_SEARCHED = 5
_MOST_SINCE = 500
_SENIOR = frozenset({Role.SUPERVISOR, Role.ADMIN})

NotTaught = Literal["no_other_guide", "same_item", "names_no_matter", "not_wanted"]


async def _judge(call: Call) -> Reply:
    body, message_id = cast(shapes.JudgementBody, call.body), call.path["message_id"]
    act, api = call.staff.act(call.who), parts(call)
    correct = await _published(call, body.correct_guide_id)
    lesson: Lesson | NotTaught = "no_other_guide"
    if body.verdict is Verdict.WRONG_GUIDE and correct is not None:
        lesson = await _lesson(call, message_id, body.teach, correct, body.phrase)
    new = NewJudgement(
        verdict=body.verdict,
        comment=mask_text(body.comment),
        correct_guide_id=body.correct_guide_id,
        seen=body.seen,
        lesson=lesson if isinstance(lesson, Lesson) else None,
    )
    with said_in_words():
        judgement, proposal = await api.judging.judge(message_id, new, act)
    return Reply(
        shapes.Judged(
            judgement=judgement_shown(await catalog(call), judgement),
            proposal_id=proposal,
            not_taught=None if isinstance(lesson, Lesson) else lesson,
        )
    )


async def _published(call: Call, guide_id: str | None) -> GuideEdition | None:
    if guide_id is None:
        return None
    library: Library = call.app[LIBRARY]
    found = await library.guide(guide_id)
    if found is None or not found.is_current:
        raise refusal(GuideUnknown)
    return found


async def _lesson(
    call: Call,
    message_id: int,
    teach: ProposalKind | None,
    correct: GuideEdition,
    phrase: str | None = None,
) -> Lesson | NotTaught:
    """What the wording shall lead to. A follow-up (要带什么) names no matter, so nothing can be learnt from it; nor
    where the item was right, and only the region or the authority was not."""
    if teach is None:
        return "not_wanted"
    said = await parts(call).reader.turn(message_id)
    answer = next((one for one in said if one.reply_to), None)
    if answer is not None and _item_of(answer) == correct.guide.item_id:
        return "same_item"
    if phrase is None and (answer is None or not answer.provenance.get("needle")):
        return "names_no_matter"
    return Lesson(
        kind=teach,
        phrase=mask_text(phrase or said[0].text)[:200],
        item_id=correct.guide.item_id,
        guide_id=correct.guide.id,
    )


def _item_of(answer: StoredMessage) -> str | None:
    guide = answer.payload.get("guide")
    return str(guide.get("item_id")) if isinstance(guide, dict) else None


async def _batch(call: Call) -> Reply:
    body, act, api = cast(shapes.BatchBody, call.body), call.staff.act(call.who), parts(call)
    if sum(one is not None for one in (body.verdict, body.assign_to, body.label)) != 1:
        raise BadRequest("Exactly one of verdict, assign_to and label.", mend="Send one of them.")
    left: tuple[int, ...] = ()
    if body.verdict is not None:
        left = await api.judging.judge_each(body.message_ids, body.verdict, act)
    elif body.assign_to is not None:
        await api.judging.assign(body.message_ids, body.assign_to, mask_text(body.note), act)
    elif body.label is not None:
        label = mask_text(body.label)
        await api.judging.label(body.message_ids, label, act, take_off=body.take_off)
    return Reply(shapes.Batched(done=len(set(body.message_ids)) - len(left), left=left))


async def _judge_group(call: Call) -> Reply:
    """All of them or none: what a colleague judged meanwhile is shown before anything is kept."""
    body, api = cast(shapes.GroupBody, call.body), parts(call)
    if not set(body.wordings) <= set(body.message_ids):
        raise BadRequest("A wording to be learnt is of none of the turns.", mend="Name turns of the group.")
    correct = await _published(call, body.correct_guide_id)
    assert correct is not None
    lessons = {one: await _lesson(call, one, body.teach, correct) for one in body.wordings}
    new = NewJudgement(
        verdict=Verdict.WRONG_GUIDE,
        comment=mask_text(body.comment),
        correct_guide_id=body.correct_guide_id,
        seen=body.seen,
    )
    taught = {one: lesson for one, lesson in lessons.items() if isinstance(lesson, Lesson)}
    with said_in_words():
        made = await api.judging.judge_group(body.message_ids, new, taught, call.staff.act(call.who))
    return Reply(shapes.GroupJudged(done=made.done, proposals=made.proposals))


async def _judged_since(call: Call) -> Reply:
    query, known = cast(shapes.JudgedSinceQuery, call.query), await catalog(call)
    found = await parts(call).judging.judged_since(query.seen or 0, _MOST_SINCE)
    await note_list(call, "judgements", len(found))
    return Reply(
        shapes.JudgedSince(
            judgements=tuple(
                shapes.JudgedTurn(
                    judgement=judgement_shown(known, one.judgement),
                    conversation_id=one.conversation_id,
                    question=one.question,
                )
                for one in found
            ),
            newest=found[0].judgement.id if found else query.seen or 0,
        )
    )


async def _unanswered(call: Call) -> Reply:
    query, api = cast(shapes.UnansweredQuery, call.query), parts(call)
    found, newest_judgement = await api.unanswered.unanswered(query.first_day, query.last_day)
    grouped, known = found[-MOST:], await catalog(call)
    groups = (await asyncio.to_thread(groups_of, [one.text for one in grouped]))[:_MOST_GROUPS]
    newest = {grouped[place].entry_id for group in groups for place in group.places[-_SHOWN_OF_A_GROUP:]}
    rows = {row.entry_id: row for row in await api.search.rows(sorted(newest))}
    await note_list(call, "unanswered", len(grouped))
    return Reply(
        shapes.Groups(
            groups=tuple(
                shapes.Group(
                    key=str(grouped[group.first].entry_id),
                    example=grouped[group.first].text,
                    count=len(group.places),
                    messages=tuple(
                        row_of(known, rows[entry_id])
                        for place in reversed(group.places[-_SHOWN_OF_A_GROUP:])
                        if (entry_id := grouped[place].entry_id) in rows
                    ),
                    message_ids=tuple(
                        grouped[place].entry_id for place in group.places[-shapes.MOST_AT_ONCE :]
                    ),
                    nearest=tuple(
                        shapes.Nearest(
                            item_id=str(hit["item_id"]),
                            title=item_title(known.items, str(hit["item_id"])),
                            probability=float(hit.get("probability") or 0),
                        )
                        for hit in grouped[group.first].hits
                    ),
                )
                for group in groups
            ),
            questions=len(grouped),
            at_least=len(found) > MOST,
            newest_judgement=newest_judgement,
        )
    )


async def _guides(call: Call) -> Reply:
    """The right guide is picked by searching for it, in the words of the question or in others."""
    query = cast(shapes.GuidesQuery, call.query)
    about = About(here=query.here or None, owner=query.owner or None)
    found = await call.app[DESK].assist.ask(mask_text(query.q), about, top=_SEARCHED)
    return Reply(shapes.GuideHits(hits=tuple(shown_hit(hit) for hit in found.hits)))


async def _assignments(call: Call) -> Reply:
    query = cast(shapes.AssignmentsQuery, call.query)
    to_id = call.who.account.id if query.mine else None
    found = await parts(call).judging.assignments(to_id=to_id, state=query.state)
    await note_list(call, "assignments", len(found))
    return Reply(
        shapes.Assignments(
            assignments=tuple(
                shapes.AssignmentShown(
                    id=one.id,
                    message_id=one.entry_id,
                    conversation_id=one.conversation_id,
                    question=one.question,
                    to_id=one.to_id,
                    to=one.to,
                    by_id=one.by_id,
                    by=one.by,
                    note=one.note,
                    state=one.state,
                    at=one.at,
                    done_at=one.done_at,
                )
                for one in found
            )
        )
    )


async def _assign(call: Call) -> Reply:
    body, act = cast(shapes.AssignmentBody, call.body), call.staff.act(call.who)
    made = await parts(call).judging.assign(body.message_ids, body.to, mask_text(body.note), act)
    return Reply(shapes.Batched(done=len(made), left=()))


async def _change_assignment(call: Call) -> Reply:
    state = cast(shapes.AssignmentChange, call.body).state
    assignment_id = call.path["assignment_id"]
    await parts(call).judging.set_assignment(assignment_id, AssignmentState(state), call.staff.act(call.who))
    return Reply()


async def _owner_of_assignment(call: Call) -> int:
    return await parts(call).judging.assigned_to(call.path["assignment_id"])


async def _colleagues(call: Call) -> Reply:
    found = await call.staff.accounts.accounts()
    return Reply(
        shapes.Colleagues(
            colleagues=tuple(
                shapes.Colleague(account_id=one.id, name=one.display_name, role=one.role.value)
                for one in found
                if one.disabled_at is None and one.role in REVIEWERS
            )
        )
    )


async def _filters(call: Call) -> Reply:
    found = await parts(call).judging.filters(call.who.account.id)
    return Reply(
        shapes.SavedFilters(
            filters=tuple(
                shapes.SavedFilterShown(id=one.id, name=one.name, filter=dict(one.filter)) for one in found
            )
        )
    )


async def _save_filter(call: Call) -> Reply:
    body, who = cast(shapes.SavedFilterBody, call.body), call.who
    kept = {name: mask_text(text) for name, text in body.filter.items() if name in _FILTER_NAMES}
    made = await parts(call).judging.save_filter(who.account.id, body.name, kept, call.staff.act(who))
    return Reply(shapes.SavedFilterShown(id=made.id, name=made.name, filter=dict(made.filter)))


async def _drop_filter(call: Call) -> Reply:
    await parts(call).judging.drop_filter(call.path["filter_id"], call.staff.act(call.who))
    return Reply()


async def _owner_of_filter(call: Call) -> int:
    return await parts(call).judging.owner_of_filter(call.path["filter_id"])


_FILTER_NAMES = frozenset(field.alias or name for name, field in shapes.FilterQuery.model_fields.items())

ROUTES = (
    Route(
        "POST",
        "/api/review/messages/{message_id}/judgements",
        "judge",
        "Judge an answer; with the right guide, its wording is proposed to be learnt",
        _judge,
        roles=REVIEWERS,
        body=shapes.JudgementBody,
        answer=shapes.Judged,
        status=201,
    ),
    Route(
        "POST",
        "/api/review/batch",
        "reviewBatch",
        "Judge, assign or label several turns alike",
        _batch,
        roles=REVIEWERS,
        body=shapes.BatchBody,
        answer=shapes.Batched,
    ),
    Route(
        "POST",
        "/api/review/groups",
        "judgeGroup",
        "Say which guide is right for questions that are alike: all of them or none, their wordings proposed to be learnt",
        _judge_group,
        roles=REVIEWERS,
        body=shapes.GroupBody,
        answer=shapes.GroupJudged,
        status=201,
    ),
    Route(
        "GET",
        "/api/review/judgements",
        "judgedSince",
        "Judgements made since one, to be read before one's own is kept",
        _judged_since,
        roles=REVIEWERS,
        query=shapes.JudgedSinceQuery,
        answer=shapes.JudgedSince,
    ),
    Route(
        "GET",
        "/api/review/unanswered",
        "unanswered",
        "Questions nothing was found for, those that are alike together",
        _unanswered,
        roles=REVIEWERS,
        query=shapes.UnansweredQuery,
        answer=shapes.Groups,
    ),
    Route(
        "GET",
        "/api/review/guides",
        "reviewGuides",
        "Guides that fit a text, to pick the right one",
        _guides,
        roles=REVIEWERS,
        query=shapes.GuidesQuery,
        answer=shapes.GuideHits,
    ),
    Route(
        "GET",
        "/api/review/assignments",
        "assignments",
        "What colleagues are asked to look at",
        _assignments,
        roles=REVIEWERS,
        query=shapes.AssignmentsQuery,
        answer=shapes.Assignments,
    ),
    Route(
        "POST",
        "/api/review/assignments",
        "assign",
        "Ask a colleague to look at turns",
        _assign,
        roles=REVIEWERS,
        body=shapes.AssignmentBody,
        answer=shapes.Batched,
        status=201,
    ),
    Route(
        "PATCH",
        "/api/review/assignments/{assignment_id}",
        "changeAssignment",
        "Done, or open again: who is asked, and those who see all",
        _change_assignment,
        roles=_SENIOR,
        own=REVIEWERS,
        owner=_owner_of_assignment,
        body=shapes.AssignmentChange,
    ),
    Route(
        "GET",
        "/api/review/colleagues",
        "reviewColleagues",
        "Whom turns can be assigned to",
        _colleagues,
        roles=REVIEWERS,
        answer=shapes.Colleagues,
    ),
    Route(
        "GET",
        "/api/review/filters",
        "reviewFilters",
        "One's own saved searches",
        _filters,
        roles=REVIEWERS,
        answer=shapes.SavedFilters,
    ),
    Route(
        "POST",
        "/api/review/filters",
        "saveReviewFilter",
        "Keep a search under a name, in place of one of that name",
        _save_filter,
        roles=REVIEWERS,
        body=shapes.SavedFilterBody,
        answer=shapes.SavedFilterShown,
        status=201,
    ),
    Route(
        "DELETE",
        "/api/review/filters/{filter_id}",
        "dropReviewFilter",
        "Forget a search of one's own",
        _drop_filter,
        roles=NOBODY,
        own=REVIEWERS,
        owner=_owner_of_filter,
    ),
)
