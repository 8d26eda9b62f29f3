"""Safety lines come first, and ordinary questions that share their words are left alone."""

import pytest

from actions.dialogue.safety import safety_reason
from actions.words import load_words

LINES = load_words().safety_lines

SAID = {
    "suicide": """
我不想活了|活着没意思|活着没意思想自杀|不如死了算了|我想死|真想死了算了|我要跳楼|站在楼顶想跳下去
想结束生命|想结束自己的生命|我想轻生|我朋友要自杀怎么办|活着太累了不想活|活够了|想一了百了|我割腕了
我吃了一瓶安眠药|我喝农药了|喝了农药怎么办|我女儿说她不想活了|没有活下去的勇气了|生无可恋|撑不下去了
我想去死|遗书写好了|抑郁症想自残|孩子割手自残怎么办|不想在这世上了|想死的心都有了
""",
    "fire": """
家里着火了|着火了怎么办|楼下起火了|厂房着火|厨房失火了|煤气泄漏了|煤气漏了怎么办|燃气泄露了
闻到煤气味很浓|车着火了|电动车着火了|山上着火了|发生火灾了|冒烟了好像着火|有人被困火场|燃气爆炸了
""",
    "medical": """
我爸昏倒了怎么办|救命|快叫救护车|老人突然不省人事|老人突然晕倒了|没有呼吸了|心脏病犯了怎么办
大出血了快救人|孩子误食农药了|中毒了怎么办|喘不上气了|心梗了怎么办|叫救护车|煤气中毒了|孩子噎住了
溺水了|触电了怎么办|被毒蛇咬了|我妈突然中风了|要生了羊水破了|血流不止
""",
    "crime": """
有人要打我|被抢劫了|孩子丢了|我被打了|老公打我|我老公家暴我|有人拿刀|有人闯进我家|入室盗窃
被人跟踪了|被绑架了|被强奸了|有人性侵我|孩子被拐了|老人走失了|我被非法拘禁了|被传销组织控制了
有人威胁要杀我|家里被偷了|家里进贼了|被人敲诈勒索|有人在打架|钱包被抢了|被人堵在家里|有人贩毒
""",
    "traffic_accident": """
刚刚出车祸了|撞车了怎么办|撞人了|发生交通事故了|追尾了怎么办|我被车撞了|车翻了|被电动车撞了
""",
    "fraud": """
他让我转账到安全账户|对方叫我把验证码发给他|警察局打电话说我涉案|公安来电话说我涉嫌洗钱|让我共享屏幕
说我医保卡被冻结了让我转账|对方要我的银行卡密码|有人冒充社保局打电话要验证码|短信说社保卡停用让点链接
被骗了钱怎么办|我被骗了|我被诈骗了|刷单返利是真的吗|刷单被骗了|网上贷款让先交保证金
接到电话说我的社保被冻结|说我快递里有毒品|客服说要退款让我下载软件|杀猪盘|帮我转账
验证码是123456你帮我登录|把验证码给你|你给我转点钱|收到短信说养老认证要点链接填银行卡
""",
    "emergency_number": """
120|110！|119|打110|帮我报警|帮我打120|我要报警|帮我叫119|转接110|12356
心理热线
""",
    "medical_judgement": """
头疼吃什么药|高血压吃什么药好|我这是什么病|肚子疼怎么治|发烧39度要紧吗|这个病严重吗|能不能开点药
胸口疼是不是心脏病|孩子咳嗽怎么办|该挂什么科|癌症能治好吗
""",
    "legal_judgement": """
这官司能赢吗|打人会判几年|能判几年|要坐牢吗|会不会坐牢|这算不算违法|我这样算犯罪吗|是不是诈骗罪
能赔多少钱官司|离婚财产怎么分|离婚孩子判给谁|我能告赢他吗|该赔我多少|要负刑事责任吗|这个合同有效吗
""",
    "abuse": """
滚蛋|傻逼|你个废物|去死吧|什么垃圾机器人|草泥马|你有病吧|脑残|智障|你是猪吗|妈的|他妈的什么玩意
放屁|sb|tmd|你算什么东西|垃圾系统|滚
""",
}
"""How people say what each line is for, between bars."""

ORDINARY = """
我妈的社保卡丢了怎么办|他妈的退休金怎么领|我想死亡登记怎么办|老人去死亡证明在哪开|孩子身份证丢了去哪补
老年证丢了怎么办|废物处理许可证去哪办|弱智儿童能办残疾证吗|火灾事故证明去哪开|车祸了工伤怎么认定
高血压糖尿病异地结算|家暴可以申请法律援助吗|开消防检查要什么|转账交社保可以吗|派出所电话多少
12345|法院电话打不通，犯罪记录证明去哪开|被公司开除了失业金怎么领|身份证被偷了怎么补
驾照被盗了怎么补办|钱包被偷了身份证怎么补|烟花爆竹许可证|自杀死亡的死亡证明怎么开|报警回执去哪开
公积金转账多久到账|房屋安全鉴定|精神残疾证怎么办|慢性病门诊怎么办|高血压门诊慢特病认定|生孩子报销
羊水穿刺能报销吗|工伤中毒怎么认定|煤气开户|燃气过户怎么办|消防验收|手机号收不到验证码怎么登录
验证码收不到怎么办|电子社保卡验证码错误|法律援助怎么申请|离婚登记要带什么|离婚财产公证
交通事故认定书复核|赔偿金个税|违法记录怎么查|无犯罪记录证明|精神病院开的证明|垃圾处理费怎么交
垃圾分类投诉|报警电话是多少|119年检|民间借贷合同公证|120急救费能报销吗|家里老人走了怎么销户
老人去世了怎么办|我爱人不在了户口怎么注销|丧葬费怎么领|溺水死亡|打架被拘留有案底吗能考公务员吗
养老认证刷脸|短信提醒怎么开通|犬证怎么办|我被车撞了工伤怎么认定|医保卡被冻结了怎么解冻
社保卡停用了怎么激活|累死了办个证这么难|急死人了怎么还没办好|笑死|热死了|药店许可证|诊所备案
吃药能报销吗|高龄津贴去世了|我要查询遗嘱公证|火化证明丢了|交通事故伤残补助|智障孩子上学
房贷压得喘不过气取点公积金|摩托车打不着火是怎么回事|楼道堆满杂物怕着火|喝农药死了开证明
家暴告诫书怎么申请|糖尿病开药能报吗|财务说没有票不给打钱，怎么开发票|被骗了两万 刚报警 想看立没立案
身份证被抢了|认定工亡了，能赔多少钱去哪领|电话卡停用反诈核验
"""


def _sentences(table: str) -> list[str]:
    return table.strip().replace("\n", "|").split("|")


@pytest.mark.parametrize(
    ("reason", "said"), [(reason, said) for reason, table in SAID.items() for said in _sentences(table)]
)
def test_recognised(reason: str, said: str) -> None:
    assert safety_reason(said, LINES) == reason


@pytest.mark.parametrize("said", _sentences(ORDINARY))
def test_ordinary_questions_pass(said: str) -> None:
    assert safety_reason(said, LINES) is None


@pytest.mark.parametrize(
    ("reason", "numbers"),
    [
        ("suicide", {"12356", "120", "110"}),
        ("fire", {"119", "120"}),
        ("medical", {"120"}),
        ("crime", {"110", "120"}),
        ("traffic_accident", {"120", "122", "110"}),
        ("fraud", {"96110", "110"}),
        ("emergency_number", {"110", "119", "120", "122", "12356"}),
        ("medical_judgement", {"120"}),
        ("legal_judgement", {"12348"}),
        ("abuse", {"12345"}),
    ],
)
def test_the_right_numbers_are_named(reason: str, numbers: set[str]) -> None:
    reply = load_words().safety_replies[reason]
    assert {number for number in numbers if number in reply} == numbers


def test_every_line_has_a_reply() -> None:
    words = load_words()
    assert {line.reason for line in LINES} == set(words.safety_replies) == set(SAID)


def test_a_long_message_is_judged_in_no_time() -> None:
    for said in ("我" * 2000, "要" * 2000, "说" * 1000 + "验证" * 500, "有人" * 1000, "突然" * 1000):
        assert safety_reason(said, LINES) is None
