"""The guide as a card: the same facts as the text, apart, for a channel that can fold and tick.

Sizes are those the front takes (docs/architecture.md, “The wire”): a longer text is cut at the end of a
sentence and its whole stands on the guide's page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

from actions.compose.aspects import (
    agent,
    conditions,
    fee,
    hours,
    legal_basis,
    online,
    result,
    step_words,
    time_limit,
)
from actions.compose.brought import checklist_of, copies_words, note_words
from actions.compose.cut import cut
from actions.compose.places import extra_words, label_of, rule_text, worth_naming
from actions.compose.section import Context, Section, join
from actions.compose.wire import url_for_wire
from knowledge.aspects import Aspect
from knowledge.checklist import Line, picked, read_chosen
from knowledge.flow import has_flow, steps_of
from knowledge.model import Channel, Hall, Lobby, MaterialNeed, ScopeStatus
from knowledge.where import WhereOption

MOST_MATERIALS, MOST_PLACES, MOST_STEPS = 60, 20, 40
MOST_PAGE, MOST_CHECKLIST = 300, 600
MOST_URL = 400
"""Of a form in a note: what is longer stands on the page."""
_NEEDS = {
    MaterialNeed.REQUIRED: "required",
    MaterialNeed.OPTIONAL: "optional",
    MaterialNeed.LATER: "deferrable",
}


def card(c: Context) -> dict[str, Any]:
    """Everything the guide says, for the regions and the situation of this answer."""
    return {
        "fields": list(_fields(c)),
        "materials": [_material(c, line) for line in checklist_of(c).lines if line.name][:MOST_MATERIALS],
        "places": list(_places(c))[:MOST_PLACES],
        "steps": [cut(step_words(c, step), 500) for step in steps_of(c.guide)[:MOST_STEPS]],
        "situation": _situation(c),
        "page": page_of(c.guide.id),
        "checklist": _checklist_page(c),
        "has_flow": has_flow(c.guide),
    }


def page_only(c: Context) -> dict[str, Any]:
    """For what is only announced: nothing to tick or to go to, but the page that says so."""
    return {
        "fields": [],
        "materials": [],
        "places": [],
        "steps": [],
        "situation": "",
        "page": page_of(c.guide.id),
        "checklist": "",
        "has_flow": False,
    }


def page_of(guide_id: str) -> str:
    """The path of a guide's page; empty when its id is too long for one."""
    page = f"/guides/{quote(guide_id, safe='')}"
    return page if len(page) <= MOST_PAGE else ""


def _checklist_page(c: Context) -> str:
    """The printable list for the situation that is known; without it when the path would be too long."""
    page = page_of(c.guide.id)
    if not page or not c.guide.materials:
        return ""
    chosen = read_chosen(c.guide, c.answer.situation)
    query = urlencode([("situation", f"{situation}={choice}") for situation, choice in chosen.items()])
    path = f"{page}/checklist" + (f"?{query}" if query else "")
    return path if len(path) <= MOST_CHECKLIST else f"{page}/checklist"


def _phones(c: Context) -> Section:
    return join(c.text("link_way", "phone.own"), c.text("supervise_way", "phone.supervise"))


def _progress(c: Context) -> Section:
    return c.text("progress_explain", "progress.line")


def _whole_sentence(c: Context) -> Section:
    return Section() if steps_of(c.guide) else c.text("handle_flow", "steps.flow")


def _where_sentence(c: Context) -> Section:
    """Said with the places; alone when there is none to go to."""
    return Section() if _real(c) else c.text("where_explain", "where.plain")


def _materials_sentence(c: Context) -> Section:
    return c.text("materials_explain", "materials.explain")


def _questions(c: Context) -> Section:
    lines = tuple(c.words.say("faq.pair", question=qa.question, answer=qa.answer) for qa in c.guide.questions)
    return Section(lines, ("questions",))


_FIELDS: tuple[tuple[Aspect, Callable[[Context], Section]], ...] = (
    (Aspect.WHERE, _where_sentence),
    (Aspect.ONLINE, online),
    (Aspect.CONDITIONS, conditions),
    (Aspect.MATERIALS, _materials_sentence),
    (Aspect.STEPS, _whole_sentence),
    (Aspect.TIME_LIMIT, time_limit),
    (Aspect.FEE, fee),
    (Aspect.HOURS, hours),
    (Aspect.RESULT, result),
    (Aspect.AGENT, agent),
    (Aspect.PROGRESS, _progress),
    (Aspect.PHONE, _phones),
    (Aspect.LEGAL_BASIS, legal_basis),
    (Aspect.OVERVIEW, _questions),
)
CARD_PARTS = tuple(aspect for aspect, _ in _FIELDS)
"""The parts of a card that have a label."""


def _fields(c: Context) -> Iterator[dict[str, str]]:
    for aspect, tell in _FIELDS:
        if section := tell(c):
            label = c.words.say(f"card.{aspect.value}")
            text = "\n".join(section.lines).removeprefix(f"{label}：")
            yield {"aspect": aspect.value, "label": label, "text": cut(text, 4000)}


def _situation(c: Context) -> str:
    chosen = picked(c.guide, read_chosen(c.guide, c.answer.situation))
    return cut("；".join(f"{situation.question}：{choice.name}" for situation, choice in chosen), 500)


def _material(c: Context, line: Line) -> dict[str, Any]:
    forms = [c.words.say("materials.form", url=url) for url in line.form_urls if url_for_wire(url, MOST_URL)]
    notes = [note for note in (note_words(c, line), *forms) if note]
    return {
        "name": cut(line.name, 500),
        "copies": copies_words(c, line),
        "need": _NEEDS[line.need],
        "where_from": cut("；".join(line.where_from), 500),
        "note": cut("；".join(notes) + c.mark("materials"), 1000),
    }


def _real(c: Context) -> list[WhereOption]:
    return [option for option in c.answer.options if option.status is not ScopeStatus.PLANNED]


def _places(c: Context) -> Iterator[dict[str, Any]]:
    """Each place of each way; a way without a place is one line by itself.

    What is said of a way (its note and its rule) stands with the first of its places.
    """
    for option in _real(c):
        way = _way(c, option)
        named = [_of_lobby(c, lobby) for lobby in option.lobbies]
        named += [_of_hall(c, hall) for hall in worth_naming(c, option)]
        for number, place in enumerate(named or [{}]):
            of_way = way if number == 0 else way | {"note": "", "rule": ""}
            note = "；".join(part for part in (place.pop("note", ""), of_way["note"]) if part)
            yield of_way | place | {"note": cut(note, 1000)}


def _way(c: Context, option: WhereOption) -> dict[str, Any]:
    notes = (option.explain, *extra_words(c, option))
    return {
        "title": cut(label_of(c, option), 500),
        "kind": option.channel.value if option.channel else "",
        "region_name": cut(c.region_name(option.region), 200),
        "hall": "",
        "window": "",
        "address": "",
        "hours": "",
        "phone": "",
        "lat": None,
        "lon": None,
        "url": _url(c, option),
        "rule": cut(rule_text(option), 1000),
        "note": "；".join(note for note in notes if note) + c.mark("where_explain", "handle_scopes"),
    }


def _url(c: Context, option: WhereOption) -> str:
    """The entry of the guide that this way is done at."""
    at_home, on_the_way = c.guide.online_handle_url, c.guide.mobile_terminal_url
    by_channel = {Channel.ONLINE: at_home or on_the_way, Channel.APP: on_the_way or at_home}
    url = by_channel.get(option.channel, "") if option.channel else ""
    return url_for_wire(url)


def _of_lobby(c: Context, lobby: Lobby) -> dict[str, Any]:
    hall = c.base.halls.get(lobby.hall_id) if lobby.hall_id else None
    return {
        "hall": cut(lobby.name or (hall.name if hall else ""), 200),
        "window": cut(lobby.window, 200),
        "address": cut(lobby.address, 500),
        "hours": cut(lobby.opening_hours, 500),
        "phone": cut(lobby.phone, 200),
        **(_position(hall) if hall else {}),
    }


def _of_hall(c: Context, hall: Hall) -> dict[str, Any]:
    takes = [window for window in hall.windows if c.answer.item.id in window.items]
    return {
        "hall": cut(hall.name, 200),
        "window": cut("、".join(f"{w.floor}{w.name}" for w in takes), 200),
        "address": cut(hall.address, 500),
        "hours": cut(hall.opening_hours, 500),
        "phone": cut(hall.phone, 200),
        **_position(hall),
        "note": "" if takes else c.words.say("card.ask_first"),
    }


def _position(hall: Hall) -> dict[str, float | None]:
    """Where a hall is on the earth; nothing when its row cannot be right."""
    lat, lon = hall.lat, hall.lon
    is_right = lat is not None and lon is not None and -90 <= lat <= 90 and -180 <= lon <= 180
    return {"lat": lat, "lon": lon} if is_right else {"lat": None, "lon": None}
