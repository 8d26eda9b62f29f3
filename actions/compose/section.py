"""A section is what an answer says about one aspect, with the guide fields it was made from."""

from __future__ import annotations

from dataclasses import dataclass

from actions.dialogue.model import Answer
from actions.words import Words
from knowledge.base import KnowledgeBase
from knowledge.model import Guide, Item

GENERAL_LINE = "12345"
"""政务服务便民热线: answers everywhere, for every matter (国办发〔2020〕53号)."""


def phone_of(item: Item, words: Words) -> str:
    """Whom to call about a matter without a guide's own number: its national line, else 12345."""
    if item.hotline in ("", GENERAL_LINE):
        return GENERAL_LINE
    return words.say("answer.phone_item", line=item.hotline)


@dataclass(frozen=True)
class Section:
    """Lines ready to be shown and the names of the guide fields they quote. No lines: not in the guide."""

    lines: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines)

    def __add__(self, other: Section) -> Section:
        return Section(self.lines + other.lines, self.fields + other.fields)


@dataclass(frozen=True)
class Context:
    """What the renderers of an answer need."""

    answer: Answer
    words: Words
    base: KnowledgeBase

    @property
    def guide(self) -> Guide:
        return self.answer.guide

    @property
    def phone(self) -> str:
        """Whom to call: the guide's own number, else the national line, else 12345."""
        return self.guide.link_way or phone_of(self.answer.item, self.words)

    def region_name(self, code: str | None) -> str:
        return self.base.gazetteer.display(code) if code else ""

    def mark(self, *fields: str) -> str:
        """「（未核实）」 when one of these fields is from memory."""
        return self.words.say("answer.unverified_mark") if self.guide.is_unverified(*fields) else ""

    def text(self, field: str, key: str) -> Section:
        """One line quoting one text field word for word; empty when the guide has none."""
        value = getattr(self.guide, field)
        if not value:
            return Section()
        return Section((self.words.say(key, text=value) + self.mark(field),), (field,))


def join(*sections: Section) -> Section:
    """All the lines and fields, in order."""
    total = Section()
    for section in sections:
        total = total + section
    return total
