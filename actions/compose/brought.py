"""What to bring, in words: the checklist of an answer's guide for the situation that is known."""

from __future__ import annotations

from actions.compose.cut import cut
from actions.compose.section import Context, Section
from knowledge.checklist import Case, Checklist, Line, checklist, picked, read_chosen
from knowledge.model import MaterialNeed


def checklist_of(c: Context) -> Checklist:
    """The list of this answer."""
    return checklist([Case(c.guide, read_chosen(c.guide, c.answer.situation))])


def material_list(c: Context) -> Section:
    """The whole list at once (一次性告知); a partial list says it is partial."""
    guide, say = c.guide, c.words.say
    if not guide.materials and not guide.materials_explain:
        return Section()
    if not guide.materials:
        return c.text("materials_explain", "materials.explain")
    listed = checklist_of(c)
    lines = [_heading(c) + c.mark("materials", "materials_explain")]
    lines += [
        say("materials.line", n=n, name=line.name, extra=_extra(c, line))
        for n, line in enumerate(listed.lines, start=1)
    ]
    lines += [say("conditions.line", text=condition) for condition in listed.conditions]
    if guide.materials_explain:
        lines.append(say("note.line", text=guide.materials_explain))
    if not guide.materials_complete:
        lines.append(say("materials.not_complete", phone=c.phone))
    return Section(tuple(lines), ("materials", "materials_explain"))


def _heading(c: Context) -> str:
    """With the situation the list is for, when one is known."""
    chosen = picked(c.guide, read_chosen(c.guide, c.answer.situation))
    if not chosen:
        return c.words.say("materials.heading")
    names = "、".join(choice.name for _, choice in chosen)
    return c.words.say("materials.heading_for", situation=names)


def _extra(c: Context, line: Line) -> str:
    parts = [copies_words(c, line), note_words(c, line), *line.where_from]
    need = {MaterialNeed.OPTIONAL: "materials.optional", MaterialNeed.LATER: "materials.later"}
    if line.need in need:
        parts.insert(0, c.words.say(need[line.need]))
    told = "；".join(part for part in parts if part)
    return f"（{told}）" if told else ""


def copies_words(c: Context, line: Line) -> str:
    """How many originals and copies; empty when the guide does not say."""
    parts = []
    if line.originals:
        parts.append(c.words.say("materials.originals", count=line.originals))
    if line.copies:
        parts.append(c.words.say("materials.copies", count=line.copies))
    return "；".join(parts)


def note_words(c: Context, line: Line) -> str:
    """In which case, and how to fill it in."""
    cases = [c.words.say("materials.case", case="；".join(line.cases))] if line.cases else []
    return cut("；".join([*cases, *line.notes]), 1000)
