"""What a message does to the conversation itself: go on, say again, go back, leave a question open.

A text in, a move or nothing out. A message that also names a matter is no move: 「刚才那个」 is one,
「刚才身份证丢了去哪补」 is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from actions.dialogue.choosing import plain
from knowledge.aspects import Aspect
from knowledge.search import needle_of


class Kind(StrEnum):
    """The moves a conversation knows."""

    MORE = "more"
    """还有呢: the second matter, or what was not told yet."""
    SECOND = "second"
    """第二个, 另一件: the second matter, where there is one."""
    REPEAT = "repeat"
    BACK = "back"
    SKIP = "skip"
    IMPATIENT = "impatient"


@dataclass(frozen=True)
class Move:
    """A move; `aspect` is what it says it wants (再发一遍地址), `named` words of the matter to go back to."""

    kind: Kind
    aspect: Aspect | None = None
    named: str = ""


_LONGEST = 40
"""No move is said at greater length; a longer message is about something."""
_SHORT_NAME = 6
"""Letters by which a matter that was spoken of is called in passing."""
_LEAD = r"(?:那么?|嗯+|哦|噢|好的?|行|请问?|麻烦|能不能|能否|可以|可不可以|你|您|帮我|给我|我想|我要|我|把|就|先|再){0,4}"
_TAIL = r"(?:一下|好吗|行吗|可以吗|谢谢|呢|吧|吗|嘛|么|啊|呀|了|的){0,3}"

_MORE = re.compile(
    rf"{_LEAD}(?:还有(?:没有)?(?:别的|其他的?|其它的?)?(?:什么|啥)?|接着(?:说|讲|来)|继续(?:说|讲)?"
    rf"|往下(?:说|讲)|然后|下面|后面|其他的?|其它的?|别的|没了|就这些|只有这些)(?:(?<!没)呢|吗|么|吧|嘛|没有?|啊)+"
    rf"|{_LEAD}(?:还有(?:没有)?(?:别的|其他的?|什么|啥)?(?:要(?:注意|说|知道)的)?(?:吗|么|呢)?|接着(?:说|讲)|继续(?:说|讲)?|往下(?:说|讲))"
)
_SECOND = re.compile(
    rf"{_LEAD}(?:第二|第2|另外?一?|下一|后一|后面那?)(?:个|件|项|样)(?:事情?|问题|呢)?{_TAIL}|{_LEAD}另外(?:那|一)(?:个|件)(?:事情?)?{_TAIL}"
)
_AGAIN = re.compile(
    r"(?:再|重新|重)(?:给我|帮我|跟我)?(?:发我|说|发|讲|念|报|来|写|告诉我|发给我|说给我)(?:给我)?(?:一)?(?:遍|次|下|回)|重复(?:一)?(?:下|遍|次)?"
    r"|没(?:有)?(?:看清楚?|听清楚?|看到|记住|记下来|存下来)|忘了记"
)
_SAID = re.compile(
    r"(?:你|您)?(?:刚才|刚刚|前面|之前|上面|先前)(?:你|您)?(?:说|发|给|讲|提|告诉我?|列)?(?:过|到)?的?(?:那个|那些|这些)?|那个|那些|把|给我|发我|请|麻烦|你|您|我"
    r"|(?:耳朵|眼睛?|记性)(?:有点|不太|不大)?(?:背|花|不好|不行|不灵)了?|(?:年纪|岁数)大了?|(?:没|不)(?:太|大)?(?:听|看)(?:得)?(?:清楚?|懂|明白|见)了?"
)
_BACK = re.compile(
    rf"{_LEAD}(?:还是)?(?:回到|返回|说回|回头说|再说说?|看看?|继续说?|接着说)?(?:刚才|刚刚|前面|之前|先前|上面|原来|最早)(?:我)?(?:说|问|讲|提|聊)?(?:到|过)?(?:的)?"
    r"(?:那个|那一?件事?|那件事?情?|那个?事儿?|那个?问题|事儿?|事情|问题|话题)?"
    rf"|{_LEAD}(?:还是)?(?:回到|返回|说回|看看?|再说)?上一?(?:个|件|条|项)(?:事情?|问题|事项|话题)?"
    rf"|{_LEAD}(?:回到|返回|说回)(?:刚才|前面|原来)?(?:的)?"
)
_BACK_TO = re.compile(
    rf"{_LEAD}(?:还是)?(?:回到|返回|说回|回头说|(?:刚才|刚刚|前面|之前|先前)(?:我)?(?:说|问|讲|提)?(?:到|过)?的?)(?P<named>.{{2,14}}?)(?:那个|那件|这个|这件|的)?(?:事儿?|事情|问题)?{_TAIL}"
)
_NO_PHONE = re.compile(
    r"(?:我|俺|老人|老了)*(?:也|都)?(?:不会|不懂|不太会|没有?|用不了|玩不转)(?:弄|用|玩|使|操作)?(?:智能)?(?:手机|上网|电脑|网上|网络|微信|app)(?:的|呀|啊|呢)*"
)
"""Somebody who cannot do it by telephone or on the net asks where to go."""
_BACK_ASKED = re.compile(
    r"(?:刚才|刚刚|前面|之前|先前)(?:我)?(?:说|问|讲|提)?(?:到|过)?的?(?P<named>.{2,10}?)(?:那个|那件事?|那事)(?P<asked>.{2,12})"
    r"|(?:刚才|刚刚|前面|之前|先前|上面)(?:我)?(?:说|问|讲|提)?(?:到|过)?的?那个?(?P<whose>.{1,8}?)(?:的)?(?:那?事儿?|那?事情|问题)(?P<then>.{2,12})"
)
_BACK_WORD = re.compile(r"那个|那件|那事|说|问|讲|回到|返回|上一?个|上一?件|事|问题|话题|最早")
_SKIP = re.compile(
    r"(?:这个|这|我|先|那就?|就|这题|还|也)*(?:跳过|略过|不(?:太|大)?(?:想|愿意?|便|方便|好)(?:说|讲|回答|告诉你?|透露)|不告诉你?|不(?:太)?(?:知道|清楚|确定|晓得|了解|懂)"
    r"|说不(?:好|准|清)|搞不清楚?|没想好|没定|随便|随意|都行|都可以|都一样|都成|哪个都(?:行|可以)|无所谓|没所谓|别问了|不(?:用|必)(?:管|问|说)|你看着办|看情况|先不(?:说|选|填)|不(?:选|填)|pass|skip)"
    r"(?:这个|它|这|你|您|哪|在哪|是哪|哪个|哪种|是哪种)*(?:了|吧|呢|啊|的|哈|咯|呀)*",
    re.IGNORECASE,
)
_IMPATIENT = re.compile(
    r"急死|等不及|快点(?:行不行|好不好|行吗|说|告诉我)?$|(?:说|讲)重点|废话|啰嗦|罗嗦|答非所问|没(?:说|讲|答|回答)(?:到|在)?点(?:子)?上|不是我(?:要|想)?问的"
    r"|(?:听|看|搞|弄)不(?:懂|明白)(?:你|您)|(?:没|不)(?:看|听)?(?:懂|明白)(?:你|您)?(?:说|讲|写|在说)|(?:说|讲|问)了(?:半天|这么多|这么久|等于没)|绕来绕去|问(?:了)?(?:你)?半天|不管用"
    r"|你(?:到底|究竟)(?:会不会|能不能|懂不懂|行不行)|听不懂人话|太(?:慢|啰嗦|罗嗦|复杂)了|(?:说|讲)(?:得|的)?(?:再)?(?:简单|简短|短|明白|通俗|清楚)(?:一)?(?:点|些)|(?:整|说|发|写|讲|弄)(?:了)?(?:这么|那么|一大)(?:多|堆|长)(?:的?(?:字|话|东西))?(?:干啥|干什么|干嘛|有啥用|谁看)|烦死|烦不烦|等于没说|(?:说|讲)的(?:是|都是)?什么(?:呀|啊|玩意儿?)?$"
)
_ASPECT_WORDS: tuple[tuple[re.Pattern[str], Aspect], ...] = tuple(
    (re.compile(words), aspect)
    for words, aspect in (
        (r"地址|地点|位置|大厅|窗口|去哪|在哪|哪里|哪儿|地方", Aspect.WHERE),
        (r"电话|号码|热线", Aspect.PHONE),
        (r"材料|资料|手续|带什么|带啥|东西|清单", Aspect.MATERIALS),
        (r"费用|多少钱|价格|收费", Aspect.FEE),
        (r"时限|时间|多久|几天", Aspect.TIME_LIMIT),
        (r"流程|步骤", Aspect.STEPS),
        (r"网址|网站|小程序|链接|入口", Aspect.ONLINE),
        (r"条件", Aspect.CONDITIONS),
    )
)


def move_of(text: str) -> Move | None:
    """The move a message makes, None when it is about a matter or its aspect alone."""
    said = plain(text)
    if not 0 < len(said) <= _LONGEST:
        return None
    if _SKIP.fullmatch(said):
        return Move(Kind.SKIP)
    if _SECOND.fullmatch(said):
        return Move(Kind.SECOND)
    if _MORE.fullmatch(said):
        return Move(Kind.MORE)
    if _AGAIN.search(said):
        rest = _SAID.sub("", _AGAIN.sub("", said))
        aspect, named = _aspect_in(rest), needle_of(_without_aspect(rest))
        if not named:
            return Move(Kind.REPEAT, aspect)
        if len(named) <= _SHORT_NAME:
            return Move(Kind.BACK, aspect, named=named)  # 「那个执照的地址再发一遍」
    if _NO_PHONE.search(said) and not needle_of(_NO_PHONE.sub("", said)):
        return Move(Kind.REPEAT, Aspect.WHERE)
    return _back(said) or (Move(Kind.IMPATIENT) if _IMPATIENT.search(said) else None)


def _back(said: str) -> Move | None:
    """「刚才那个」「回到上一个」, perhaps with an aspect (「前面说的那个要带什么」), or with the matter's name."""
    if (start := _BACK.match(said)) and start.end() and _BACK_WORD.search(start[0]):
        rest = said[start.end() :]
        if not needle_of(rest):
            return Move(Kind.BACK, _aspect_in(rest))
    if match := _BACK_ASKED.fullmatch(said):
        asked = match["asked"] or match["then"]
        if not needle_of(_without_aspect(asked)):
            return Move(Kind.BACK, _aspect_in(asked), named=match["named"] or match["whose"])
    if match := _BACK_TO.fullmatch(said):
        return Move(Kind.BACK, named=match["named"])
    return None


def _aspect_in(words: str) -> Aspect | None:
    return next((aspect for pattern, aspect in _ASPECT_WORDS if pattern.search(words)), None)


def _without_aspect(words: str) -> str:
    for pattern, _ in _ASPECT_WORDS:
        words = pattern.sub("", words)
    return words
