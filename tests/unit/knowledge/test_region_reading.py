"""Sentences as citizens type them, and what each says about where (expectations written by hand).

A row is: sentence | what is read | the text left for the matter. What is read is a list of
`here=`, an owner role, `?` (no role), `or` (ambiguous), `from=` (origin), `unknown=`, `corrects`;
`~` before a place marks a role that is only hinted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from knowledge.model import OwnerRole
from knowledge.regions import RegionReading, read_regions
from tests.unit.knowledge.region_samples import sample_gazetteer

CODES = {
    "山东": "370000", "济南": "370100", "历下": "370102", "济南市中": "370103", "天桥": "370105", "济阳": "370115",
    "莱芜": "370116", "济南高新": "370176", "青岛": "370200", "市南": "370202", "市北": "370203", "黄岛": "370211",
    "城阳": "370214", "即墨": "370215", "平度": "370283", "莱西": "370285", "枣庄": "370400", "枣庄市中": "370402",
    "滕州": "370481", "胶州": "370281", "李沧": "370213", "淄博": "370300", "滨州": "371600", "新疆": "650000",
    "临淄": "370305", "东营": "370500", "东营区": "370502", "烟台": "370600", "芝罘": "370602", "莱山": "370613",
    "莱阳": "370682", "莱州": "370683", "潍坊": "370700", "临朐": "370724", "滨海": "370772", "昌邑": "370786",
    "高密": "370785", "威海": "371000", "日照": "371100", "东港": "371102", "临沂": "371300", "河东": "371312",
    "德州": "371400", "临邑": "371424", "平原": "371426", "聊城": "371500", "东昌府": "371502", "莘县": "371522",
    "临清": "371581", "陵城": "371403", "沾化": "371603", "惠民": "371621", "菏泽": "371700", "牡丹": "371702",
    "单县": "371722", "胶东": "zone-jiaodong", "北京": "110000", "上海": "310000", "江苏": "320000", "苏州": "320500",
    "深圳": "440300", "四川": "510000", "河南": "410000", "黑龙江": "230000", "香港": "810000", "铁岭": "211200",
    "高唐": "371526", "丹东": "210600",
}  # fmt: skip

NAMES = """
青岛平度 | ?平度 |
青岛市平度市 | ?平度 |
山东省潍坊市昌邑市 | ?昌邑 |
山东青岛 | ?青岛 |
潍坊的昌邑 | ?昌邑 |
平度（青岛） | ?平度 |
烟台市芝罘区 | ?芝罘 |
德州 临邑 | ?临邑 |
我在青岛，平度的 | here=平度 |
西海岸的大厅在哪 | here=黄岛 | 大厅在哪
青岛西海岸新区 | ?黄岛 |
我住黄岛 | here=黄岛 |
胶南 | ?黄岛 |
陵县 | ?陵城 |
即墨市 | ?即墨 |
莱芜 | ?莱芜 |
济南高新区的窗口 | here=济南高新 | 窗口
莘县 | ?莘县 |
单县不是莘县 | ?单县 corrects |
我在临邑 | here=临邑 |
我在临沂 | here=临沂 |
我在临清 | here=临清 |
莱西 | ?莱西 |
莱阳 | ?莱阳 |
莱州 | ?莱州 |
莱山 | ?莱山 |
临淄和临朐 | ?临淄 ?临朐 |
青岛市南区 | ?市南 |
青岛市市南区 | ?市南 |
青岛市南 | ?市南 |
市中区 | or=济南市中,枣庄市中 |
我在市中区住 | or=济南市中,枣庄市中 |
济南市中区 | ?济南市中 |
枣庄的市中区 | ?枣庄市中 |
我在济南，市中区的窗口在哪 | here=济南市中 | 窗口在哪
是市中区，济南的 | ?济南市中 |
户口在市中区，人在枣庄 | hukou=枣庄市中 here=枣庄 |
东营 | ?东营 |
东营区 | ?东营区 |
铁岭下面的一个县 | ?铁岭 |
我在铁岭下面的一个县 | here=铁岭 |
胶东五市内都能办吗 | ?胶东 | 都能办吗
我公司在青岛自贸片区 | business=青岛 | 公司自贸片区
"""

EVERYDAY = """
惠民政策有哪些 | | 惠民政策有哪些
惠民卡在哪办 | | 惠民卡在哪办
在惠民政策里能领补贴吗 | | 在惠民政策里能领补贴吗
惠民县怎么办社保卡 | here=惠民 | 怎么办社保卡
我在惠民住 | here=惠民 |
滨州惠民 | ?惠民 |
惠民济阳临邑三地通办 | ?惠民 ?济阳 ?临邑 | 三地通办
牡丹花怎么运 | | 牡丹花怎么运
牡丹区 | ?牡丹 |
天桥下摆摊要办证吗 | | 天桥下摆摊要办证吗
户口在天桥 | hukou=天桥 |
济南天桥 | ?天桥 |
那天桥呢 | ?天桥 |
滨海公园 | | 滨海公园
在潍坊滨海上班 | here=滨海 |
去东港办行吗 | here=东港 | 办行吗
丹东港口 | ?丹东 | 港口
河东狮吼 | | 河东狮吼
我户口在河东 | hukou=河东 |
平原地区的补贴 | | 平原地区的补贴
老家平原的 | ~hukou=平原 |
四方协议怎么签 | | 四方协议怎么签
泰山景区门票 | | 泰山景区门票
高唐县 | ?高唐 |
日照分析报告怎么办 | | 日照分析报告怎么办
小区日照被挡了 | | 小区日照被挡了
假日照常办公吗 | | 假日照常办公吗
提高青年补贴 | | 提高青年补贴
高密度住宅 | | 高密度住宅
食品小作坊子女入学 | | 食品小作坊子女入学
收费县级医院 | | 收费县级医院
公文登记 | | 公文登记
面临清退怎么办 | | 面临清退怎么办
房东营业执照 | | 房东营业执照
开张店铺 | | 开张店铺
超市中能办吗 | | 超市中能办吗
在市中心办 | | 在市中心办
我市南部 | | 我市南部
身份证市中医院能办吗 | | 身份证市中医院能办吗
北京路派出所 | | 北京路派出所
我家在青岛路附近 | | 我家在青岛路附近
香港中路 | | 香港中路
泰山东路 | | 泰山东路
青岛市南京路 | ?青岛 |
山东大学学生户口迁移 | | 山东大学学生户口迁移
青岛啤酒 | | 青岛啤酒
山东政务服务网怎么注册 | | 山东政务服务网怎么注册
爱山东上能办吗 | | 爱山东上能办吗
往来港澳通行证 | | 往来港澳通行证
台湾通行证怎么办 | | 台湾通行证怎么办
去香港要办什么证 | | 去香港要办什么证
我在香港工作 | here=香港 |
全国都能办吗 | | 全国都能办吗
"""

ROLES = """
我在平度住，社保在昌邑，资格认证去哪办 | here=平度 insured=昌邑 | 资格认证去哪办
人在平度，社保在昌邑 | here=平度 insured=昌邑 |
在日照能办青岛的营业执照吗 | here=日照 business=青岛 | 能办营业执照吗
临邑的医保在济阳能备案吗 | here=济阳 insured=临邑 | 医保能备案吗
我在青岛，工伤在烟台，参保在潍坊，劳动能力鉴定去哪 | here=青岛 injury=烟台 insured=潍坊 | 工伤，劳动能力鉴定去哪
受伤在威海参保在青岛去哪鉴定 | injury=威海 insured=青岛 | 受伤去哪鉴定
我住在城阳 | here=城阳 |
现居住地：烟台市芝罘区 | here=芝罘 |
我现在济阳住 | here=济阳 |
目前在东营住 | here=东营 |
在青岛上班 | here=青岛 |
我在青岛上班，在平度住 | here=平度 employer=青岛 |
我在日照住，在青岛能办身份证吗 | here=青岛 residence=日照 | 能办身份证吗
在北京看病怎么备案 | here=北京 | 看病怎么备案
我在青岛能补办身份证吗 | here=青岛 | 能补办身份证吗
户口在昌邑 | hukou=昌邑 |
户籍所在地济阳 | hukou=济阳 |
黑龙江户口 | hukou=黑龙江 |
户口在外省，河南的 | hukou=河南 |
聊城的户口在济南能补身份证吗 | hukou=聊城 here=济南 | 能补身份证吗
我老家菏泽的，在青岛打工，身份证怎么补 | ~hukou=菏泽 here=青岛 | 身份证怎么补
我是临沂人，在济南上班 | ~hukou=临沂 here=济南 |
四川人在青岛怎么办护照 | ~hukou=四川 here=青岛 | 怎么办护照
老家临沂，户口在青岛 | hukou=青岛 |
社保在烟台 | insured=烟台 |
社保交在济南 | insured=济南 |
在昌邑交的社保 | insured=昌邑 |
参保地是青岛 | insured=青岛 |
在青岛参保 | insured=青岛 |
昌邑参保平度居住 | insured=昌邑 here=平度 |
东营的社保 | insured=东营 |
医保是临邑的 | insured=临邑 |
我户口和社保都在临邑 | hukou=临邑 insured=临邑 |
社保是在潍坊交的，现在到烟台工作了，怎么转过来 | insured=潍坊 here=烟台 | 社保，怎么转过来
公积金在青岛缴存，想在烟台买房贷款 | fund=青岛 property=烟台 | 公积金，买房贷款
青岛缴的公积金能在济南贷款吗 | fund=青岛 loan=济南 | 公积金能贷款吗
公积金缴存地烟台 | fund=烟台 |
公司注册在青岛 | business=青岛 |
公司注册在烟台，我在青岛，怎么变更地址 | business=烟台 here=青岛 | 公司，怎么变更地址
青岛的公司怎么注销 | business=青岛 | 公司怎么注销
营业执照是日照的 | business=日照 |
想在烟台开分公司，去哪办 | business=烟台 | 开分公司，去哪办
我们单位在城阳 | employer=城阳 |
滕州的房子在济南能过户吗 | property=滕州 here=济南 | 房子能过户吗
在济南买的房怎么办不动产证 | property=济南 | 买的房怎么办不动产证
在威海干活摔伤了，参保在青岛，鉴定去哪 | injury=威海 insured=青岛 | 摔伤，鉴定去哪
我的工伤是在威海出的，社保在青岛 | injury=威海 insured=青岛 |
孩子在青岛上学要什么材料 | school=青岛 | 孩子上学要什么材料
孩子户口在莘县，想在东昌府区上小学 | hukou=莘县 school=东昌府 | 孩子，想上小学
学籍从莱西转到即墨 | school=莱西 here=即墨 | 学籍转
车是济南牌照，在青岛能年检吗 | vehicle=济南 here=青岛 | 车，能年检吗
临沂的车在青岛能检车吗 | vehicle=临沂 here=青岛 | 车能检车吗
驾照是聊城的，在青岛能换吗 | licence=聊城 here=青岛 | 驾照，能换吗
在青岛考的驾照，现在住威海，期满了去哪换 | licence=青岛 here=威海 | 驾照，期满了去哪换
养老金是在聊城领的，人在青岛 | benefit=聊城 here=青岛 |
待遇领取地也在莱州 | benefit=莱州 |
孩子出生在济南，户口在德州，去哪办出生登记 | event=济南 hukou=德州 | 孩子出生，去哪办出生登记
青岛居住证怎么签注 | residence=青岛 | 居住证怎么签注
户口在苏州，人在青岛 | hukou=苏州 here=青岛 |
深圳的公积金能在青岛提取吗 | fund=深圳 here=青岛 | 公积金能提取吗
胶东五市社保转移要多久 | insured=胶东 | 社保转移要多久
青岛身份证丢了去哪补 | ?青岛 | 身份证丢了去哪补
平度市民政局电话多少 | here=平度 | 民政局电话多少
"""

WHOLE_SENTENCES = """
你好，本人户籍青岛市即墨区，现居北京，身份证过期了能在北京换吗 | hukou=即墨 here=北京 | 你好，身份证过期了能换吗
我想在济阳给临邑的老人办异地就医备案 | here=济阳 ?临邑 | 我想给老人办异地就医备案
俺是单县的，来青岛打工三年了，想办居住证 | ?单县 here=青岛 | 想办居住证
居住证在城阳办的，现在搬到李沧了要重新办吗 | residence=城阳 here=李沧 | 居住证，现在要重新办吗
车是外地牌照，北京的，能在青岛年审吗 | vehicle=北京 here=青岛 | 车，能年审吗
我的车登记在临沂，人在日照，行驶证丢了去哪补 | vehicle=临沂 here=日照 | 车，行驶证丢了去哪补
孩子户口随妈妈在滨州，想转到德州 | hukou=滨州 here=德州 | 孩子户口，想转
在深圳上班，社保断了，青岛能续交吗 | employer=深圳 here=青岛 | 社保断了，能续交吗
我爹退休金是昌邑发的，他现在跟我住平度，每年还得回昌邑认证不 | benefit=昌邑 here=平度 from=昌邑 | 退休金，每年还得认证不
我住胶州，在黄岛上班，社保在市南交 | here=胶州 employer=黄岛 insured=市南 |
青岛公司想在日照设分公司 | here=青岛 business=日照 | 公司设分公司
日照帮办代办窗口能办青岛执照吗 | here=日照 business=青岛 | 帮办代办窗口能办执照吗
医保转移，从淄博转潍坊 | insured=淄博 here=潍坊 | 医保转移，转
昨天从威海回来，驾照丢在威海了 | from=威海 | 昨天，驾照丢了
护照在济南办可以吗，户口是菏泽的 | here=济南 hukou=菏泽 | 护照办可以吗
驾照在青岛能换吗 | here=青岛 | 驾照能换吗
可以在青岛办济南的社保卡吗 | here=青岛 insured=济南 | 可以办社保卡吗
社保卡是烟台的，丢了在青岛补行吗 | insured=烟台 here=青岛 | 社保卡，丢了补行吗
老家新疆，在济南 | ~hukou=新疆 here=济南 |
惠民的公司 | business=惠民 | 公司
青岛市北区营业执照去哪办 | business=市北 | 营业执照去哪办
"""

MOVES = """
户口从日照迁到青岛 | hukou=日照 here=青岛 | 户口迁
户口在临邑，怎么迁到济阳 | hukou=临邑 here=济阳 | 户口，怎么迁
从日照搬到青岛，社保怎么转 | from=日照 here=青岛 | 社保怎么转
我从潍坊调到烟台工作，社保关系怎么转移 | from=潍坊 here=烟台 | 社保关系怎么转移
社保昌邑转到平度 | insured=昌邑 here=平度 | 社保转
社保由昌邑转入平度 | insured=昌邑 here=平度 | 社保转
深圳社保转青岛 | insured=深圳 here=青岛 | 社保转
公积金由济南转青岛 | fund=济南 here=青岛 | 公积金转
青岛到烟台社保转移几天 | insured=青岛 here=烟台 | 社保转移几天
公司从市南区搬到市北区 | business=市南 here=市北 | 公司搬
我刚从北京回青岛，医保怎么转 | from=北京 here=青岛 | 医保怎么转
从外地搬到青岛怎么落户 | here=青岛 | 怎么落户
退休了还要回昌邑认证吗 | from=昌邑 | 退休了还要认证吗
我不想回昌邑 | from=昌邑 |
不在青岛能办吗 | from=青岛 | 能办吗
结婚证是在威海领的，在青岛能补吗 | from=威海 here=青岛 | 结婚证，能补吗
"""

FOLLOW_UPS = """
那在烟台呢？ | here=烟台 |
那烟台呢 | ?烟台 |
换成济南 | ?济南 |
要是在威海呢 | here=威海 |
如果在潍坊呢 | here=潍坊 |
威海的话能办吗 | here=威海 | 能办吗
昌邑那边能办吗 | here=昌邑 | 能办吗
不对，是潍坊的昌邑 | ?昌邑 corrects |
不是青岛，是烟台 | ?烟台 corrects |
不是，是烟台 | ?烟台 corrects |
我说的是临邑不是临沂 | ?临邑 corrects |
说错了，社保在临清 | insured=临清 corrects |
不对，我在威海 | here=威海 corrects |
我人现在不在老家，在青岛 | here=青岛 |
我是外地人，四川的，在青岛 | ?四川 here=青岛 |
"""

CORRECTIONS = """
参保地错了，是高密 | corrects insured=高密 |
社保地说错了，应该是高密 | corrects insured=高密 |
户口不对，是莱州的 | corrects hukou=莱州 |
我户口写错了，在莱阳 | corrects hukou=莱阳 |
公积金缴存地弄错了，是烟台 | corrects fund=烟台 |
公司注册地填错了，是日照 | business=日照 corrects |
房子错了，在高密 | corrects property=高密 |
我人错了，在威海 | corrects here=威海 |
不对，我在莱州 | corrects here=莱州 |
"""

ADDRESSES = """
我在青岛市里住，身份证丢了去哪补 | here=青岛 | 身份证丢了去哪补
我在潍坊市里上班 | here=潍坊 |
我在山东省青岛市市南区香港中路10号 | here=市南 |
我在山东省潍坊市昌邑市奎聚街道天水路与文昌街交叉口昌邑市市民之家 | here=昌邑 |
我在青岛市黄岛区长江中路216号（西海岸新区政务大厅） | here=黄岛 |
我在山东省平度市李园街道办事处红旗路22号，身份证丢了去哪补 | here=平度 | 身份证丢了去哪补
我在广东省深圳市南山区科技园 | here=深圳 |
我在山东省济南市市中区经四路 | here=济南市中 |
我在青岛市城阳区正阳路社保大厅门口，社保转移怎么办 | here=城阳 | 社保转移怎么办
位置：山东省烟台市莱山区迎春大街 | here=莱山 |
我在[位置]山东省日照市东港区北京路 | here=东港 |
我在中国山东省青岛市市北区 | here=市北 |
我在平度，路边摆摊要办什么证 | here=平度 | 路边摆摊要办什么证
"""

UNKNOWN = """
火星 | | 火星
我在火星住 | unknown=火星 |
我在加拿大 | unknown=加拿大 |
人在美国，驾照到期了怎么换 | unknown=美国 | 驾照到期了怎么换
户口在火星，人在青岛 | unknown=火星 here=青岛 |
从火星搬到青岛 | unknown=火星 here=青岛 |
我在外地 | | 我在外地
我在家 | | 我在家
我在单位上班 | | 我在单位上班
我在上班没时间去 | | 我在上班没时间去
我现在在派出所 | | 我现在在派出所
老家在农村 | | 老家在农村
社保在公司交的，怎么转 | | 社保在公司交的，怎么转
我的社保在哪里查 | | 我的社保在哪里查
在网上办 | | 在网上办
在现居住地能补领吗 | | 在现居住地能补领吗
必须回户籍地办吗 | | 必须回户籍地办吗
从单位离职了社保怎么转 | | 从单位离职了社保怎么转
房子在我名下 | | 房子在我名下
"""


def _rows() -> Iterator[object]:
    for topic in (
        NAMES,
        EVERYDAY,
        ROLES,
        WHOLE_SENTENCES,
        MOVES,
        FOLLOW_UPS,
        UNKNOWN,
        CORRECTIONS,
        ADDRESSES,
    ):
        for line in topic.strip().splitlines():
            sentence, read, left = (part.strip() for part in line.split("|"))
            yield pytest.param(sentence, sorted(read.split()), left, id=sentence)


def _written(reading: RegionReading) -> list[str]:
    """A reading in the notation of the tables above."""
    names = {code: name for name, code in CODES.items()}
    parts = [f"here={names[reading.here]}"] if reading.here else []
    parts += [f"from={names[reading.origin]}"] if reading.origin else []
    for role, code in reading.owners.items():
        parts.append(f"{'~' if role in reading.hints else ''}{role.value}={names[code]}")
    parts += [f"?{names[code]}" for code in reading.unassigned]
    parts += [f"or={','.join(names[c] for c in mention.codes)}" for mention in reading.ambiguous]
    parts += [f"unknown={word}" for word in reading.unknown]
    return sorted([*parts, *(["corrects"] if reading.correction else [])])


@pytest.mark.parametrize(("sentence", "read", "left"), list(_rows()))
def test_reading(sentence: str, read: list[str], left: str) -> None:
    reading = read_regions(sentence, sample_gazetteer())
    assert (_written(reading), reading.text_without_regions) == (read, left)


def test_there_are_enough_sentences() -> None:
    assert len(list(_rows())) >= 120


@pytest.mark.parametrize(
    "sentence",
    [p.values[0] for p in _rows()],
    ids=lambda sentence: sentence,  # type: ignore[attr-defined]
)
def test_mentions_point_into_the_text_and_never_overlap(sentence: str) -> None:
    end = 0
    for mention in read_regions(sentence, sample_gazetteer()).mentions:
        assert sentence[mention.start : mention.end] == mention.text
        assert mention.start >= end
        end = mention.end


def test_the_mark_for_a_place_in_a_message_is_not_taken_for_one() -> None:
    reading = read_regions("\ue000社保在\ue000，我在平度住", sample_gazetteer())
    assert (reading.here, dict(reading.owners), len(reading.mentions)) == (CODES["平度"], {}, 1)


def test_nouns_cut_out_with_their_places_are_kept_aside() -> None:
    assert read_regions("我在平度住，社保在昌邑，资格认证去哪办", sample_gazetteer()).carriers == ("社保",)
    assert read_regions("公积金在青岛", sample_gazetteer()).carriers == ("公积金",)


@pytest.mark.parametrize(
    ("sentence", "role", "expected"),
    [
        ("社保在昌邑", OwnerRole.BENEFIT, "昌邑"),
        ("养老金在聊城领", OwnerRole.INSURED, "聊城"),
        ("从日照搬到青岛", OwnerRole.INSURED, "日照"),
        ("我在平度住", OwnerRole.RESIDENCE, "平度"),
        ("从日照搬到青岛", OwnerRole.ANY, None),
        ("社保在昌邑", OwnerRole.HUKOU, None),
        ("房子在济南，贷款怎么办", OwnerRole.LOAN, "济南"),
    ],
)
def test_owner_for_falls_back_to_the_role_that_usually_coincides(
    sentence: str, role: OwnerRole, expected: str | None
) -> None:
    reading = read_regions(sentence, sample_gazetteer())
    assert reading.owner_for(role) == (CODES[expected] if expected else None)


def test_here_for_takes_the_place_of_the_event_when_nothing_else_is_said() -> None:
    reading = read_regions("受伤在威海参保在青岛去哪鉴定", sample_gazetteer())
    assert reading.here is None
    assert reading.here_for(OwnerRole.INSURED) == CODES["威海"]
    assert reading.here_for(OwnerRole.INJURY) is None
    assert read_regions("社保在昌邑", sample_gazetteer()).here_for(OwnerRole.HUKOU) is None


@pytest.mark.parametrize(
    "text", ["", " ", "😀😀", "\x00\x01", "<script>", "'; DROP TABLE", "在" * 2000, "青岛" * 1000]
)
def test_any_text_is_read_without_error(text: str) -> None:
    reading = read_regions(text, sample_gazetteer())
    assert isinstance(reading.text_without_regions, str)


@pytest.mark.parametrize(
    "text",
    [
        "是" * 2000 + "青岛",
        "现在" * 900 + "在青岛" * 60,
        "我在" * 1000,
        "户口在" * 600 + "青岛",
        "从青岛" * 600,
    ],
)
def test_no_message_makes_reading_slow(text: str) -> None:
    gazetteer = sample_gazetteer()
    read_regions("青岛", gazetteer)
    started = time.thread_time()
    read_regions(text, gazetteer)
    assert time.thread_time() - started < 0.5


@pytest.mark.parametrize(
    "tail", ["路" * 500 + "x", "中山" * 300 + "路x", "1" * 500, ("路" + "青岛") * 200 + "x"]
)
def test_no_address_makes_the_reading_slow(tail: str) -> None:
    started = time.perf_counter()
    read_regions("我在青岛" + tail, sample_gazetteer())
    assert time.perf_counter() - started < 1.0


def test_where_the_other_of_two_people_comes_from_is_not_where_this_one_is() -> None:
    reading = read_regions("俺是莘县哩，媳妇是河南哩", sample_gazetteer())
    assert (reading.unassigned, reading.here) == (("371522",), None)


def test_where_something_is_paid_is_not_where_the_person_is() -> None:
    reading = read_regions("在青岛交的，人在潍坊", sample_gazetteer())
    assert (reading.here, reading.origin, reading.text_without_regions) == ("370700", "370200", "")
