"""Help beside a chat: the search of guides."""

from __future__ import annotations

from typing import cast

from bot.desk import shapes
from bot.desk.api_parts import AT_DESK, parts
from bot.desk.assist import About, Hit
from bot.masking import mask
from bot.staff.routing import Call, Reply, Route

_SEARCHED = 5


async def _search(call: Call) -> Reply:
    query = cast(shapes.SearchQuery, call.query)
    about = About(here=query.here or None, owner=query.owner or None)
    found = await parts(call).assist.ask(mask(query.q).text, about, top=_SEARCHED)
    return Reply(shapes.Hits(hits=tuple(shown_hit(hit) for hit in found.hits)))


def shown_hit(hit: Hit) -> shapes.GuideHit:
    """A guide that may fit, as the console shows it."""
    guide = hit.guide
    return shapes.GuideHit(
        guide_id=guide.id,
        version=guide.version,
        item_id=guide.item_id,
        title=guide.title,
        task_name=guide.task_name,
        region=guide.region,
        region_name=guide.region_name,
        authority=guide.authority or "",
        publish_date=guide.publish_date or "",
        probability=hit.probability,
        aspect=hit.aspect,
        text=hit.text,
        page=hit.page,
    )


ROUTES = (
    Route(
        "GET",
        "/api/desk/search",
        "searchGuides",
        "Guides that fit a text, for regions, each with an answer ready to be sent",
        _search,
        roles=AT_DESK,
        query=shapes.SearchQuery,
        answer=shapes.Hits,
    ),
)
