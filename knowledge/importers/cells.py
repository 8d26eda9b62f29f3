"""The text of one cell → a typed value. Pure functions; what cannot be read raises `Unreadable`.

They never guess: a number without a unit, a date without a year or an unknown word is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from knowledge.model import Channel, DayType, HandleArea, HandleMode, OwnerRole, RegionLevel
from knowledge.model.hall import HallStatus


@dataclass(eq=False)
class Unreadable(Exception):
    """A cell that does not hold what its column promises."""

    expected: str
    message: str = ""


_TRUE = frozenset({"是", "y", "yes", "true", "1", "有", "支持", "收费", "√", "✓"})
_FALSE = frozenset({"否", "n", "no", "false", "0", "无", "不支持", "不收费", "免费", "×"})
_NOTHING = frozenset({"", "/", "\\", "-", "--", "—", "——", "null", "none", "n/a", "nan", "空"})
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_NO_LIST = frozenset({"无", "没有", "不适用"})


def clean(text: str) -> str:
    """A cell's text without what no author wrote: control and zero-width characters, outer space."""
    text = text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    cleaned = _INVISIBLE.sub("", text).strip()
    return "" if cleaned.lower() in _NOTHING else cleaned


def boolean(text: str) -> bool:
    word = folded(text)
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise Unreadable("是 or 否")


def whole_number(text: str) -> int:
    match = re.fullmatch(r"(\d{1,9})(\.0+)?次?", folded(text))
    if not match:
        raise Unreadable("a whole number")
    return int(match[1])


def latitude(text: str) -> float:
    return _degrees(text, 3.0, 54.0, "a latitude in China, 3 to 54 degrees")


def longitude(text: str) -> float:
    return _degrees(text, 73.0, 136.0, "a longitude in China, 73 to 136 degrees")


def _degrees(text: str, low: float, high: float, expected: str) -> float:
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,15})?)°?[ne]?", folded(text))
    value = float(match[1]) if match else -1.0
    if not low <= value <= high:
        raise Unreadable(expected, "check that 经度 and 纬度 are not swapped" if match else "")
    return value


def code(text: str) -> str:
    """A code or number kept as text. What a spreadsheet has rounded is refused: the digits are lost."""
    word = folded(text).upper()
    if re.fullmatch(r"\d(\.\d+)?E\+?\d+", word):
        raise Unreadable("a code as text", "the spreadsheet has rounded it; format the column as text")
    return word


_TIME_OF_DAY = re.compile(r"[ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_DATE_FORMS = (
    re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?"),
    re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})"),
    re.compile(r"(\d{4})年(\d{1,2})月"),
    re.compile(r"(\d{4})[-/.](\d{1,2})"),
    re.compile(r"((?:19|20)\d{2})年?"),
)
_EXCEL_EPOCH = date(1899, 12, 30)


def partial_date(text: str) -> str:
    """A date as exact as the cell is: `2024`, `2024-01` or `2024-01-31`; Excel's day numbers as well."""
    word = folded(_TIME_OF_DAY.sub("", unicodedata.normalize("NFKC", text).strip()))
    for form in _DATE_FORMS:
        match = form.fullmatch(word)
        if match:
            parts = [int(part) for part in match.groups()]
            _check_day(parts)
            return "-".join(f"{part:02d}" for part in parts)
    serial = re.fullmatch(r"([2-5]\d{4})(\.\d+)?", word)
    if serial:
        return (_EXCEL_EPOCH + timedelta(days=int(serial[1]))).isoformat()
    raise Unreadable("a date like 2024-01-31, 2024年1月31日 or 2024-01")


def full_date(text: str) -> date:
    """A day; a month or a year alone is refused."""
    found = partial_date(text)
    if len(found) != 10:
        raise Unreadable("a whole date like 2024-01-31")
    return date.fromisoformat(found)


def _check_day(parts: list[int]) -> None:
    year, month, day = [*parts, 1, 1][:3]
    try:
        date(year, month, day)
    except ValueError:
        raise Unreadable("a date that exists") from None


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A time limit: the number and unit where the text says both, and the text itself."""

    day: int | None
    unit: DayType | None
    explain: str


_UNITS = {
    "工作日": DayType.WORKING_DAY,
    "自然日": DayType.DAY,
    "小时": DayType.HOUR,
    "月": DayType.MONTH,
}
_LIMIT = re.compile(r"(\d{1,4})个?(工作日|自然日|小时|月)(?:内|之内|以内)?")
_AT_ONCE = frozenset({"即办", "即时办结", "即时", "当场办结", "当场", "立等可取", "当即办结"})


def time_limit(text: str, unit: str = "") -> TimeLimit:
    """`5个工作日`, `即办`, or a number with a unit column. Any other sentence is kept word for word."""
    word = folded(text)
    if word in _AT_ONCE:
        return TimeLimit(0, DayType.ON_THE_SPOT, text)
    match = _LIMIT.fullmatch(word)
    if match:
        return TimeLimit(int(match[1]), _UNITS[match[2]], text)
    if re.fullmatch(r"\d{1,4}(\.0+)?", word):
        known = _UNITS.get(folded(unit).removeprefix("个"))
        if known is None:
            raise Unreadable("a number with its unit, such as 5个工作日", "working days, days or hours?")
        number = int(float(word))
        return TimeLimit(number, known, f"{number}个{known.value.removeprefix('个')}")
    return TimeLimit(None, None, text)


def names(text: str) -> tuple[str, ...]:
    """A list of short names: lines, `|`, `；`, `、` or `，` between them; each once."""
    if text in _NO_LIST:
        return ()
    parts = (part.strip() for part in re.split(r"[\n|；;、，,]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


_BULLET = re.compile(
    r"^(?:[(（][0-9一二三四五六七八九十]{1,3}[)）]|[0-9]{1,2}[.．、)）](?!\d)|[一二三四五六七八九十]{1,3}、|[①-⑳]|[•·●\-])\s*"
)


def lines(text: str) -> tuple[str, ...]:
    """A list of sentences: lines or `|` between them, numbering and bullets cut away."""
    if text in _NO_LIST:
        return ()
    parts = (_BULLET.sub("", part.strip()).strip().rstrip("；;") for part in re.split(r"[\n|]", text))
    return tuple(part for part in parts if part)


def folded(text: str) -> str:
    """Full width to half width, lower case, inner spaces out: how words are compared."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


CHANNELS: dict[str, Channel] = {
    "窗口办理": Channel.WINDOW,
    "窗口": Channel.WINDOW,
    "现场办理": Channel.WINDOW,
    "网上办理": Channel.ONLINE,
    "网办": Channel.ONLINE,
    "掌上办理": Channel.APP,
    "移动端办理": Channel.APP,
    "电话办理": Channel.PHONE,
    "快递申请": Channel.POST,
    "邮寄办理": Channel.POST,
    "自助办理": Channel.SELF_SERVICE,
    "自助终端": Channel.SELF_SERVICE,
    "帮办代办": Channel.AGENT,
}

AREAS: dict[str, HandleArea | None] = {
    "全国": HandleArea.NATIONWIDE,
    "全国通办": HandleArea.NATIONWIDE,
    "1": HandleArea.NATIONWIDE,
    "跨省": HandleArea.CROSS_PROVINCE,
    "跨省通办": HandleArea.CROSS_PROVINCE,
    "2": HandleArea.CROSS_PROVINCE,
    "全省": HandleArea.PROVINCE,
    "全省通办": HandleArea.PROVINCE,
    "省内通办": HandleArea.PROVINCE,
    "跨市": HandleArea.PROVINCE,
    "全市": HandleArea.CITY,
    "全市通办": HandleArea.CITY,
    "跨县": HandleArea.CITY,
    "城市群": HandleArea.CLUSTER,
    "协议": HandleArea.AGREEMENT,
    "属地": HandleArea.DISTRICT,
    "无": None,
    "不通办": None,
    "0": None,
}

MODES: dict[str, HandleMode] = {
    "全程网办": HandleMode.ONLINE,
    "异地代收代办": HandleMode.COLLECT,
    "代收代办": HandleMode.COLLECT,
    "多地联办": HandleMode.JOINT,
    "任一窗口": HandleMode.ANY_WINDOW,
    "无差别受理": HandleMode.ANY_WINDOW,
    "就近采集": HandleMode.NEARBY_CHECK,
    "帮办代办": HandleMode.AGENT,
}

ROLES: dict[str, OwnerRole] = {
    "户籍地": OwnerRole.HUKOU,
    "居住地": OwnerRole.RESIDENCE,
    "参保地": OwnerRole.INSURED,
    "待遇领取地": OwnerRole.BENEFIT,
    "缴存地": OwnerRole.FUND,
    "贷款地": OwnerRole.LOAN,
    "注册地": OwnerRole.BUSINESS,
    "经营地": OwnerRole.BUSINESS,
    "不动产所在地": OwnerRole.PROPERTY,
    "受伤地": OwnerRole.INJURY,
    "学校所在地": OwnerRole.SCHOOL,
    "车辆登记地": OwnerRole.VEHICLE,
    "核发地": OwnerRole.LICENCE,
    "用人单位所在地": OwnerRole.EMPLOYER,
    "发生地": OwnerRole.EVENT,
    "不限": OwnerRole.ANY,
} | {role.value: role for role in OwnerRole}

HALL_STATES: dict[str, HallStatus] = {
    "在用": HallStatus.FOUND,
    "正常": HallStatus.FOUND,
    "停用": HallStatus.HISTORICAL,
    "已搬迁": HallStatus.HISTORICAL,
} | {state.value: state for state in HallStatus}

LEVELS: dict[str, RegionLevel] = {
    "国家": RegionLevel.NATION,
    "省": RegionLevel.PROVINCE,
    "省级": RegionLevel.PROVINCE,
    "市": RegionLevel.CITY,
    "地级市": RegionLevel.CITY,
    "区": RegionLevel.DISTRICT,
    "市辖区": RegionLevel.DISTRICT,
    "县": RegionLevel.COUNTY,
    "县级市": RegionLevel.COUNTY_CITY,
    "功能区": RegionLevel.FUNCTIONAL_ZONE,
    "联盟": RegionLevel.ZONE,
} | {level.value: level for level in RegionLevel}


T = TypeVar("T")


def word_reader(what: str, words: dict[str, T]) -> Callable[[str], T]:
    """A reader for a closed list of words; an unknown word is refused with the whole list."""

    def read(text: str) -> T:
        try:
            return words[folded(text)]
        except KeyError:
            raise Unreadable(f"{what}: one of {'、'.join(words)}") from None

    return read


channel = word_reader("办理形式", CHANNELS)
area = word_reader("通办范围", AREAS)
mode = word_reader("通办形式", MODES)
role = word_reader("属地类型", ROLES)
hall_state = word_reader("大厅状态", HALL_STATES)
level = word_reader("区划级别", LEVELS)
