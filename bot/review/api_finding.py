"""Finding turns, reading conversations, exporting."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import cast

from bot.masking import mask_text
from bot.review import shapes
from bot.review.conversation import conversation_shown
from bot.review.errors import TooManyRows, refusal
from bot.review.export import MOST_ROWS, csv_of, rows_for_export, xlsx_of
from bot.review.parts import REVIEWERS, catalog, guide_shown, parts, regions_named, row_of, sought_of
from bot.review.words import load_review_words
from bot.staff.routing import Call, File, Reply, Route
from bot.store.review_words import day_of
from bot.store.staff_values import Action

_CSV = "text/csv"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def _messages(call: Call) -> Reply:
    """A search is noted once, with its first page; what it finds is text of citizens."""
    query = cast(shapes.MessagesQuery, call.query)
    sought, search = sought_of(query), parts(call).search
    page = await search.page(sought, below=query.cursor, limit=query.limit)
    total = await search.total(sought) if query.cursor is None else None
    if query.cursor is None:
        await _note(call, Action.REVIEW_SEARCHED, query, found=len(page.rows))
    known = await catalog(call)
    return Reply(
        shapes.Rows(
            rows=tuple(row_of(known, found, query.q) for found in page.rows),
            next=page.below,
            approximate_total=total.count if total else None,
            at_least=bool(total and total.is_least),
        )
    )


async def _choices(call: Call) -> Reply:
    found, known = await parts(call).choices.choices(), await catalog(call)
    return Reply(
        shapes.ChoicesShown(
            labels=found.labels,
            regions=regions_named(known, found.regions),
            agents=tuple(shapes.PersonNamed(account=one.account, name=one.name) for one in found.agents),
        )
    )


async def _conversation(call: Call) -> Reply:
    found = await parts(call).reader.read(call.path["conversation_id"], call.staff.act(call.who))
    return Reply(conversation_shown(await catalog(call), found))


async def _replay(call: Call) -> Reply:
    said = await parts(call).reader.exchange(call.path["message_id"], call.staff.act(call.who))
    named = next((one for one in said if one.id == call.path["message_id"]), said[0])
    answer = named if named.reply_to else next((one for one in said if one.reply_to), named)
    result = await parts(call).replayer.replay(answer)
    guide = guide_shown(await catalog(call), answer.guide_id, answer.guide_version)
    return Reply(
        shapes.Replayed(
            then=answer.text,
            now=result.text,
            same=result.text == answer.text,
            why_not=result.why_not,
            guide=guide,
        )
    )


async def _export_csv(call: Call) -> Reply:
    return await _export(call, "csv")


async def _export_xlsx(call: Call) -> Reply:
    return await _export(call, "xlsx")


async def _export(call: Call, kind: str) -> Reply:
    query = cast(shapes.FilterQuery, call.query)
    found = await parts(call).search.all_rows(sought_of(query), MOST_ROWS + 1)
    if len(found) > MOST_ROWS:
        raise refusal(TooManyRows, most=MOST_ROWS)
    await _note(call, Action.REVIEW_EXPORTED, query, rows=len(found), format=kind)
    rows = rows_for_export(await catalog(call), found)
    content = await asyncio.to_thread(csv_of if kind == "csv" else xlsx_of, rows)
    name = load_review_words().export.name.format(day=f"{day_of(datetime.now(UTC)):%Y%m%d}")
    return Reply(file=File(content, f"{name}.{kind}"))


async def _note(call: Call, action: Action, query: shapes.FilterQuery, **more: object) -> None:
    """In the log: what was looked for, personal numbers masked."""
    looked_for = query.model_dump(mode="json", exclude_none=True, by_alias=True)
    looked_for = {name: value for name, value in looked_for.items() if value != "" and name != "limit"}
    if query.q:
        looked_for["q"] = mask_text(query.q)
    await call.staff.audit.record(call.staff.act(call.who), action.value, "", filter=looked_for, **more)


ROUTES = (
    Route(
        "GET",
        "/api/review/messages",
        "reviewMessages",
        "Turns that fit, newest first; pages neither repeat nor skip",
        _messages,
        roles=REVIEWERS,
        query=shapes.MessagesQuery,
        answer=shapes.Rows,
    ),
    Route(
        "GET",
        "/api/review/choices",
        "reviewChoices",
        "Labels, regions and people that turns can be looked for by, because there are such turns",
        _choices,
        roles=REVIEWERS,
        answer=shapes.ChoicesShown,
    ),
    Route(
        "GET",
        "/api/review/conversations/{conversation_id}",
        "reviewConversation",
        "One conversation as it happened, with why each answer was given; reading it is noted",
        _conversation,
        roles=REVIEWERS,
        answer=shapes.ConversationShown,
    ),
    Route(
        "GET",
        "/api/review/messages/{message_id}/replay",
        "replayMessage",
        "The answer put together once more from the versions it was made of",
        _replay,
        roles=REVIEWERS,
        answer=shapes.Replayed,
    ),
    Route(
        "GET",
        "/api/review/export.csv",
        "exportCsv",
        "What fits, as CSV: masked, with what it cites, marked where it was made by the assistant",
        _export_csv,
        roles=REVIEWERS,
        query=shapes.FilterQuery,
        file=_CSV,
    ),
    Route(
        "GET",
        "/api/review/export.xlsx",
        "exportXlsx",
        "The same as a workbook",
        _export_xlsx,
        roles=REVIEWERS,
        query=shapes.FilterQuery,
        file=_XLSX,
    ),
)
