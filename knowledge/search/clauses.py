"""Messages of several clauses: which parts of a story to search apart, and one result from all of them.

A story tells far more than the matter, and a part of it far less than the story, so both are asked for the
order of the items. Measured, the best part alone does worse than the whole message, for some filler is
always a name of something; and once a part has had its say in the order, it says nothing more of how
likely the first item is than the whole message does. Pure functions of texts and results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.search.decide import Hit, Policy

LONG = 24
"""Letters searched for from which on a message is a story; shorter questions are searched once."""
_PART_WEIGHT = 0.5
_ASKING_WEIGHT = 2.0
_MOST_CLAUSES = 20
"""Clauses looked at of one message, the last ones: what is asked comes last."""
_RUN_ON = 26
"""A clause longer than this was spoken or typed without stops and is cut into pieces …"""
_PIECE = 10
"""… of so many characters."""
_HALF, _HALF_LEAST, _HALF_LEAD = 0.5, 0.2, 8.0
"""Half a message is sure of an item from this probability on; from a lower one, when it is so many times
that of every other item."""

_LETTERS = re.compile(r"[0-9a-z]+|[^ 0-9a-z]")
"""Of folded text; a Latin word counts as one."""
_BETWEEN = re.compile(r"[^0-9A-Za-z\u3400-\u9fff]+")
_ASKS = re.compile(
    r"怎么|怎样|咋|如何|哪|请问|想问|想要|我想|我要|能不能|可以|吗|需要|办理|去办|申请|什么|啥|流程|手续|多少|多久|几天|谁|该"
    r"|问一?下|麻烦|才能|咨询"
)
_AND = re.compile(
    r"(?:另外|顺便|然后|而且|并且|同时|以及|还有|还)(?:还|也|再)?(?:想要|要|想|得|需要)?(?:问问|问一?下|办理?|去)?|和|跟|与|及|、"
)
_ALL = re.compile(r"(?:全都|都|全|也)(?=.)")


@dataclass(frozen=True)
class Found:
    """What one text found by itself: its hits, best first, and whether it is about any item at all."""

    needle: str
    hits: tuple[Hit, ...]
    recognised: float

    def meant(self, policy: Policy) -> dict[str, None]:
        """The item surely meant and, after it, what else could be; nothing when it is not sure.

        Less is asked than of an answer, for another half of the message must be sure of another item.
        """
        if not self.hits or self.recognised < policy.recognised:
            return {}
        best = self.hits[0]
        others = max((hit.probability for hit in self.hits[1:]), default=0.0)
        alone = best.probability >= max(_HALF_LEAST, _HALF_LEAD * others)
        if not (best.whole or best.probability >= _HALF or alone):
            return {}
        floor = policy.offer * best.probability
        return dict.fromkeys(hit.item_id for hit in self.hits if hit.probability >= floor)


@dataclass(frozen=True)
class Part:
    """Two neighbouring clauses of a message (or a clause, if it has only two), and what they found."""

    asks: bool
    found: Found


def is_story(needle: str) -> bool:
    """Whether a message says so much that its parts are searched too."""
    return len(_LETTERS.findall(needle)) >= LONG


def parts_of(text: str) -> tuple[str, ...]:
    """Every two neighbouring clauses of a message without its regions, for a matter is often told in one
    and asked about in the next; the clauses of a message of two; none of a message of one."""
    clauses: list[str] = []
    """Each with the stop after it, so that the pieces of a run-on grow together again."""
    for clause in filter(None, _BETWEEN.split(text)):
        size = _PIECE if len(clause) > _RUN_ON else len(clause)
        clauses += (clause[at : at + size] for at in range(0, len(clause), size))
        clauses[-1] += "，"
    clauses = clauses[-_MOST_CLAUSES:]
    if len(clauses) < 3:
        return tuple(clauses) if len(clauses) == 2 else ()
    return tuple(dict.fromkeys(a + b for a, b in pairwise(clauses)))


def asks(text: str) -> bool:
    """Whether a clause asks for something or says what is wanted."""
    return _ASKS.search(text) is not None


def together(whole: Found, parts: Sequence[Part]) -> Found:
    """One result: items ordered by what the whole and their best part say, each as likely as the whole
    makes it, so that a stray word of a story decides nothing."""
    scores = {hit.item_id: hit.probability * whole.recognised for hit in whole.hits}
    hits = {hit.item_id: hit for hit in whole.hits}
    best: dict[str, tuple[float, Hit, Found]] = {}
    for part in parts:
        weight = _PART_WEIGHT * (_ASKING_WEIGHT if part.asks else 1) * part.found.recognised
        for hit in part.found.hits:
            speaks = weight * hit.probability
            if hit.item_id not in best or speaks > best[hit.item_id][0]:
                best[hit.item_id] = (speaks, hit, part.found)
    for item_id, (speaks, hit, _) in best.items():
        scores[item_id] = scores.get(item_id, 0.0) + speaks
        hits.setdefault(item_id, replace(hit, probability=0.0, exact=False, whole=False))
    order = sorted(scores, key=lambda item_id: -scores[item_id])
    if not order or order[0] not in best:
        return whole
    _, _, asked = best[order[0]]
    joined = tuple(replace(hits[item_id], score=scores[item_id]) for item_id in order[: len(whole.hits)])
    return Found(asked.needle, joined, whole.recognised)


def halves_of(text: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """For each place where a message may pass from one matter to another, the ways to say either matter.

    身份证和户口本都丢了 says 身份证丢了 and 户口本丢了: what is said of both is put to the first, and the
    verb before the first to the second (补身份证和户口本). Clauses without such a word pass from one
    matter to another when both ask or the second says 也.
    """
    for found in _AND.finditer(text):
        first, second = text[: found.start()], text[found.end() :]
        first, second = _BETWEEN.split(first.rstrip("，, "))[-1], _BETWEEN.split(second.lstrip("，, "))[0]
        if len(first) < 2 or len(second) < 2:
            continue
        ways_first, ways_second = [first], [second]
        if len(found[0]) == 1 and found[0] != "还":
            if said := _ALL.search(second):
                both = second[said.end() :]
                ways_first, ways_second = [first + both], [second[: said.start()] + both]
            else:
                ways_second.append(first[:1] + second)
        yield tuple(ways_first), tuple(ways_second)
    clauses = [clause for clause in _BETWEEN.split(text) if len(clause) > 1]
    for a, b in pairwise(clauses):
        if "也" in b or (asks(a) and asks(b)):
            yield (a,), (b,)
