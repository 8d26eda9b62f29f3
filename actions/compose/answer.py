"""An answer in order: title and region, the asked fields, what else applies, authority, source, date."""

from __future__ import annotations

from collections.abc import Sequence

from actions.compose.asking import asked_after, note_before, offered_next
from actions.compose.aspects import RENDERERS, conditions, faq
from actions.compose.section import Context, Section, join
from actions.compose.short import dated, region_words, short
from actions.dialogue.model import Note, Option
from knowledge.aspects import Aspect
from knowledge.model import FAQ_CATEGORY, Guide, ScopeStatus

MOST_ELSEWHERE = 4
SUGGESTED = (
    Aspect.WHERE,
    Aspect.MATERIALS,
    Aspect.TIME_LIMIT,
    Aspect.FEE,
    Aspect.ONLINE,
    Aspect.PHONE,
)


def answer_section(c: Context) -> Section:
    """Every line of an answered turn, with the guide fields they came from.

    When our question was left open, what was said stands: only that, and what is asked next.
    """
    title = Section((_title(c),), ("task_name", "region"))
    if c.answer.note is Note.LEFT_OPEN:
        return join(title, note_before(c), asked_after(c))
    return join(
        note_before(c),
        title,
        _about_regions(c),
        asked_section(c) or _missing(c),
        _helpers(c),
        _elsewhere(c),
        _also(c),
        _neighbours(c),
        _footer(c),
        asked_after(c),
    )


def asked_section(c: Context) -> Section:
    """What the guide says on the aspect asked for; empty when it is silent."""
    return faq(c) if c.answer.item.category == FAQ_CATEGORY else RENDERERS[c.answer.aspect](c)


def planned_section(c: Context) -> Section:
    """An announcement: that it is not in force, what was announced, where it was read."""
    told = join(c.text("where_explain", "where.planned"), conditions(c))
    return join(
        Section((_title(c), c.words.say("answer.planned", phone=c.phone)), ("task_name", "region", "status")),
        told,
        _footer(c),
    )


def suggestions(c: Context) -> tuple[str, ...]:
    """What can be asked next and has an answer in this guide, as the citizen would type it."""
    following = [a for a in SUGGESTED if a is not c.answer.aspect and RENDERERS[a](c)]
    return offered_next(c) + tuple(c.words.say(f"suggest.{aspect.value}") for aspect in following[:4])


def _title(c: Context) -> str:
    say, guide = c.words.say, c.guide
    title = say("answer.title", title=guide.task_name, region=_region_words(c, guide))
    return say("answer.fictional") + "\n" + title if guide.fictional else title


def _region_words(c: Context, guide: Guide) -> str:
    return region_words(c.base, c.words, guide)


def _about_regions(c: Context) -> Section:
    """Say it when a wider guide stands in for a region's own, or a place was not recognised."""
    say, answer = c.words.say, c.answer
    used = _region_words(c, answer.guide)
    lines = [say("answer.unknown_place", place=place, used=used) for place in answer.unknown_places[:2]]
    asked = answer.owner or answer.here
    if answer.choice.fell_back and asked:
        lines.append(say("answer.fell_back", region=c.region_name(asked), used=used))
    return Section(tuple(lines))


def _missing(c: Context) -> Section:
    say, aspect = c.words.say, c.answer.aspect
    if aspect is Aspect.ONLINE:
        return Section((say("online.no_word", phone=c.phone),))
    if aspect is Aspect.CROSS_REGION:
        return Section((say("where.unclear", phone=c.phone),))
    silent = Section((say("answer.missing", aspect=say(f"aspect.{aspect.value}"), phone=c.phone),))
    return join(silent, conditions(c) or faq(c))


def _elsewhere(c: Context) -> Section:
    """What other guides of the same item say on this aspect, each tied to its region.

    One row a guide: the citizen in that region must not be told only the national figure, and
    one outside it must see that the local figure is not theirs.
    """
    say = c.words.say
    lines: list[str] = []
    for guide in c.answer.choice.alternatives:
        if guide.fictional != c.guide.fictional:
            continue
        if len(lines) == MOST_ELSEWHERE:
            break
        told = short(guide, c.answer.aspect)
        if not told:
            continue
        key = "planned_line" if guide.status is ScopeStatus.PLANNED else "elsewhere_line"
        lines.append(say(f"answer.{key}", region=_region_words(c, guide), text=told + dated(guide)))
    return Section((say("answer.elsewhere"), *lines)) if lines else Section()


def _helpers(c: Context) -> Section:
    """帮办代办窗口 and 跨域通办专区 between the two regions: named with their own guide's words and date."""
    say = c.words.say
    lines = [
        say("answer.elsewhere_line", region=guide.task_name, text=guide.where_explain + dated(guide))
        for guide in c.answer.helpers
        if guide.where_explain
    ]
    return Section((say("answer.helpers"), *lines)) if lines else Section()


def _quoted(options: Sequence[Option]) -> str:
    """「“甲”“乙”」"""
    return "".join(f"“{option.title}”" for option in options)


def _also(c: Context) -> Section:
    if not c.answer.also:
        return Section()
    return Section((c.words.say("answer.also", titles=_quoted(c.answer.also)),))


def _neighbours(c: Context) -> Section:
    """When a wider guide stands in: what the region itself has published on matters next to this one."""
    if not c.answer.local_neighbours:
        return Section()
    asked = c.region_name(c.answer.owner or c.answer.here)
    titles = _quoted(c.answer.local_neighbours)
    return Section((c.words.say("answer.neighbours", region=asked, titles=titles),))


def _footer(c: Context) -> Section:
    say, guide = c.words.say, c.guide
    lines = []
    if guide.dept_name:
        lines.append(say("answer.dept", dept=guide.dept_name) + c.mark("dept_name"))
    for source in guide.sources[:2]:
        key = "source_dated" if source.published else "source"
        lines.append(say(f"answer.{key}", source=source.name, date=source.published))
    dated = guide.publish_date or any(source.published for source in guide.sources)
    if guide.publish_date:
        lines.append(say("answer.guide_date", date=guide.publish_date))
    elif not dated:
        lines.append(say("answer.no_date"))
    lines.append(say("answer.unverified" if guide.unverified_fields else "answer.prevails"))
    return Section(tuple(lines), ("dept_name", "sources", "publish_date"))
