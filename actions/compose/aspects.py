"""One renderer per aspect: guide fields in, lines out. An empty section means the guide is silent."""

from __future__ import annotations

from collections.abc import Callable

from actions.compose.brought import material_list
from actions.compose.places import where_section
from actions.compose.section import Context, Section, join
from knowledge.aspects import Aspect
from knowledge.flow import steps_of
from knowledge.model import Channel, DayType, FlowStep, Law, ScopeStatus


def materials(c: Context) -> Section:
    """The whole list at once (一次性告知), with what it depends on; a partial list says it is partial."""
    listed = join(material_list(c), _in_scopes(c, "materials_explain"))
    return join(listed, conditions(c)) if listed else Section()


def steps(c: Context) -> Section:
    guide = c.guide
    if not guide.flow_steps:
        return c.text("handle_flow", "steps.flow")
    lines = [c.words.say("steps.heading") + c.mark("flow_steps")]
    lines += [
        c.words.say("steps.line", n=n, text=step_words(c, step))
        for n, step in enumerate(steps_of(guide), start=1)
    ]
    return Section(tuple(lines), ("flow_steps",))


def step_words(c: Context, step: FlowStep) -> str:
    """One step in a line."""
    say = c.words.say
    parts = {
        "explain": say("steps.explain", text=step.explain) if step.explain else "",
        "handler": say("steps.handler", text=step.handler) if step.handler else "",
        "limit": say("steps.limit", text=step.time_limit) if step.time_limit else "",
    }
    return say("steps.words", name=step.name, **parts)


def how(c: Context) -> Section:
    """Steps; a guide without them still says where and with what."""
    return steps(c) or join(where_section(c), materials(c))


def time_limit(c: Context) -> Section:
    own = join(_limit(c, "promise", "time_limit.promise"), _limit(c, "anticipate", "time_limit.statutory"))
    return join(own, _in_scopes(c, "promise_explain"))


def _limit(c: Context, kind: str, key: str) -> Section:
    """The guide's own sentence; the number comes first when the sentence does not name it."""
    days: int | None = getattr(c.guide, f"{kind}_day")
    unit: DayType | None = getattr(c.guide, f"{kind}_type")
    explain: str = getattr(c.guide, f"{kind}_explain")
    if days is None or unit in (None, DayType.ON_THE_SPOT) or str(days) in explain:
        return c.text(f"{kind}_explain", key)
    fields = (f"{kind}_day", f"{kind}_type", *((f"{kind}_explain",) if explain else ()))
    amount = f"{days}{unit}" if unit in (DayType.HOUR, DayType.MONTH) else f"{days}个{unit}"
    text = "；".join(part for part in (amount, explain) if part)
    return Section((c.words.say(key, text=text) + c.mark(*fields),), fields)


def fee(c: Context) -> Section:
    """The source's own sentence, then each fee it does not already name, else only whether there is one."""
    guide, say = c.guide, c.words.say
    lines = tuple(
        say(
            "fee.line",
            name=f.fee_name,
            stand=f.fee_stand,
            note=f"（{f.desc_explain}）" if f.desc_explain else "",
        )
        + c.mark("fees")
        for f in guide.fees
        if f.fee_stand not in guide.fee_explain
    )
    told = join(c.text("fee_explain", "fee.text"), Section(lines, ("fees",) if lines else ()))
    if not told and guide.is_fee is False:
        return Section((say("fee.free") + c.mark("is_fee"),), ("is_fee",))
    return told


def conditions(c: Context) -> Section:
    return join(c.text("accept_condition", "conditions.line"), notes(c))


def online(c: Context) -> Section:
    from_scopes = tuple(
        option.explain
        for option in c.answer.options
        if option.channel in (Channel.ONLINE, Channel.APP) and option.explain
    )
    named = c.text("online_explain", "online.available")
    if not named and from_scopes:
        named = Section((c.words.say("online.available", text=from_scopes[0]),), ("handle_scopes",))
    return join(
        named,
        _value(c, "online_handle_url", "online.url", "url"),
        _value(c, "mobile_terminal_url", "online.mobile", "url"),
        c.text("online_handle_depth", "online.depth"),
    )


def phone(c: Context) -> Section:
    own = join(c.text("link_way", "phone.own"), c.text("supervise_way", "phone.supervise"))
    line = Section()
    if c.answer.item.hotline and c.answer.item.hotline not in c.guide.link_way:
        line = Section((c.words.say("phone.line", line=c.answer.item.hotline),))
    return join(own, line, Section((c.words.say("phone.hotline_12345"),)))


def hours(c: Context) -> Section:
    own = c.text("transact_time", "hours.line")
    halls = tuple(
        c.words.say("hours.hall", name=hall.name, text=hall.opening_hours)
        for option in c.answer.options
        for hall in option.halls
        if hall.opening_hours
    )
    return join(own, Section(tuple(dict.fromkeys(halls)), ("lobbies",) if halls else ()))


def agent(c: Context) -> Section:
    return c.text("agent_explain", "agent.line")


def result(c: Context) -> Section:
    return join(c.text("result_name", "result.name"), c.text("result_explain", "result.explain"))


def legal_basis(c: Context) -> Section:
    lines = tuple(
        c.words.say("legal_basis.line", law=law.law_name, article=law.article_no or _number_of(law))
        for law in c.guide.by_law
    )
    return Section(tuple(line + c.mark("by_law") for line in lines), ("by_law",)) if lines else Section()


def _number_of(law: Law) -> str:
    """The number of a document that is not named by its number."""
    return "" if law.document_no in law.law_name else law.document_no


def progress(c: Context) -> Section:
    told = c.text("progress_explain", "progress.line")
    return told or Section((c.words.say("progress.no_word", phone=c.phone),))


def notes(c: Context) -> Section:
    lines = tuple(c.words.say("note.line", text=note) + c.mark("notes") for note in c.guide.notes)
    return Section(lines, ("notes",)) if lines else Section()


def faq(c: Context) -> Section:
    lines = tuple(c.words.say("faq.line", text=qa.answer) for qa in c.guide.questions)
    return Section(lines, ("questions",)) if lines else Section()


def overview(c: Context) -> Section:
    """The short of everything the guide has, places first; a question-and-answer guide gives its answer."""
    parts = (where_section(c), material_list(c), time_limit(c), fee(c), online(c), steps(c), conditions(c))
    short = join(*parts)
    return short or join(faq(c), result(c), legal_basis(c))


def _value(c: Context, field: str, key: str, name: str) -> Section:
    value = getattr(c.guide, field)
    return Section((c.words.say(key, **{name: value}) + c.mark(field),), (field,)) if value else Section()


def _in_scopes(c: Context, field: str) -> Section:
    """What differs where a scope of this guide applies (five days inside the cluster, say)."""
    lines = tuple(
        c.words.say("answer.elsewhere_line", region=scope.rule.name, text=getattr(scope, field))
        for scope in c.guide.handle_scopes
        if getattr(scope, field) and scope.status is not ScopeStatus.PLANNED
    )
    return Section(lines, ("handle_scopes",)) if lines else Section()


RENDERERS: dict[Aspect, Callable[[Context], Section]] = {
    Aspect.OVERVIEW: overview,
    Aspect.WHERE: where_section,
    Aspect.CROSS_REGION: where_section,
    Aspect.MATERIALS: materials,
    Aspect.STEPS: how,
    Aspect.TIME_LIMIT: time_limit,
    Aspect.FEE: fee,
    Aspect.CONDITIONS: conditions,
    Aspect.ONLINE: online,
    Aspect.PHONE: phone,
    Aspect.HOURS: hours,
    Aspect.AGENT: agent,
    Aspect.RESULT: result,
    Aspect.LEGAL_BASIS: legal_basis,
    Aspect.PROGRESS: progress,
}
