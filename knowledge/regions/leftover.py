"""What is left of a message for the matter when its places are cut out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from knowledge.regions.phrases import PLACE
from knowledge.regions.roles import Assigned

_PUNCTUATION = re.compile(r"[，。、,.！!？?；;：:\s]{2,}")
_EDGES = " ，、,;；：:。."
_NOT_CONTENT = re.compile(
    r"孩子|小孩|老人|过来|过去|回来|出来|怎么|如何|可以|请问|需要|应该|[^\u4e00-\u9fff]"
    r"|[我俺你您的了吗呢啊呀吧哦嗯么嘛想要能去哪里儿在到办个是不会有没还那这给和跟与也都就]"
)
_ABOUT_PLACES = re.compile(
    r"(?:人)?(?:现在)?不在(?:老家|本地|当地)|(?:是)?外[地省]人|外[地省]的|(?:人)?在外[地省]|农村的|本地的?"
    r"|如果|要是|假如"
)
_FILLER = frozenset("那呢吗我俺的了是就啊呀吧么嘛也有人都住想要会在您好说问，。？?！!,. ")


def without_places(marked: str, assigned: Assigned) -> tuple[str, tuple[str, ...]]:
    """What is left of the text when its places are cut out, and the nouns that went with them.

    户口在X，怎么迁: one word alone says too little of a matter, so the noun stays. 公积金在X: nothing
    but the place is said, so nothing of a matter is left.
    """
    text = _tidy(marked, assigned.cut)
    cut = assigned.dropped
    if len(_NOT_CONTENT.sub("", text)) == 1 and cut:
        text, cut = _tidy(marked, assigned.cut - _positions(cut)), {}
    elif text and not _tidy(marked, assigned.cut | _positions(assigned.stated)):
        text, cut = "", cut | assigned.stated
    return text, tuple(noun for _, noun in sorted(cut.items()))


def _positions(nouns: Mapping[int, str]) -> set[int]:
    return {i for start, noun in nouns.items() for i in range(start, start + len(noun))}


def _tidy(marked: str, cut: set[int]) -> str:
    left = "".join(char for i, char in enumerate(marked) if i not in cut and char != PLACE)
    left = _PUNCTUATION.sub(lambda match: match[0].strip()[:1] or " ", left)
    left = left.strip(_EDGES).removeprefix("的").strip()
    return "" if _FILLER.issuperset(_ABOUT_PLACES.sub("", left)) else left
