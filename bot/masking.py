"""Personal numbers are taken out of a text before it is stored, logged or sent anywhere.

`mask` replaces each with `***`, which no search or classifier takes for a word, and names what it was.
What looks like a personal number but is none (受理编号, hotlines, dates, amounts, codes) is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MASK = "***"


class Personal(StrEnum):
    """The kinds of personal number that are recognised."""

    ID_CARD = "id_card"
    PHONE = "phone"
    BANK_CARD = "bank_card"
    EMAIL = "email"
    PLATE = "plate"
    PASSPORT = "passport"


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without personal numbers, and the kinds that were taken out, in order."""

    text: str
    found: tuple[Personal, ...] = ()


def mask(text: str) -> Masked:
    """The text with every personal number replaced by `***`. Masking twice changes nothing."""
    parts: list[str] = []
    kinds: list[Personal] = []
    done = 0
    for find in _finds(text):
        parts += [text[done : find.start], MASK]
        kinds.append(find.kind)
        done = find.end
    return Masked("".join([*parts, text[done:]]), tuple(kinds))


def personal_numbers(text: str) -> tuple[tuple[Personal, str], ...]:
    """The personal numbers of a text with their kinds, in ASCII digits and letters.

    For what a person leaves to be called back by, and nothing else: it is sealed before it is kept.
    """
    plain = _plain(text)
    return tuple((find.kind, plain[find.start : find.end]) for find in _finds(text))


def mask_text(text: str) -> str:
    """Only the text of `mask`, for log lines."""
    return mask(text).text


@dataclass(frozen=True, slots=True)
class _Find:
    start: int
    end: int
    kind: Personal


@dataclass(frozen=True, slots=True)
class _Group:
    """One unbroken run of digits (the last may end in X) and where it stands."""

    start: int
    end: int
    digits: str


_DASHES_AND_DOTS = {ord(dash): "-" for dash in "‐‑‒–—−﹣"} | {ord(dot): "." for dot in "·•・"}


def _plain(text: str) -> str:
    """The text with digits and letters of other widths made ASCII, character for character."""
    return "".join(map(_plain_character, text)).translate(_DASHES_AND_DOTS)


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _finds(text: str) -> Iterator[_Find]:
    """The personal numbers in a text, in order; of those that overlap the first and longest."""
    plain = _plain(text)
    done = 0
    for find in sorted([*_patterns(plain), *_numbers(plain)], key=lambda find: (find.start, -find.end)):
        if find.start >= done:
            yield find
            done = find.end


# --- numbers -----------------------------------------------------------------------------------------

_GAP = r"[ \t\u00a0.\-_/()\u00ad\u200b-\u200d\u2060\ufeff]{0,3}"
_RUN = re.compile(rf"\+?[0-9](?:{_GAP}[0-9])*(?:{_GAP}[xX](?![A-Za-z0-9]))?")
_DIGITS = re.compile(r"[0-9]+[xX]?|[xX]")

_PERSONAL_WORDS = {
    Personal.ID_CARD: re.compile(r"身份证|证件|公民身份|居民证|身份号"),
    Personal.PHONE: re.compile(r"手机|电话|联系方式|致电|微信|tel|phone|mobile", re.IGNORECASE),
    Personal.BANK_CARD: re.compile(r"卡号|银行卡|储蓄卡|信用卡|社保卡|账号|账户|帐号|帐户|存折"),
}
_CASE_WORDS = re.compile(
    r"编号|受理号|业务号|流水号|单号|案号|文号|回执|申请号|办件|工单|注册号|档案号|批次号|登记号|备案号|许可证"
    r"|证书号|信用代码|机构代码|区划代码|项目代码|代码|编码|条码|订单|发票|税号|〔|第"
)
_LOOK_BACK = 14
_SHORTEST, _LONGEST, _MOST_GROUPS = 11, 25, 8


def _numbers(plain: str) -> Iterator[_Find]:
    """ID cards, telephones and bank cards among the runs of digits."""
    for run in _RUN.finditer(plain):
        groups = [
            _Group(run.start() + m.start(), run.start() + m.end(), m.group().upper())
            for m in _DIGITS.finditer(run.group())
        ]
        before = _words_before(plain, run.start())
        said = next((kind for kind, words in _PERSONAL_WORDS.items() if words.search(before)), None)
        is_case = said is None and _CASE_WORDS.search(before) is not None
        first = 0
        while first < len(groups):
            after, kind = _longest(groups, first, said, is_case)
            if kind is not None:
                yield _Find(_with_plus(plain, groups[first].start), groups[after - 1].end, kind)
            # 编号 speaks of the number that follows it, not of the next one after a space.
            end = groups[after - 1].end
            is_case = is_case and not plain[end : end + 1].isspace()
            first = after


def _longest(
    groups: list[_Group], first: int, said: Personal | None, is_case: bool
) -> tuple[int, Personal | None]:
    """The group after the longest personal number that begins at group `first`, and its kind."""
    digits: list[str] = []
    total = 0
    found: tuple[int, Personal | None] = (first + 1, None)
    is_single = len(groups[first].digits) == 1
    if is_single and first and len(groups[first - 1].digits) == 1:
        return found  # inside a sequence of single digits: looked at from its beginning
    most = _LONGEST if is_single else _MOST_GROUPS
    for after, group in enumerate(groups[first : first + most], start=first + 1):
        digits.append(group.digits)
        total += len(group.digits)
        if total > _LONGEST:
            break
        kind = _kind(digits, said, is_case) if total >= _SHORTEST else None
        if kind is not None:
            found = after, kind
    return found


def _words_before(plain: str, start: int) -> str:
    """What introduces a run of digits: the words just before it, of the same clause."""
    return re.split(r"[，。；！？、,;!?\n]", plain[max(0, start - _LOOK_BACK) : start])[-1]


def _with_plus(plain: str, start: int) -> int:
    return start - 1 if start and plain[start - 1] == "+" else start


def _kind(groups: list[str], said: Personal | None, is_case: bool) -> Personal | None:
    """What the groups of digits are together. `said`: what the text calls them; `is_case`: a case number."""
    number = "".join(groups)
    if _is_id_card(groups, number, announced=said is Personal.ID_CARD, doubtful=is_case):
        return Personal.ID_CARD
    if is_case:
        return None
    if _is_mobile(groups, number):
        return Personal.PHONE
    if _is_bank_card(groups, number, announced=said is Personal.BANK_CARD):
        return Personal.BANK_CARD
    return None


# Province-level codes an ID number can begin with (GB 11643); 8 and 9 are the permits for residents of
# Hong Kong, Macao and Taiwan and of foreigners.
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[1-8]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _is_id_card(groups: list[str], number: str, *, announced: bool, doubtful: bool) -> bool:
    """Whether the digits are an ID number.

    `announced`: the text calls it one, so a slip in a digit does not save it from being masked.
    `doubtful`: the text calls it something else, so only a right check digit convinces.
    """
    if len(number) == 18 and number[:17].isdigit():
        plausible = bool(_PROVINCE.match(number)) and _is_birth_date(number[6:14])
        return announced or (plausible and (not doubtful or number[17] == check_digit(number)))
    if len(number) == 15 and number.isdigit():
        plausible = bool(_PROVINCE.match(number)) and _is_birth_date("19" + number[6:12])
        return announced or (plausible and not doubtful)
    return announced and len(groups) == 1 and len(number) in (16, 17, 19)


def check_digit(number: str) -> str:
    """The check character of an 18-digit ID number, from its first 17 digits (GB 11643, MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


_DATE = re.compile(r"(?:18[89]|19[0-9]|20[0-9])[0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def _is_birth_date(digits: str) -> bool:
    if not _DATE.fullmatch(digits):
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _is_mobile(groups: list[str], number: str) -> bool:
    """A mainland mobile number, with or without country code, in any usual grouping."""
    if not number.isdigit():
        return False
    for code in ("", "86", "086", "0086"):
        rest = number.removeprefix(code)
        if len(rest) == 11 and len(number) == len(code) + 11 and rest[0] == "1" and rest[1] in "3456789":
            return len(groups) <= 5 + bool(code) or _is_spelt_out(groups)
    return False


def _is_bank_card(groups: list[str], number: str, *, announced: bool) -> bool:
    """A card number: 13–19 digits that pass Luhn's test (or begin with 62), or 12–25 called an account."""
    if not number.isdigit():
        return False
    if announced and len(number) >= 12:
        return True
    if not 13 <= len(number) <= 19 or not _is_card_grouping(groups):
        return False
    is_union_pay = number.startswith("62") and len(number) >= 16
    return is_union_pay or (_is_card_range(number) and luhn(number))


def _is_card_range(number: str) -> bool:
    """Whether cards are issued that begin so. Case numbers mostly begin with a year, codes with 91."""
    if number[0] == "2":
        return 2221 <= int(number[:4]) <= 2720
    if len(number) < 15:
        return number[0] == "4" if len(number) == 13 else number[:2] in ("30", "36", "38", "39")
    if len(number) == 18 and number[0] == "9":
        return False
    return number[0] in "345689" or number.startswith("10")


def _is_card_grouping(groups: list[str]) -> bool:
    if _is_spelt_out(groups):
        return True
    lengths = [len(group) for group in groups]
    in_fours = all(length == 4 for length in lengths[:-1]) and lengths[-1] <= 4
    return len(lengths) == 1 or in_fours or lengths in ([6, 13], [6, 10], [4, 6, 5], [4, 6, 4])


def _is_spelt_out(groups: list[str]) -> bool:
    """Whether there is a gap after every digit."""
    return all(len(group) == 1 for group in groups)


def luhn(number: str) -> bool:
    """Whether the last digit is right by Luhn's formula (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


# --- patterns ----------------------------------------------------------------------------------------

_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63} ?@ ?[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-HJ-NP-Za-hj-np-z][ .\-]?"
    r"([A-HJ-NP-Za-hj-np-z0-9]{5}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳领]?|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳领])"
    r"(?![A-Za-z0-9])"
)
_PASSPORT = re.compile(
    r"(?:护照|通行证)(?:号码|号)?[^A-Za-z0-9，。；,;\n]{0,4}([A-Za-z]{1,2} ?[0-9]{7,9})(?![A-Za-z0-9])"
)


def _patterns(plain: str) -> Iterator[_Find]:
    """E-mail addresses, car plates and passport numbers."""
    for match in _EMAIL.finditer(plain):
        yield _Find(match.start(), match.end(), Personal.EMAIL)
    for match in _PLATE.finditer(plain):
        if sum(character.isdigit() for character in match.group(1)) >= 2:
            yield _Find(match.start(), match.end(), Personal.PLATE)
    for match in _PASSPORT.finditer(plain):
        yield _Find(match.start(1), match.end(1), Personal.PASSPORT)
