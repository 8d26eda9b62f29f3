"""Take one message apart: regions, a reply to our question, what is left of a matter, what search says."""

from __future__ import annotations

from dataclasses import dataclass

from actions.dialogue.asking import is_choosing, is_open
from actions.dialogue.choosing import chosen, chosen_exactly, is_only_a_choice, plain
from actions.dialogue.followup import asks_about_a_document
from actions.dialogue.model import SKIP, Asking, Memory, Option, Turn, Understanding
from actions.dialogue.situations import read_situation
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
    situated: bool = False
    """It says no more than a choice of the present guide's situations (「租的房」)."""
    hotline: str | None = None
    """The national line of a whole field (社保 → 12333), when a telephone is asked for and no matter is clear."""

    @property
    def understanding(self) -> Understanding:
        return Understanding(reading=self.reading, search=self.result, needle=self.needle)

    @property
    def only_a_place(self) -> bool:
        """Whether nothing but a place is said (「平度」)."""
        return bool(self.reading.mentions) and not self.reading.text_without_regions

    @property
    def names_a_matter(self) -> bool:
        return self.result is not None and self.result.decision is Decision.ANSWER


def read_message(turn: Turn, searcher: Searcher) -> Message:
    """The message of a turn, read once for the whole decision."""
    reading = read_regions(turn.text, searcher.base.gazetteer)
    picked = _picked(turn)
    is_choice = picked is not None or is_only_a_choice(turn.text)
    needle = "" if is_choice else needle_of(reading.text_without_regions)
    if not needle and not is_choice and turn.memory.item_id is None:
        needle = "".join(reading.carriers)  # 「公积金在青岛」 as an opening
    if not needle and not is_choice and turn.memory.item_id is None:
        needle = _name_of_aspects(searcher, reading)
    situated = _makes_a_choice(turn, searcher, reading)
    of_a_matter = turn.memory.item_id is not None or is_choosing(turn.memory)
    if situated or (of_a_matter and asks_about_a_document(turn.text)):
        needle = ""
    result = (_named_with_place(turn, searcher, reading) or _search(searcher, reading)) if needle else None
    line = _hotline(turn, searcher, result) if result and result.decision is Decision.CLARIFY else None
    return Message(reading, needle, result, picked, situated, line)


def _name_of_aspects(searcher: Searcher, reading: RegionReading) -> str:
    """A name that is made of the words of an aspect (帮办代办窗口), when nothing else is said; else nothing."""
    found = searcher.search(reading.text_without_regions) if reading.text_without_regions else None
    return found.needle if found and found.decision is Decision.ANSWER else ""


def without_matter(turn: Turn, searcher: Searcher) -> Message:
    """A message whose words are known to name no matter (a move): read for its places only, not searched."""
    return Message(read_regions(turn.text, searcher.base.gazetteer), "", None, None)


def leaves_open(turn: Turn) -> bool:
    """Whether the message is the number of the option that leaves our question open."""
    return is_open(turn.memory) and (picked := _picked(turn)) is not None and picked.id == SKIP


def _picked(turn: Turn) -> Option | None:
    memory = turn.memory
    if not is_open(memory):
        return chosen(turn.text, memory.options)
    return chosen_exactly(turn.text, memory.options, same=_other_region(memory) is not None)


def _other_region(memory: Memory) -> str | None:
    """The region that is known when the other one is asked for: the first option then."""
    return (
        {Asking.HERE: memory.owner, Asking.OWNER: memory.here}.get(memory.asking) if memory.asking else None
    )


def _makes_a_choice(turn: Turn, searcher: Searcher, reading: RegionReading) -> bool:
    """Whether the words are a choice of the present guide's situations and no other matter."""
    memory = turn.memory
    guide = searcher.base.find_guide(memory.guide_id) if memory.guide_id else None
    said = read_situation(reading.text_without_regions, guide)
    return bool(said.choices) and not needle_of(said.rest)


def _hotline(turn: Turn, searcher: Searcher, result: SearchResult) -> str | None:
    if turn.intent != Aspect.PHONE.intent:
        return None
    found = searcher.search(f"{result.needle}热线")
    best = found.hits[0] if found.decision is Decision.ANSWER else None
    return best.item_id if best and best.category == HOTLINES else None


def _named_with_place(turn: Turn, searcher: Searcher, reading: RegionReading) -> SearchResult | None:
    """What the whole name of a matter finds that begins with a place which is said (示例市居民停车证)."""
    places = [mention.text for mention in reading.mentions if mention.codes]
    if not places or not (names := searcher.base.names_with_places):
        return None
    said, matter = plain(needle_of(turn.text)), plain(needle_of(reading.text_without_regions))
    if not any(f"{plain(place)}{matter[:2]}" in said for place in places):
        return None
    meant = [name for name in names if said in plain(name) or plain(name) in said]
    return searcher.search(min(meant, key=lambda name: abs(len(name) - len(said)))) if meant else None


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
