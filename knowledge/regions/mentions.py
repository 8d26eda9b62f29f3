"""Finding the places a text names: longest name first, nested names joined (青岛平度 → 平度)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.regions.gazetteer import Gazetteer
from knowledge.regions.lexicon import Form, Lexicon

_LEFT_OF_WEAK = re.compile(
    r"(?:在|去|到|回|从|由|住|往|至|迁|搬|转|落户|老家|籍贯|户口|户籍|户口是|户籍是|老家是|参保地|工作地|居住地|我是|俺是)$"
)
_RIGHT_OF_WEAK = re.compile(
    r"的(?:户口|社保|医保|公积金|公司|营业执照|执照|房|车|驾照|大厅|窗口)|户口|社保|医保|参保|公积金|本地|当地"
    r"|这边|那边|这里|那里|县城|人(?![民们生口])|能办|可以办|能不能办|哪里|去哪|政务|便民|市民|行政|社保局|医保局|民政局|人民医院"
)
_ALONE = re.compile(
    r"(?:那么?|就|我是?|俺是?|是|在|换成|不对|，)*\ue000(?:[的呢吧人啊呀嘛吗。！？!?，,]|那边|这边)*$"
)
_INSIDE = re.compile(
    r"(?:[省市区县的 ·\-—/（(]|地区|那边的?|这边的?|下面的?|下边的?|底下的?|下属的?|里的|境内的?)?$"
)
_LISTED = re.compile(r"[、和与跟及或到至—\-~→,， ]{1,2}$")
_BELOW = re.compile(r"(?:下面|底下|下边|下属)的?(?:一?个)?(?:小?县城|县|区|市|镇|村|地方)")
_AROUND = re.compile(r"[（(]$")


@dataclass(frozen=True, slots=True)
class Found:
    """A place named at text[start:end]; several codes when the name alone does not say which."""

    start: int
    end: int
    codes: tuple[str, ...]


def find_places(text: str, gazetteer: Gazetteer) -> tuple[Found, ...]:
    """The places in reading order, nested ones joined, ambiguous ones settled by a city named nearby."""
    single = _scan(text, gazetteer)
    joined = _join(text, single, gazetteer)
    return tuple(_settle(_whole(text, found), joined, gazetteer) for found in joined)


def _whole(text: str, found: Found) -> Found:
    """The place with what belongs to its name: 铁岭下面的一个县, 平度（青岛）."""
    end = found.end
    if below := _BELOW.match(text, end):
        end = below.end()
    elif text[end : end + 1] in ("）", ")") and re.search(r"[（(]", text[found.start : end]):
        end += 1
    return Found(found.start, end, found.codes)


def _scan(text: str, gazetteer: Gazetteer) -> list[Found]:
    lexicon = gazetteer.lexicon
    places: list[Found] = []
    at = 0
    while at < len(text):
        form = _form_at(text, at, lexicon, places, gazetteer)
        if form is None:
            at += 1
            continue
        codes = form.codes
        end = at + len(form.text) - _part_of_next(text, at, form, lexicon)
        split = _district_after_city(text, at, form, gazetteer)
        if split is not None:
            places.append(Found(at, end - 1, codes))
            at, end, codes = end - 1, split[0], split[1]
        places.append(Found(at, end, codes))
        at = end
    return places


def _part_of_next(text: str, at: int, form: Form, lexicon: Lexicon) -> int:
    """1 when the last character belongs to what follows: 「青岛市里」 is 青岛 + 市里."""
    short = form.text[:-1]
    listed = any(other.text == short for other in lexicon.get(text[at], ()))
    return int(form.text[-1] in "市县区" and text.startswith("里", at + len(form.text)) and listed)


def _form_at(
    text: str, at: int, lexicon: Lexicon, before: Sequence[Found], gazetteer: Gazetteer
) -> Form | None:
    for form in lexicon.get(text[at], ()):
        stands = text.startswith(form.text, at) and form.stands_at(text, at)
        if stands and (not form.weak or _in_context(text, at, form, before, gazetteer)):
            return form
    return None


def _in_context(text: str, at: int, form: Form, before: Sequence[Found], gazetteer: Gazetteer) -> bool:
    """Whether an everyday word is used as a place here."""
    end = at + len(form.text)
    if _LEFT_OF_WEAK.search(text[max(0, at - 4) : at]) or _RIGHT_OF_WEAK.match(text, end):
        return True
    if _names_a_place(text, end, gazetteer):
        return True
    if before:
        between = text[before[-1].end : at]
        if _LISTED.match(between):
            return True
        if _INSIDE.match(between):
            return any(gazetteer.contains(o, i) for o in before[-1].codes for i in form.codes)
    return len(text) < len(form.text) + 8 and _ALONE.match(f"{text[:at]}\ue000{text[end:]}") is not None


def _names_a_place(text: str, at: int, gazetteer: Gazetteer) -> bool:
    """Whether a name that needs no context stands right here, perhaps after 、 or 和."""
    at += text[at : at + 1] in ("、", "和", "与", "跟", "及")
    forms = gazetteer.lexicon.get(text[at : at + 1], ())
    return any(
        not form.weak and text.startswith(form.text, at) and form.stands_at(text, at) for form in forms
    )


def _district_after_city(
    text: str, at: int, form: Form, gazetteer: Gazetteer
) -> tuple[int, tuple[str, ...]] | None:
    """「青岛市南区」 is 青岛 + 市南区: the end and codes of the district that starts with this 市."""
    end = at + len(form.text)
    if not form.text.endswith("市") or len(form.text) < 3:
        return None
    for inner in gazetteer.lexicon.get("市", ()):
        if text.startswith(inner.text, end - 1) and inner.stands_at(text, end - 1):
            codes = tuple(c for c in inner.codes if gazetteer.contains(form.codes[0], c))
            if codes:
                return end - 1 + len(inner.text), codes
    return None


def _join(text: str, places: Sequence[Found], gazetteer: Gazetteer) -> list[Found]:
    """Put 山东省 + 潍坊市 + 昌邑市 together as 昌邑, and 平度（青岛） as 平度."""
    joined: list[Found] = []
    for place in places:
        last = joined[-1] if joined else None
        if last is not None and (codes := _nested(text, last, place, gazetteer)):
            joined[-1] = Found(last.start, place.end, codes)
        else:
            joined.append(place)
    return joined


def _nested(text: str, first: Found, second: Found, gazetteer: Gazetteer) -> tuple[str, ...]:
    """The inner codes when two neighbouring names are one place, else nothing."""
    between = text[first.end : second.start]
    if _INSIDE.match(between):
        inner = tuple(c for c in second.codes if any(gazetteer.contains(o, c) for o in first.codes))
        if inner:
            return inner
    if not between or _AROUND.match(between):
        return tuple(c for c in first.codes if any(gazetteer.contains(o, c) for o in second.codes))
    return ()


def _settle(found: Found, all_found: Sequence[Found], gazetteer: Gazetteer) -> Found:
    """Keep the readings that lie in a city named elsewhere in the text, if any does."""
    if len(found.codes) < 2:
        return found
    cities = [o.codes[0] for o in all_found if len(o.codes) == 1]
    inside = tuple(c for c in found.codes if any(gazetteer.contains(city, c) for city in cities))
    return Found(found.start, found.end, inside or found.codes)
