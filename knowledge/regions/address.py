"""The street part of an address: where exactly someone is says nothing of a matter and is not searched.

Shared locations arrive as text (我在山东省青岛市市南区香港中路10号). What stands behind a place name up to
the end of the clause is taken for a street only when all of it reads like one.
"""

from __future__ import annotations

import re

from knowledge.regions.phrases import PLACE

_UNIT = (
    r"街道办事处|街道|镇|乡|大道|路|大街|街|巷|胡同|村|社区|小区|花园|家园|公寓|广场|大厦|写字楼|园区|科技园"
    r"|工业园|产业园|软件园|(?<![片发新])区"
)
_PART = (
    rf"(?:[\u4e00-\u9fff]{{1,8}}?(?:{_UNIT})|(?:科技|工业|产业|软件)园"
    r"|[0-9０-９]{1,5}(?:号楼|号院|号|弄|单元|室|楼|层|栋|幢)|[A-Za-z0-9]{1,4}(?:座|栋|室))"
)
_BESIDE = (
    r"(?:与|和|交叉口|交汇处|路口|附近|旁边?|对面|[东南西北]侧?|（[^）]{0,40}）|\([^)]{0,40}\)"
    rf"|{PLACE}|-|—)"
)
_PLACE_OF_INTEREST = (
    r"[\u4e00-\u9fff]{2,14}?(?:大厅|中心|之家|医院|学校|小学|中学|大学|车站|火车站|机场|商场|超市|酒店|公司"
    r"|派出所|局|门口|附近)"
)
# Parts are atomic, so that no message can make the pattern slow.
_STREET = re.compile(
    rf"(?<={PLACE})(?>{_PART})(?>{_PART}|{_BESIDE}){{0,12}}+(?:{_PLACE_OF_INTEREST})?"
    r"(?:附近|门口|这里|这边|里)?(?=[，。,.！!？?；;\s]|$)"
)
_OPENING = re.compile(
    r"^(?:我在|我的位置(?:是|在)?|(?:当前|我的|现在的?)?(?:位置|定位|地址)(?:是|在)?)[\s:：]{0,3}"
    rf"(?:[\[【（(](?:位置|定位)[\]】）)])?[\s:：]{{0,3}}(?:中国|中华人民共和国)?(?={PLACE})"
)
_MINE = "我在"


def cut_street(marked: str, places: list[str]) -> str | None:
    """The text with blanks for its streets and with a plain opening, as long as before; None when there is
    nothing to cut.

    `places` are the words of the PLACE characters of the marked text, in order.
    """
    blank: set[int] = set()
    for match in _STREET.finditer(marked):
        blank.update(range(*match.span()))
    opening = _OPENING.match(marked)
    if not blank and (opening is None or opening[0] == _MINE):
        return None
    words = iter(places)
    parts = [_MINE.rjust(opening.end())] if opening else []
    for position, char in enumerate(marked):
        word = next(words) if char == PLACE else char
        if not opening or position >= opening.end():
            parts.append(" " * len(word) if position in blank else word)
    return "".join(parts)
