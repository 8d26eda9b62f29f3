"""What a message does to the conversation, and messages that only look like it."""

import time

import pytest

from actions.dialogue.moves import Kind, Move, move_of
from knowledge.aspects import Aspect


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (kind, said)
        for kind, table in (
            (
                Kind.MORE,
                "还有呢|还有吗|还有什么|还有什么要注意的|那还有吗|接着说|继续说|然后呢|其他的呢|没了吗|还有没有别的",
            ),
            (Kind.SECOND, "第二个|第二个呢|第二件事|另一件呢|下一个|另外那件"),
            (Kind.REPEAT, "再说一遍|你再说一遍|再发一遍|重复一下|没看清|没听清楚|麻烦再讲一次"),
            (
                Kind.BACK,
                "刚才那个|刚才那个呢|前面说的那个|回到上一个|上一个|回到上一个问题|之前问的那个|看看上一个",
            ),
            (
                Kind.SKIP,
                "跳过|不知道|不清楚|随便|都行|都可以|无所谓|不想说|不方便说|不告诉你|不确定|说不好|别问了|不清楚在哪|pass",
            ),
            (
                Kind.IMPATIENT,
                "说重点|急死我了|答非所问|没看懂你说的|听不懂你说的|说了半天没用|等不及了|你到底会不会|太啰嗦了",
            ),
        )
        for said in table.split("|")
    ],
)
def test_recognised(kind: Kind, said: str) -> None:
    move = move_of(said)
    assert move is not None
    assert (move.kind, move.named) == (kind, "")


@pytest.mark.parametrize(
    ("said", "move"),
    [
        ("刚才说的地址再发一遍", Move(Kind.REPEAT, Aspect.WHERE)),
        ("把电话再发我一下", Move(Kind.REPEAT, Aspect.PHONE)),
        ("材料清单再给我说一遍", Move(Kind.REPEAT, Aspect.MATERIALS)),
        ("刚才那个要带什么", Move(Kind.BACK, Aspect.MATERIALS)),
        ("前面说的那个多少钱", Move(Kind.BACK, Aspect.FEE)),
        ("回到身份证那个", Move(Kind.BACK, named="身份证")),
        ("刚才说的社保转移", Move(Kind.BACK, named="社保转移")),
    ],
)
def test_with_an_aspect_or_a_name(said: str, move: Move) -> None:
    assert move_of(said) == move


ORDINARY = """
多少钱|要带什么|还有什么材料|不知道怎么办|退休金没收到|社保|谢谢|那个|第二代身份证|另外社保怎么转
重新办理身份证|还有社保卡呢怎么办|下一步怎么办|不确定去哪个窗口
"""


@pytest.mark.parametrize("said", ORDINARY.strip().replace("\n", "|").split("|"))
def test_questions_are_no_moves(said: str) -> None:
    assert move_of(said) is None


def test_a_long_message_is_no_move_and_costs_nothing() -> None:
    started = time.perf_counter()
    for said in ("嗯" * 5000, "那么" * 5000, "刚才" * 5000, "嗯" * 40, "请" * 40, "还有" * 20):
        move_of(said)
    assert time.perf_counter() - started < 1.0


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("还有啥没", Move(Kind.MORE)),
        ("那个执照的地址再发一遍", Move(Kind.BACK, Aspect.WHERE, named="执照")),
        ("刚才那个娃的事，带啥来着", Move(Kind.BACK, Aspect.MATERIALS, named="娃")),
        ("我不认字太多 你说简单点", Move(Kind.IMPATIENT)),
        ("你给我整这么多干啥", Move(Kind.IMPATIENT)),
    ],
)
def test_moves_as_five_citizens_made_them(text: str, move: Move) -> None:
    assert move_of(text) == move
