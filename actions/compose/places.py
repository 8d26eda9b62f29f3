"""Where to go, in words: the options the where engine computed, in its order."""

from __future__ import annotations

from actions.compose.section import Context, Section, join
from actions.dialogue.model import Answer
from knowledge.aspects import Aspect
from knowledge.model import Channel, Hall, HandleMode, Lobby, ScopeStatus
from knowledge.where import WhereOption

MOST_OPTIONS = 4
MOST_HALLS = 2


def where_section(c: Context) -> Section:
    """The places; empty when the guide says nothing of where."""
    real = [o for o in c.answer.options if o.status is not ScopeStatus.PLANNED][:MOST_OPTIONS]
    planned = [o for o in c.answer.options if o.status is ScopeStatus.PLANNED]
    if not real and not planned:
        return join(c.text("where_explain", "where.plain"))
    lines: list[str] = []
    if real:
        lines.append(_heading(c, real) + c.mark("where_explain", "handle_scopes"))
        for n, option in enumerate(real, start=1):
            lines += _option(c, option, n)
    if planned:
        lines.append(c.words.say("where.planned_heading"))
        lines += [c.words.say("where.planned", text=option.explain) for option in planned if option.explain]
    return Section(tuple(lines), ("where_explain", "handle_scopes", "lobbies"))


def _heading(c: Context, real: list[WhereOption]) -> str:
    """For a cross-region question the heading answers yes, no, or what the guide says."""
    answer, say = c.answer, c.words.say
    if answer.aspect is not Aspect.CROSS_REGION:
        return say("where.heading")
    if not answer.here:
        return say("where.can_if")
    here = c.region_name(answer.here)
    if any(_serves(c, option, answer) for option in real):
        return say("where.can_here", here=here)
    owner_part = say("where.owner_part", owner=c.region_name(answer.owner)) if answer.owner else ""
    return say("where.cannot_known", here=here, owner_part=owner_part)


def _serves(c: Context, option: WhereOption, answer: Answer) -> bool:
    """Whether this option can be used without leaving `here`."""
    if option.channel in (Channel.ONLINE, Channel.APP):
        return True
    return bool(option.region and answer.here and c.base.gazetteer.contains(option.region, answer.here))


def label_of(c: Context, option: WhereOption) -> str:
    """The way in a word or two."""
    if option.mode:
        return c.words.say(f"mode.{option.mode.value}")
    return c.words.say(f"channel.{option.channel.value}" if option.channel else "channel.unsaid")


def _option(c: Context, option: WhereOption, n: int) -> list[str]:
    say = c.words.say
    label = label_of(c, option)
    place = say("where.place", place=c.region_name(option.region)) if option.region else ""
    pilot = say("where.pilot") if option.status is ScopeStatus.PILOT else ""
    text = f"{pilot}：{option.explain}" if option.explain else pilot
    lines = [say("where.option", n=n, label=label, place=place, text=text)]
    lines += [_lobby(c, lobby) for lobby in option.lobbies]
    lines += [_hall(c, hall) for hall in worth_naming(c, option)]
    if option.rule and option.scope is not None:
        lines.append(say("where.rule", rule=rule_text(option)))
    return lines + extra_words(c, option)


def extra_words(c: Context, option: WhereOption) -> list[str]:
    """What differs in time and materials where a scope of the guide applies."""
    say, lines = c.words.say, []
    if option.promise_explain and option.scope is not None and option.scope.promise_explain:
        lines.append(say("where.limit", text=option.promise_explain))
    if option.materials_explain and option.scope is not None and option.scope.materials_explain:
        lines.append(say("where.materials", text=option.materials_explain))
    return lines


def rule_text(option: WhereOption) -> str:
    """The list or agreement that allows an option, with its number and date."""
    rule = option.rule
    if rule is None:
        return ""
    tail = "，".join(part for part in (rule.document_no, rule.date) if part and part not in rule.name)
    return f"{rule.name}（{tail}）" if tail else rule.name


def worth_naming(c: Context, option: WhereOption) -> list[Hall]:
    """Halls that list the matter; else at most one general hall, worded as a place to ask first."""
    listed = [hall for hall in option.halls if hall.takes(c.answer.item.id)]
    if listed or option.mode in (HandleMode.NEARBY_CHECK, HandleMode.JOINT):
        return listed[:MOST_HALLS]
    return [hall for hall in option.halls if hall.is_general][:1]


def _hall(c: Context, hall: Hall) -> str:
    say = c.words.say
    return say(
        "where.hall" if hall.takes(c.answer.item.id) else "where.hall_to_ask",
        name=hall.name,
        address=say("where.hall_address", address=hall.address)
        if hall.address
        else say("where.hall_no_address"),
        hours=say("where.hall_hours", hours=hall.opening_hours) if hall.opening_hours else "",
        phone=say("where.hall_phone", phone=hall.phone) if hall.phone else "",
    )


def _lobby(c: Context, lobby: Lobby) -> str:
    say = c.words.say
    window = say("where.window", window=lobby.window) if lobby.window else ""
    return say(
        "where.hall",
        name=lobby.name,
        address=(say("where.hall_address", address=lobby.address) if lobby.address else "") + window,
        hours=say("where.hall_hours", hours=lobby.opening_hours) if lobby.opening_hours else "",
        phone=say("where.hall_phone", phone=lobby.phone) if lobby.phone else "",
    )
