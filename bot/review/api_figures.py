"""The overview, how long things are kept, and erasing a person."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from bot.channels.rest import CONVERSATIONS
from bot.errors import BadRequest
from bot.masking import mask_text
from bot.review import shapes
from bot.review.parts import KEEPERS, REVIEWERS, catalog, guide_shown, parts, region_named
from bot.staff.routing import ADMINS, Call, Reply, Route
from bot.store.review_figures import Span, Times, Volumes
from bot.store.review_upkeep import LEAST_DIALOGUE_DAYS
from bot.store.review_words import day_of
from bot.store.staff_values import Action

_DAYS = 30
_MOST_DAYS = 3660
LEAST_LOG_DAYS = 183
"""网络安全法 art. 21: network logs are kept for six months at least. Ours are never shortened."""


async def _overview(call: Call) -> Reply:
    query = cast(shapes.OverviewQuery, call.query)
    last = query.last_day or day_of(datetime.now(UTC))
    first = query.first_day or last - timedelta(days=_DAYS - 1)
    if first > last or (last - first).days > _MOST_DAYS:
        raise BadRequest("`from` is after `to`, or more than ten years before.", mend="Correct the days.")
    found = await parts(call).figures.figures(Span(first, last, query.channel, query.region or None))
    known = await catalog(call)
    return Reply(
        shapes.Overview(
            first_day=first,
            last_day=last,
            totals=shapes.VolumesShown(**_volumes(found.totals)),
            by_day=tuple(shapes.DayVolumes(day=day, **_volumes(one)) for day, one in found.by_day.items()),
            by_channel=tuple(
                shapes.ChannelVolumes(channel=channel, **_volumes(one))
                for channel, one in found.by_channel.items()
            ),
            by_region=tuple(
                shapes.RegionVolumes(region=region_named(known, region), **_volumes(one))
                for region, one in found.by_region.items()
            ),
            top_matters=tuple(
                shapes.Matter(guide=guide, count=count)
                for guide_id, count in found.guides.items()
                if (guide := guide_shown(known, guide_id))
            ),
            outcomes=_counted(found.outcomes),
            aspects=_counted(found.aspects),
            ratings=_counted({str(grade): found.ratings.get(grade, 0) for grade in range(5, 0, -1)}),
            verdicts=_counted(found.verdicts),
            waiting=_times(found.waiting),
            handling=_times(found.handling),
        )
    )


def _volumes(one: Volumes) -> dict[str, Any]:
    counted = asdict(one)
    grades = counted.pop("grades")
    return {
        **counted,
        "self_service_rate": _share(one.self_served, one.conversations),
        "handoff_rate": _share(one.handed, one.conversations),
        "no_answer_rate": _share(one.no_answer, one.turns),
        "mean_rating": round(grades / one.ratings, 2) if one.ratings else None,
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _counted(counts: dict[str, int] | Any) -> tuple[shapes.Counted, ...]:
    return tuple(shapes.Counted(key=key, count=count) for key, count in counts.items())


def _times(one: Times) -> shapes.TimesShown:
    mean = round(one.seconds / one.count, 1) if one.count else None
    return shapes.TimesShown(count=one.count, mean=mean, half=one.half, nine_in_ten=one.nine_in_ten)


async def _retention(call: Call) -> Reply:
    return Reply(
        shapes.Retention(
            dialogue_days=await parts(call).upkeep.dialogue_days(),
            least_dialogue_days=LEAST_DIALOGUE_DAYS,
            log_days=None,
            least_log_days=LEAST_LOG_DAYS,
        )
    )


async def _set_retention(call: Call) -> Reply:
    body = cast(shapes.RetentionBody, call.body)
    await parts(call).upkeep.set_dialogue_days(body.dialogue_days, call.staff.act(call.who))
    return await _retention(call)


async def _erase(call: Call) -> Reply:
    """The person of a conversation, everywhere: the conversation with all that was made of it, Rasa's memory, the
    index of the words. The log keeps that it was done, why and by whom, and nothing of what was said."""
    body, upkeep = cast(shapes.EraseBody, call.body), parts(call).upkeep
    channel, person = await upkeep.person_of(body.conversation_id)
    learnt = await upkeep.learnt_from(body.conversation_id)
    messages = await call.app[CONVERSATIONS].erase_kept(channel, person)
    await call.staff.audit.record(
        call.staff.act(call.who),
        Action.PERSON_ERASED.value,
        f"conversation:{body.conversation_id}",
        messages=messages,
        learnt=learnt,
        why=mask_text(body.why),
    )
    await upkeep.scrub()
    return Reply(shapes.Erased(messages=messages, learnt=learnt))


ROUTES = (
    Route(
        "GET",
        "/api/review/overview",
        "overview",
        "Figures of some days: volumes, rates, times, matters",
        _overview,
        roles=REVIEWERS,
        query=shapes.OverviewQuery,
        answer=shapes.Overview,
    ),
    Route(
        "GET",
        "/api/review/retention",
        "retention",
        "How long things are kept",
        _retention,
        roles=KEEPERS,
        answer=shapes.Retention,
    ),
    Route(
        "PUT",
        "/api/review/retention",
        "setRetention",
        "Keep what was said for so many days",
        _set_retention,
        roles=ADMINS,
        body=shapes.RetentionBody,
        answer=shapes.Retention,
    ),
    Route(
        "POST",
        "/api/review/erase",
        "erasePerson",
        "Erase the person of a conversation everywhere",
        _erase,
        roles=KEEPERS,
        body=shapes.EraseBody,
        answer=shapes.Erased,
    ),
)
