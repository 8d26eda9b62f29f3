"""Safety lines come first, and ordinary questions that share their words are left alone."""

import pytest

from actions.dialogue.safety import safety_reason
from actions.words import load_words

LINES = load_words().safety_lines


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("我不想活了", "suicide"),
        ("活着没意思想自杀", "suicide"),
        ("家里着火了怎么办", "fire"),
        ("煤气泄漏了", "fire"),
        ("我爸昏倒了怎么办", "medical"),
        ("救命", "medical"),
        ("有人要打我", "crime"),
        ("被抢劫了", "crime"),
        ("孩子丢了", "crime"),
        ("刚刚出车祸了", "traffic_accident"),
        ("他让我转账到安全账户", "fraud"),
        ("对方叫我把验证码发给他", "fraud"),
        ("警察局打电话说我涉案", "fraud"),
        ("公安来电话说我涉嫌洗钱", "fraud"),
        ("120", "emergency_number"),
        (" 110！", "emergency_number"),
        ("头疼吃什么药", "medical_judgement"),
        ("这个案子能赢吗官司能赢吗", "legal_judgement"),
        ("打人会判几年，能判几年", "legal_judgement"),
        ("滚蛋", "abuse"),
    ],
)
def test_recognised(said: str, reason: str) -> None:
    assert safety_reason(said, LINES) == reason


@pytest.mark.parametrize(
    "said",
    [
        "我妈的社保卡丢了怎么办",
        "他妈的退休金怎么领",
        "我想死亡登记怎么办",
        "老人去死亡证明在哪开",
        "孩子身份证丢了去哪补",
        "老年证丢了怎么办",
        "废物处理许可证去哪办",
        "弱智儿童能办残疾证吗",
        "火灾事故证明去哪开",
        "车祸了工伤怎么认定",
        "高血压糖尿病异地结算",
        "家暴可以申请法律援助吗",
        "开消防检查要什么",
        "转账交社保可以吗",
        "派出所电话多少",
        "12345",
        "法院电话打不通，犯罪记录证明去哪开",
        "被公司开除了失业金怎么领",
    ],
)
def test_ordinary_questions_pass(said: str) -> None:
    assert safety_reason(said, LINES) is None


def test_every_line_has_a_reply() -> None:
    words = load_words()
    assert {line.reason for line in LINES} == set(words.safety_replies)
    for reply in words.safety_replies.values():
        assert reply.strip()
