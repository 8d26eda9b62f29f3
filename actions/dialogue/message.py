"""Take one message apart: regions, a reply to our question, what is left of a matter, what search says."""

from __future__ import annotations

from dataclasses import dataclass

from actions.dialogue.choosing import chosen, is_only_a_choice
from actions.dialogue.followup import asks_about_a_document
from actions.dialogue.model import Option, Turn, Understanding
from knowledge.aspects import Aspect
from knowledge.regions.reading import RegionReading, read_regions
from knowledge.search import Decision, Searcher, SearchResult, needle_of

HOTLINES = "热线电话"
"""The category of the national lines' own items."""


@dataclass(frozen=True)
class Message:
    """`needle` and `result` are empty for a pure follow-up: it costs no search."""

    reading: RegionReading
    needle: str
    result: SearchResult | None
    picked: Option | None
    hotline: str | None = None
    """The national line of a whole field (社保 → 12333), when a telephone is asked for and no matter is clear."""

    @property
    def understanding(self) -> Understanding:
        return Understanding(reading=self.reading, search=self.result, needle=self.needle)

    @property
    def names_a_matter(self) -> bool:
        return self.result is not None and self.result.decision is Decision.ANSWER


def read_message(turn: Turn, searcher: Searcher) -> Message:
    """The message of a turn, read once for the whole decision."""
    reading = read_regions(turn.text, searcher.base.gazetteer)
    picked = chosen(turn.text, turn.memory.options)
    is_choice = picked is not None or is_only_a_choice(turn.text)
    needle = "" if is_choice else needle_of(reading.text_without_regions)
    if not needle and not is_choice and turn.memory.item_id is None:
        needle = "".join(reading.carriers)  # 「公积金在青岛」 as an opening
    about_current = turn.memory.item_id is not None and asks_about_a_document(turn.text)
    result = _search(searcher, reading) if needle and not about_current else None
    line = _hotline(turn, searcher, result) if result and result.decision is Decision.CLARIFY else None
    return Message(reading, "" if about_current else needle, result, picked, line)


def _hotline(turn: Turn, searcher: Searcher, result: SearchResult) -> str | None:
    if turn.intent != Aspect.PHONE.intent:
        return None
    found = searcher.search(f"{result.needle}热线")
    best = found.hits[0] if found.decision is Decision.ANSWER else None
    return best.item_id if best and best.category == HOTLINES else None


def _search(searcher: Searcher, reading: RegionReading) -> SearchResult:
    """Search what is left without the regions; when that says too little, with the nouns cut out too.

    「临邑的医保在济阳能备案吗」 leaves 备案: the 医保 that carried the region belongs to the matter.
    """
    rest, carriers = reading.text_without_regions, "".join(reading.carriers)
    bare = searcher.search(rest or carriers)
    if not rest or not carriers or bare.decision is Decision.ANSWER:
        return bare
    fuller = searcher.search(carriers + rest)
    better = fuller.hits and (not bare.hits or fuller.hits[0].probability > bare.hits[0].probability)
    return fuller if better else bare
