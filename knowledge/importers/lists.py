"""Cells that hold a list of structured things: materials, steps, laws, halls. Words stay as written."""

from __future__ import annotations

import re

from knowledge.importers.cells import lines
from knowledge.model import FlowStep, Law, Material, MaterialFormat, MaterialNeed

_NEEDS = {
    "必要": MaterialNeed.REQUIRED,
    "必需": MaterialNeed.REQUIRED,
    "必须": MaterialNeed.REQUIRED,
    "非必要": MaterialNeed.OPTIONAL,
    "非必需": MaterialNeed.OPTIONAL,
    "容缺": MaterialNeed.LATER,
    "可容缺": MaterialNeed.LATER,
    "容缺后补": MaterialNeed.LATER,
    "容缺受理": MaterialNeed.LATER,
}
_FORMATS = {
    "纸质": MaterialFormat.PAPER,
    "电子": MaterialFormat.ELECTRONIC,
    "电子化": MaterialFormat.ELECTRONIC,
    "纸质/电子化": MaterialFormat.EITHER,
    "纸质或电子化": MaterialFormat.EITHER,
    "纸质/电子": MaterialFormat.EITHER,
}
_LAST_BRACKET = re.compile(r"^(?P<name>.+?)\s*[(（](?P<inside>[^()（）]{1,40})[)）]$", re.S)
_COPIES = re.compile(r"(原件|复印件)(\d{1,3})份")
_LAW = re.compile(r"^(?P<name>《[^《》]{1,80}》)\s*(?P<rest>.*)$", re.S)
_ARTICLE = re.compile(r"^第[一二三四五六七八九十百零〇\d]{1,8}条.*$", re.S)
_DOCUMENT_NO = re.compile(
    r"^[(（]?(?P<number>[^()（）\s]{1,20}[〔\[【]\d{4}[〕\]】]\s*\d{1,5}\s*号)[)）]?[，,。]?\s*(?P<rest>.*)$",
    re.S,
)
_SEMICOLON = re.compile(r"[；;](?![^（(]*[)）])")
"""Between two materials, not inside a bracket."""
_ARROWS = re.compile(r"\s*(?:→|—>|-->|->|=>|⇒|➔)\s*")
_NUMBERED = re.compile(
    r"^\s*(?:[(（]?\d{1,2}[)）.．、]|[一二三四五六七八九十]{1,2}、|[①-⑳]|第[一二三四五六七八九十]步)", re.M
)


def materials(text: str) -> tuple[Material, ...]:
    """One material a line, or all on one line with semicolons between them.

    A closing bracket says whether it is needed, its form and the copies: `居民户口簿（必要）`,
    `照片（容缺）`, `身份证（复印件1份）`. Any other bracket belongs to the name."""
    found = lines(text)
    if len(found) == 1:
        found = tuple(part.strip() for part in _SEMICOLON.split(found[0]) if part.strip())
    return tuple(_material(line) for line in found)


def _material(line: str) -> Material:
    need = MaterialNeed.REQUIRED
    form: MaterialFormat | None = None
    pages: int | None = None
    copies: int | None = None
    name = line
    while match := _LAST_BRACKET.match(name):
        words = [word for word in re.split(r"[，,；;、]", re.sub(r"\s+", "", match["inside"])) if word]
        known = [word for word in words if word in _NEEDS or word in _FORMATS or _COPIES.fullmatch(word)]
        if not words or known != words:
            break
        for word in words:
            counted = _COPIES.fullmatch(word)
            if counted:
                pages = int(counted[2]) if counted[1] == "原件" else pages
                copies = int(counted[2]) if counted[1] == "复印件" else copies
            need = _NEEDS.get(word, need)
            form = _FORMATS.get(word, form)
        name = match["name"].strip()
    return Material(material_name=name, is_need=need, material_format=form, page_num=pages, copy_num=copies)


def flow(text: str) -> tuple[str, tuple[FlowStep, ...]]:
    """A process as (sentence, steps): steps when the cell lists them by arrows or numbered lines."""
    if "\n" not in text and "|" not in text:
        parts = [part for part in _ARROWS.split(text) if part]
        return ("", tuple(_step(part) for part in parts)) if len(parts) > 1 else (text, ())
    parts = list(lines(text))
    listed = "|" in text or len(_NUMBERED.findall(text)) >= len(parts)
    return ("", tuple(_step(part) for part in parts)) if listed and len(parts) > 1 else (text, ())


def _step(part: str) -> FlowStep:
    name, colon, explain = part.replace(":", "：", 1).partition("：")
    if colon and len(name) <= 20 and explain.strip():
        return FlowStep(name=name.strip(), explain=explain.strip())
    return FlowStep(name=part.strip())


def laws(text: str) -> tuple[Law, ...]:
    """One law a line: its name in 《》, then document number and article where the line gives them."""
    return tuple(_law(line) for line in lines(text))


def _law(line: str) -> Law:
    match = _LAW.match(line)
    if not match:
        return Law(law_name=line)
    rest = match["rest"].strip()
    number = ""
    numbered = _DOCUMENT_NO.match(rest)
    if numbered:
        number, rest = numbered["number"], numbered["rest"].strip()
    article = rest if _ARTICLE.match(rest) and len(rest) <= 60 else ""
    return Law(law_name=match["name"], document_no=number, article_no=article, note="" if article else rest)
