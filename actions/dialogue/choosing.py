"""Understand a reply to a numbered question: 「2」「第一个」「就那个补领的」."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from actions.dialogue.model import Option

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_NUMBER = re.compile(
    r"^(?:我?(?:要|选|是|就|问的是|说的是|想选))*(?:的?是)?(?:第|选项)?\s*([1-6一二两三四五六])"
    r"\s*(?:个|项|条|号|种|款)?(?:吧|呢|的|啊|呀|哈|那个|就行|可以)*[。.!！]*$"
)
_LAST = re.compile(r"^(?:我?(?:要|选|是|就))*(?:最后|末尾)(?:一|那)?(?:个|项|条)?(?:吧|呢|的|啊)*[。.!！]*$")
_NONE = re.compile(
    r"^(?:(?:以上|上面|这些|这几个)?(?:的)?都不(?:是|对)|没有(?:我要的|一个是)?|不是这些|都没有)[了的吧啊。!！]*$"
)
_BARE_NUMBER = re.compile(r"^\d{1,2}$")
_PUNCTUATION = re.compile(r"[\s，。,.!！?？、：:；;（）()“”\"'《》【】]+")


def plain(text: str) -> str:
    """NFKC text without spaces and punctuation, for comparing titles."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).lower()


def rejects_all(text: str) -> bool:
    """Whether the reply says that none of the options fits."""
    return bool(_NONE.match(unicodedata.normalize("NFKC", text).strip()))


def is_only_a_choice(text: str) -> bool:
    """Whether the words are a reply to a numbered question and nothing else: 「2」「第二个」「最后一个」「都不是」."""
    said = unicodedata.normalize("NFKC", text).strip()
    return any(form.match(said) for form in (_NUMBER, _BARE_NUMBER, _LAST, _NONE))


_SAME = re.compile(
    r"(?:我)?(?:也|都|就|还|一样|同样)(?:是|在)?(?:那里?|那儿|这里?|这儿|本地|当地|一起|一样|同一?个?(?:地方|城市|市|县)?)+(?:的|了|吧|呢|啊)*"
    r"|(?:就?在)?(?:同一?个?地方|一样的?|同上|本地的?|当地的?|都在(?:一起|那|这)|也是)(?:的|了|吧|呢|啊)*"
)
_LEAD = re.compile(r"(?:我)?(?:选|是|要|属于|在|就)*")


def is_same_place(text: str) -> bool:
    """「也在那」「本地」「一样」: the place is said to be one that was named."""
    return bool(_SAME.fullmatch(plain(text)))


def chosen_exactly(text: str, options: Sequence[Option], *, same: bool = False) -> Option | None:
    """The option a reply picks by number or by its whole title, and by nothing less.

    For questions under an answer: the next message may be about something else and name a title in
    passing (「烟台市营业执照怎么办」). `same`: the first option is the other region, 「也在那」 picks it.
    """
    said = unicodedata.normalize("NFKC", text).strip()
    if (match := _NUMBER.match(said)) or _LAST.match(said):
        number = (_DIGITS.get(match[1]) or int(match[1])) if match else len(options)
        return options[number - 1] if number <= len(options) else None
    bare = plain(said)
    if same and options and _SAME.fullmatch(bare):
        return options[0]
    short = re.sub(r"(?:的|那种|吧|呢|啊|呀)+$", "", _LEAD.sub("", bare, count=1))
    return next((o for o in options if o.title and plain(o.title) in (bare, short)), None)


def chosen(text: str, options: Sequence[Option]) -> Option | None:
    """The option a reply picks by number, by title, or by a part only that title has; else None."""
    if not options:
        return None
    said = unicodedata.normalize("NFKC", text).strip()
    if match := _NUMBER.match(said):
        number = _DIGITS.get(match[1]) or int(match[1])
        return options[number - 1] if number <= len(options) else None
    if _LAST.match(said):
        return options[-1]
    bare = plain(said)
    if len(bare) < 2:
        return None
    # 跳过 has a number and no title: it is in no words, and would be in all of them
    named = [option for option in options if option.title and plain(option.title) in bare]
    if len(named) != 1:
        core = re.sub(r"^(?:我?(?:要|选|是|问的是|说的是|办))+|(?:的|那个|吧|呢|啊|呀)+$", "", bare)
        named = [option for option in options if len(core) >= 2 and core in plain(option.title)]
    return named[0] if len(named) == 1 else None
