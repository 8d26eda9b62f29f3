"""The grounded checker: every figure, address, telephone, deadline and place of a reply against what it cites.

In: a reply as it was stored (text, payload, provenance) and the published knowledge. Out: whatever the guide
that is cited does not say. Only what the assistant says itself (12345, the numbers of an emergency) needs
no guide. Nothing here knows how an answer is composed: it reads replies as an auditor would.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from actions.words import load_words
from knowledge.base import KnowledgeBase
from knowledge.model import DayType, Guide, Hall
from knowledge.regions.mentions import find_places

FIGURE = re.compile(r"\d(?:[\d.:\-/~—–]*\d)?%?[^\W\d_]{0,2}")
"""A number, a time, a telephone or a date, with the unit after it."""
IN_WORDS = re.compile(
    r"[零一二两三四五六七八九十百千半]+(?:多)?(?:个)?(?:工作日|自然日|小时|分钟|个月|周岁|日|天|月|年|周|元)"
)
"""A deadline, an age or a sum in Chinese numerals."""
STREET = re.compile(r"[\u4e00-\u9fff]{2,8}(?:路|街|大道|巷|胡同)\d+号?")
_NUMBERED = re.compile(r"^\s*\d+\. ")
_QUOTED = re.compile(r"“([^“”]*(?:“[^“”]*”[^“”]*)*)”")
_UNKNOWN_PLACE = re.compile(r"^“[^”]*”我没认出")
_PLACE_LINE = re.compile(r"^ (?:地点|当地大厅):")
_PLACE_PARTS = re.compile(r"[,;]")
_PLACE_LABELS = re.compile(r"^(?:时间|电话):|\(详细地址指南里没有写\)|\(收不收这件事没有写明|请先问\)$")
_CIRCLED = re.compile("[①-⑳]")
_GENERAL_LINE = "12345"
_DAYS = {DayType.HOUR: "小时", DayType.MONTH: "个月"}


@dataclass(frozen=True)
class Told:
    """One reply as it was given."""

    text: str
    payload: Mapping[str, Any]
    provenance: Mapping[str, Any]


@dataclass(frozen=True)
class Unexplained:
    """Something a reply says and what it cites does not."""

    what: str
    where: str

    def __str__(self) -> str:
        return f"{self.what!r} in {self.where!r}"


@dataclass(frozen=True)
class Cited:
    """What one reply may say: its words, and the codes of places it may name."""

    words: str
    halls: tuple[Hall, ...] = ()

    def says(self, piece: str) -> bool:
        """Whether the piece stands in these words, no figure of it being part of a longer one."""
        before = r"(?<!\d)(?<!\d[.:\-/])" if piece[:1].isdigit() else ""
        after = r"(?![\d%])" if piece[-1:].isdigit() else ""
        return bool(re.search(before + re.escape(piece) + after, self.words))

    def __add__(self, other: Cited) -> Cited:
        return Cited(f"{self.words}\n{other.words}", self.halls + other.halls)


class Grounding:
    """Holds replies against what is published."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        phrases = load_words()
        self._fixed = Cited(_plain("\n".join((*phrases.phrases.values(), *phrases.safety_replies.values()))))
        self._own_words = Cited(_GENERAL_LINE)

    def unexplained(self, told: Told) -> tuple[Unexplained, ...]:
        """Everything the reply says beyond what it cites."""
        if told.payload.get("guide") is None and not told.provenance.get("guide"):
            return tuple(self._without_guide(told))
        return tuple(self._with_guide(told))

    # Replies that cite no guide

    def _without_guide(self, told: Told) -> Iterator[Unexplained]:
        """They may say the assistant's own words, names of matters and regions, and national lines."""
        hits = [hit["item_id"] for hit in told.provenance.get("hits", ())]
        lines = [self._base.item(item).hotline for item in hits if item in self._base.items]
        may = self._fixed + Cited(_plain("\n".join([*lines, *self._regions(told), *self._titles(told)])))
        for line in told.text.splitlines():
            yield from self._loose(self._without_titles(line), may)
        if told.payload.get("card"):
            yield Unexplained("a card", "a reply that cites no guide")

    def _titles(self, told: Told) -> list[str]:
        """The options that are names of matters or regions; any other is not explained by being offered."""
        names = self._names | {self._base.gazetteer.display(code) for code in self._base.gazetteer.regions}
        return [o["title"] for o in told.payload.get("options", ()) if o["title"] in names]

    # Replies that cite one guide, or two that are compared

    def _with_guide(self, told: Told) -> Iterator[Unexplained]:
        provenance = told.provenance
        cited = [*provenance.get("compared", ())] or [provenance["guide"]]
        for one in cited:
            guide = self._base.find_guide(one["id"])
            if guide is None or (self._base.version(guide.id), guide.digest()) != (
                one["version"],
                one["digest"],
            ):
                yield Unexplained(str(one), "cited, and not published so")
                return
        if told.payload["guide"]["id"] != cited[0]["id"]:
            yield Unexplained(told.payload["guide"]["id"], "named as the guide, and not cited")
        guides = [self._base.guide(one["id"]) for one in cited]
        places = Cited(
            _plain("\n".join((*self._regions(told), *self._regions_of(guides), *self._asked(told))))
        )
        halls = self._halls(provenance.get("halls", ()))
        own = [self._of(guide) + halls + places + self._own_words for guide in guides]
        if len(own) > 1:
            yield from self._compared(told, guides, own)
        else:
            yield from self._answered(told, own[0])
            yield from self._card(told.payload["card"], guides[0], own[0])
        sources = [
            {"name": s.name, "url": s.url, "published": s.published} for g in guides for s in g.sources
        ]
        for source in told.payload["sources"]:
            if source not in sources:
                yield Unexplained(source["name"], "the sources")

    def _answered(self, told: Told, own: Cited) -> Iterator[Unexplained]:
        """Line by line: what is said of other regions and of helping windows is their own guides' word."""
        elsewhere, helpers = (_plain(load_words().say(f"answer.{key}")) for key in ("elsewhere", "helpers"))
        others: list[Cited] = []
        for line in map(_plain, told.text.splitlines()):
            if line in (elsewhere, helpers):
                others = self._others(told, "alternatives" if line == elsewhere else "helpers")
                continue
            if not line.startswith("·"):
                others = []
            may = others or [own]
            beyond = min((tuple(self._loose(self._without_titles(line), one)) for one in may), key=len)
            yield from beyond
            if _PLACE_LINE.match(line):
                yield from _place(line, own)

    def _others(self, told: Told, key: str) -> list[Cited]:
        guides = [self._base.guide(guide) for guide in told.provenance.get(key, ())]
        return [self._of(guide) + Cited(_plain("\n".join(self._regions_of([guide])))) for guide in guides]

    def _compared(self, told: Told, guides: list[Guide], own: list[Cited]) -> Iterator[Unexplained]:
        """A side of a comparison is the word of its own guide alone."""
        for line in map(_plain, told.text.splitlines()):
            side = re.match(r"·(?P<title>.+?):(?P<said>.*)", line)
            of = [
                c for g, c in zip(guides, own, strict=True) if side and _plain(g.task_name) == side["title"]
            ]
            if side and not of:
                yield Unexplained(side["title"], "a side of a comparison, of no guide that is cited")
            said = side["said"] if side and of else line
            yield from self._loose(self._without_titles(said), of[0] if of else own[0] + own[1])

    def _card(self, card: Mapping[str, Any] | None, guide: Guide, own: Cited) -> Iterator[Unexplained]:
        """Every text of the card, and of its places every value whole."""
        if card is None:
            return
        if card["page"] and card["page"] != f"/guides/{guide.id.replace('@', '%40')}":
            yield Unexplained(card["page"], "the page of the card")
        if card["checklist"] and not card["checklist"].startswith(f"{card['page']}/checklist"):
            yield Unexplained(card["checklist"], "the checklist of the card")
        texts = [field["text"] for field in card["fields"]] + list(card["steps"]) + [card["situation"]]
        for material in card["materials"]:
            texts += [material[key] for key in ("name", "copies", "where_from", "note")]
            if not own.says(_plain(material["name"])):
                yield Unexplained(material["name"], "a material of the card")
        for place in card["places"]:
            texts += [str(place[key]) for key in ("title", "rule", "note", "region_name")]
            for key in ("hall", "window", "address", "hours", "phone", "url"):
                if place[key] and not own.says(_plain(place[key])):
                    yield Unexplained(place[key], f"{key} of a place of the card")
            positions = {(hall.lat, hall.lon) for hall in own.halls} | {(None, None)}
            if (place["lat"], place["lon"]) not in positions:
                yield Unexplained(f"{place['lat']}, {place['lon']}", "a position of the card")
        for text in texts:
            for line in text.splitlines():
                yield from self._loose(self._without_titles(line), own)

    # What a line says

    def _loose(self, line: str, may: Cited) -> Iterator[Unexplained]:
        """Figures, deadlines, streets and places of one line that these words do not have."""
        said = _plain(line)
        body = _UNKNOWN_PLACE.sub("", _NUMBERED.sub("", said))
        for pattern in (FIGURE, IN_WORDS, STREET):
            for match in pattern.finditer(body):
                if not may.says(match[0]) and not self._is_own_word(match[0]):
                    yield Unexplained(match[0], said)
        for place in find_places(body, self._base.gazetteer):
            name = body[place.start : place.end]
            if not may.says(name) and not self._fixed.says(name):
                yield Unexplained(name, said)

    def _is_own_word(self, piece: str) -> bool:
        """The general line, whatever follows it; of figures in words, those of a fixed sentence."""
        figure = re.match(r"[\d.:\-/~—–]+%?", piece)
        if figure is None:
            return self._fixed.says(piece)
        return figure[0] == _GENERAL_LINE

    def _without_titles(self, line: str) -> str:
        """The line without the names of matters that it quotes."""
        return _QUOTED.sub(lambda match: "" if match[1] in self._names else match[0], line)

    # What may be said

    @cached_property
    def _names(self) -> set[str]:
        return {item.task_name for item in self._base.items.values()}

    def _of(self, guide: Guide) -> Cited:
        """Every field of a guide, its item's names and national line, and what fields say together."""
        item = self._base.item(guide.item_id)
        words = [*_leaves(guide.model_dump(mode="json")), item.task_name, item.hotline]
        for material in guide.materials:
            words += [f"原件{material.page_num}份", f"复印件{material.copy_num}份"]
        for days, unit in (
            (guide.promise_day, guide.promise_type),
            (guide.anticipate_day, guide.anticipate_type),
        ):
            if days is not None and unit is not None:
                words.append(f"{days}{unit}" if unit in _DAYS else f"{days}个{unit}")
        lobbies = (self._base.halls.get(lobby.hall_id) for lobby in guide.lobbies if lobby.hall_id)
        halls = tuple(hall for hall in lobbies if hall)
        return Cited(_plain("\n".join(words)), halls)

    def _halls(self, ids: Iterable[str]) -> Cited:
        halls = tuple(self._base.halls[hall] for hall in ids)
        words = [word for hall in halls for word in _leaves(hall.model_dump(mode="json"))]
        words += [f"{window.floor}{window.name}" for hall in halls for window in hall.windows]
        words += [
            "、".join(f"{w.floor}{w.name}" for w in hall.windows if item in w.items)
            for hall in halls
            for item in {item for window in hall.windows for item in window.items}
        ]
        return Cited(_plain("\n".join(words)), halls)

    def _regions(self, told: Told) -> list[str]:
        """Names of the regions the reply was made for, and of what they lie in."""
        known = [region["code"] for region in told.payload.get("regions", {}).values() if region]
        return [name for code in known for name in self._line(code)]

    def _regions_of(self, guides: Iterable[Guide]) -> list[str]:
        codes = [
            code
            for guide in guides
            for code in (
                guide.region,
                *(c for scope in guide.handle_scopes for c in scope.handle_area_divisions),
            )
        ]
        return [name for code in codes for name in self._line(code)]

    def _line(self, code: str) -> list[str]:
        places = self._base.gazetteer
        return [places.display(one) for one in (code, *places.ancestors(code))]

    def _asked(self, told: Told) -> list[str]:
        """The regions a question under the answer offers."""
        return self._titles(told) if told.provenance.get("asked") in ("here", "owner") else []


def _place(line: str, own: Cited) -> Iterator[Unexplained]:
    """Each part of a place's line, whole: name, address, window, hours, telephone."""
    for part in _PLACE_PARTS.split(_PLACE_LINE.sub("", line)):
        said = _PLACE_LABELS.sub("", part)
        if said and not own.says(said):
            yield Unexplained(said, line)


def _plain(text: str) -> str:
    """One form of every character; the numbers of the options of a question are no figures."""
    return unicodedata.normalize("NFKC", _CIRCLED.sub("", text))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, str):
        yield value
