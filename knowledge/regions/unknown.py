"""Words that stand where a place should and are no place we know (我在加拿大, 户口在火星)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.regions.phrases import PLACE
from knowledge.regions.words import load_words

_HAN = r"[\u4e00-\u9fff]"
_END = r"(?=[，。、,.！!？?；;：:\s]|$)"
_STAY = r"(?:居住|生活|定居|常住|租房|上班|打工|务工|工作|留学|出差|旅游|探亲|读书|上学|住(?![地所址院房])|呢|这边|那边)"
_NOW = r"(?:现在|目前|一直|长期|常年|还|都|也|是){0,3}"


_NOUNS = (
    r"(?:户口所在地|户籍所在地|户籍地|户口|户籍|籍贯|老家|参保地|参保|社保关系|社保|医保关系|医保|养老保险|公积金|缴存地|注册地|公司|企业|店"
    r"|营业执照|房子|房产|驾照|驾驶证|车牌|车子|车|受伤地|受伤|孩子上学|学校)"
)
_PLACE_LIKE = rf"(?P<u>(?![在是]){_HAN}{{2,6}}?(?:下面|底下|下边|那边|附近)?(?:的一?个?(?:小?县城|县|区|市|镇|村|地方))?)"
_FRAMES = tuple(
    re.compile(frame)
    for frame in (
        rf"{_NOUNS}{_NOW}(?:注册|登记|落|交|缴|买)?(?:是|在|：){{1,2}}{_PLACE_LIKE}(?:交|缴|买|考|办|上)?(?:的)?{_END}",
        rf"老家{_PLACE_LIKE}(?:的)?{_END}",
        rf"(?:从|由){_PLACE_LIKE}(?=搬|迁|转|调|回)",
        rf"(?:我们|我|俺|人|本人|咱们|咱|他|她){_NOW}在{_PLACE_LIKE}(?:{_STAY}|{_END})",
        rf"(?:^|(?<=[，。,！？；\s])){_NOW}(?:人)?在{_PLACE_LIKE}{_STAY}",
        rf"住在{_PLACE_LIKE}{_END}",
        rf"(?:搬|迁|转|调|嫁)(?:家)?(?:到|去|往){_PLACE_LIKE}(?:去)?(?:了)?{_END}",
        rf"(?:在|去|到|从)(?P<u>{_HAN}{{2,4}}?[市县区旗州省国])(?={_STAY}|[能可怎办补领换查申交]|{_END})",
        rf"(?P<u>{_HAN}{{2,4}}(?:下面|底下|下边)的一?个?(?:小?县城|县|区|市|镇|村))",
    )
)
_NOT_IN_PLACES = re.compile(
    rf"[{PLACE}我你您他她它们了没无不办怎什哪吗呢能想要网吧啊呀这那谁几交缴看等找问说做吃睡买卖租把被让职岗编校孕册线户证照险才行再就迁销]"
    r"|有没|可以|准备|考虑|咨询|登记|申请|上班|手机|手术|(?:小|社|辖|园|片|新|开发|自贸|办公|行政|本|外|全|同|老|城|郊|市|景|地|跨)区$|(?:城|超|全|本|外|同|跨|门|股|菜|都)市$"
    r"|(?:全|外|出|回|中|本)国$|(?:外|本|全|同|跨)[省县]$|单位|公司|窗口|大厅|医院|学校|大学|学院|银行|酒店|派出所|服务|[路街]$"
)


@dataclass(frozen=True, slots=True)
class UnknownPlace:
    text: str
    start: int
    end: int


def find_unknown(marked: str) -> tuple[UnknownPlace, ...]:
    """Place-like words of a text whose known places are PLACE characters, in reading order."""
    words = load_words()
    found: dict[int, UnknownPlace] = {}
    for pattern in _FRAMES:
        for match in pattern.finditer(marked):
            start, end = match.span("u")
            text = match["u"]
            overlaps = any(p.start < end and start < p.end for p in found.values())
            if not overlaps and text not in words.no_place and not _NOT_IN_PLACES.search(text):
                found[start] = UnknownPlace(text, start, end)
    return tuple(found[start] for start in sorted(found))
