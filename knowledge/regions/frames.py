"""The frames of Chinese sentences about places, in the order they are tried: the first that fits wins."""

from __future__ import annotations

import re

from knowledge.model import OwnerRole
from knowledge.regions.frame import Frame, Strength, frames_for, said_of
from knowledge.regions.phrases import (
    AGREED,
    AWAY,
    BOUND,
    BUSINESS,
    CAN,
    FUND,
    HUKOU,
    INSURED,
    ISSUED,
    LICENCE,
    LIVE,
    MEDICAL,
    NOT_OFFICE,
    NOT_WANTED,
    NOW,
    OFFICE,
    PAID,
    PLACE,
    PROPERTY,
    SAID_AFTER,
    SAID_BEFORE,
    TAIL,
    VEHICLE,
    WHO,
    WORK,
    YEARS,
)

MOVES: tuple[tuple[re.Pattern[str], OwnerRole], ...] = tuple(
    (re.compile(words), role)
    for words, role in (
        (r"公积金", OwnerRole.FUND),
        (r"社保|养老|医保|失业保险|失业金|医疗保险|参保", OwnerRole.INSURED),
        (r"学籍|转学", OwnerRole.SCHOOL),
        (r"公司|企业|营业执照|个体户|店", OwnerRole.BUSINESS),
        (r"驾照|驾驶证", OwnerRole.LICENCE),
        (r"车", OwnerRole.VEHICLE),
        (r"户口|户籍|迁户|落户|入户", OwnerRole.HUKOU),
    )
)
"""What is moved says which owner region the place moved from is (社保从X转到Y: X is 参保地)."""

_ARRIVE = r"(?:过|回|到|去|来|至|往|入|进|给|了|在){0,3}"
_MOVE_WORD = r"(?:转移接续|转移|转入|转|迁移|迁户口|迁户|迁入|迁|搬家|搬|调动|调|嫁|挪)"

MOVE_FRAMES: tuple[Frame, ...] = frames_for(
    ("origin", "here"),
    rf"(?:(?:{WHO}(?:刚刚|刚|才|最近))|{WHO})(?:从|由|自|打)P(?P<keep0>[^{PLACE}，。,；;？?！!在住]{{0,8}}?)(?P<verb>搬家|搬|调动|调|嫁|挪|换)?{_ARRIVE}P{TAIL}(?:(?:工作|上班|打工|居住|生活|住(?![院房]))(?:了)?)?",
    rf"{SAID_BEFORE}P(?P<keep0>{_MOVE_WORD}){_ARRIVE}P",
    rf"P(?:到|至|→|—|-)P(?=(?:的|之间)?(?:公积金|社保|养老|医保|户口|关系){{0,2}}{_MOVE_WORD})",
    strength=Strength.MOVES,
    needs="从由自打转迁搬调嫁挪到至→—-",
)

_WRONG = (
    r"(?:那里?|这里?)?(?:说|写|打|搞|弄|选|填|报|记)?(?:错了?|不对)[，,。\s]{0,3}(?:我)?"
    r"(?:应该|其实|实际上?|改成|要改成|改为)?(?:是|在){0,2}P(?:的)?"
)
"""参保地错了，是高密: whose place is corrected is said before it."""

_CORRECTED: tuple[tuple[OwnerRole, str], ...] = (
    (OwnerRole.INSURED, r"(?:参保地|社保所在地|社保缴纳地|社保地|社保|医保|养老保险)"),
    (OwnerRole.HUKOU, r"(?:户口所在地|户籍所在地|户籍地|户口地|户口|户籍|老家)"),
    (OwnerRole.FUND, r"(?:公积金缴存地|缴存地|公积金)"),
    (OwnerRole.BENEFIT, r"(?:待遇领取地|领取地)"),
    (OwnerRole.BUSINESS, r"(?:(?:(?:公司|企业|店铺?)的?)?(?:注册地址?|经营地址?)|公司地址|公司|店)"),
    (OwnerRole.PROPERTY, r"(?:房子|房产|房屋|不动产)(?:所在地|地址|位置)?"),
    (OwnerRole.VEHICLE, r"(?:车辆登记地|登记地|车牌|车)"),
    (OwnerRole.LICENCE, r"(?:核发地|发证地|驾照|驾驶证)"),
    (OwnerRole.SCHOOL, r"(?:学校所在地|学校|学籍)"),
    (OwnerRole.INJURY, r"(?:受伤地点?|事故地点)"),
    (OwnerRole.LOAN, r"(?:贷款地|贷款)"),
)
CORRECTED_FRAMES: tuple[Frame, ...] = (
    *(
        frame
        for role, noun in _CORRECTED
        for frame in frames_for(role, rf"{WHO}{noun}{_WRONG}", needs="错对")
    ),
    *frames_for("here", rf"{WHO}(?:人|居住地|现住址|住址|地址|住的地方|位置){_WRONG}", needs="错对"),
)

ROLE_FRAMES: tuple[Frame, ...] = (
    *frames_for(
        (OwnerRole.HUKOU, OwnerRole.INSURED),
        rf"{WHO}(?P<drop0>户口|户籍)(?:和|、|跟|与|及|还有)(?P<drop1>社保|医保){NOW}{AGREED}P",
        rf"{WHO}(?P<drop1>社保|医保)(?:和|、|跟|与|及|还有)(?P<drop0>户口|户籍){NOW}{AGREED}P",
    ),
    *frames_for(
        (OwnerRole.INSURED, OwnerRole.FUND),
        rf"{WHO}(?P<drop0>社保|医保)(?:和|、|跟|与|及|还有)(?P<keep0>公积金){NOW}{AGREED}P{PAID}",
        rf"{WHO}(?P<keep0>公积金)(?:和|、|跟|与|及|还有)(?P<drop0>社保|医保){NOW}{AGREED}P{PAID}",
    ),
    *frames_for(
        OwnerRole.LOAN,
        r"在P(?P<keep0>贷款|贷的款|贷了款|办的?贷款|办的?房贷)",
        rf"{SAID_AFTER}(?P<keep0>贷款|房贷){NOW}(?:是)?在P(?:贷|办|还)?(?:的)?",
        r"贷款地(?:是|在)*P",
        r"P的(?P<keep0>房贷|贷款)",
    ),
    *frames_for(
        OwnerRole.BENEFIT,
        rf"待遇领取地{NOW}(?:是|在)*P",
        rf"{SAID_AFTER}{WHO}(?P<keep0>退休金|养老金|退休待遇|待遇){NOW}(?:在P(?:领|发|拿)?|P(?:领|发|拿))(?:的)?",
        r"在P领(?:的)?(?P<keep0>退休金|养老金|退休待遇)",
        r"(?:在|从)?P(?P<keep0>退休|退的休|办的?退休)(?:的)?",
        r"P的?(?P<keep0>退休金|养老金)",
    ),
    *frames_for(
        OwnerRole.INJURY,
        r"在P(?:的)?(?:工地|厂里|项目上?|干活|打工|上班|工作|出差)?(?:时|的时候)?(?P<keep0>受的?伤|受了伤|受过伤|出的?工伤|出了工伤|摔伤|砸伤|出的?事故|出了事故)(?:了|的)?",
        r"(?P<keep0>受伤|工伤发生|事故发生)(?:地点|地)?(?:是|在)+P",
        r"(?P<keep0>工伤|事故)在P(?!出|发生|认定)",
        r"受伤地(?:点)?(?:是|在)?P",
        rf"{WHO}(?P<keep0>工伤|事故)(?:是)?在P(?:出|发生|受)(?:的|了)?",
        r"(?<!在)P(?P<keep0>受的?伤|工伤)",
    ),
    *frames_for(
        OwnerRole.SCHOOL,
        rf"{WHO}(?P<keep0>(?:孩子|小孩|儿子|女儿|娃|学生)?){NOW}在P{TAIL}(?P<keep1>上学|上小学|上初中|上高中|上幼儿园|上大学|读书|念书|读小学|读高中|读大学|读研|入学|就读|借读)(?:的)?",
        r"(?P<keep0>学校|学籍)(?:是|在)+P(?:的)?",
        r"P的(?P<keep0>学校|学籍|小学|中学|高中|幼儿园)",
        r"(?P<keep0>孩子|小孩|儿子|女儿|娃)(?:想|要|准备|打算)?(?:到|去|来|回)P(?P<keep1>上学|上小学|上初中|上高中|读书|念书|入学|借读)",
    ),
    *frames_for(
        OwnerRole.EVENT,
        r"(?P<keep0>孩子|宝宝|娃|儿子|女儿)?(?:是)?在P(?:的)?(?:医院)?(?P<keep1>出生|生的|生孩子|生娃|生宝宝|分娩)",
        r"(?P<keep0>出生)(?:地)?(?:是|在)+P(?:的)?",
        r"(?P<keep0>工程|项目|工地)(?:是|在)+P(?:的)?",
        r"P的(?P<keep0>工程|项目|工地)",
    ),
    *frames_for(
        OwnerRole.RESIDENCE,
        r"(?:在|是)?P(?:的)?(?P<keep0>居住证)",
        r"(?P<keep0>居住证)(?:是|在)+P(?:办|领)?(?:的)?",
    ),
    *frames_for(
        OwnerRole.INSURED,
        rf"{WHO}(?:参保地|社保所在地|社保缴纳地|参保所在地){NOW}(?:是|在|：|:)*P",
        rf"{WHO}{NOW}(?:在|是在|由)?P{TAIL}(?:交|缴|缴纳|参加|参|上|买|入)(?:的|了|着|过){{0,2}}{YEARS}(?:的)?(?:{INSURED}|{MEDICAL})",
        rf"{WHO}{NOW}(?:在|是在|于)?P(?:市|区|县)?(?P<drop0>参保|参的保)(?:的|了|地)?(?!登记|信息|证明)",
    ),
    *said_of(OwnerRole.INSURED, INSURED),
    *said_of(OwnerRole.INSURED, MEDICAL),
    *said_of(OwnerRole.INSURED, r"(?P<keep{n}>社会保障卡|社保卡|医保卡)", paid=ISSUED, then=NOT_WANTED),
    *said_of(
        OwnerRole.FUND,
        FUND,
        rf"(?:{FUND})?缴存地(?:是|在)*P",
        rf"{WHO}{NOW}(?:是)?(?:在)?P{TAIL}(?:交|缴|缴存|缴纳|存)(?:的|了|着|过){{0,2}}{YEARS}(?:的)?{FUND}",
    ),
    *frames_for(
        OwnerRole.BUSINESS,
        rf"{WHO}(?:想|要|准备|打算)?(?:在|到|去)P{TAIL}(?P<keep{{n}}>(?:开办|注册|成立|设立|新开|开设|开|办|设)(?:个|一个|一家|家|间|一间)?(?:小)?(?:分公司|公司|企业|店铺|饭店|餐馆|超市|工厂|厂|个体户|合作社|店))",
        strength=Strength.FOUNDS,
    ),
    *said_of(OwnerRole.BUSINESS, r"(?P<keep{n}>营业执照|执照)", paid=ISSUED, then=NOT_WANTED),
    *said_of(
        OwnerRole.BUSINESS,
        BUSINESS,
        r"(?:注册地|经营地|登记地|注册地址|经营地址|经营场所)(?:是|在)*P",
        rf"{WHO}{NOW}在P(?:有|注册了|开了|办了|注册的|开的)(?:个|一个|一家|家|间|一间)*{BUSINESS}",
        rf"{BUSINESS}{NOW}(?:注册地址|注册地|注册|登记|开|设|办|地址|经营地)(?:是|在)+P{TAIL}(?:的)?",
        paid=r"(?:办|发|领|注册|登记|开)?(?:的)?",
    ),
    *said_of(
        OwnerRole.PROPERTY,
        PROPERTY,
        rf"{PROPERTY}{NOW}(?:买|购)在P(?:的)?",
        rf"{WHO}{NOW}(?:想|要|准备|打算)?(?:在|到|去)P{TAIL}(?P<keep{{n}}>(?:购买|买|购)(?:的|了)?(?:一套|套|个)?(?:新房|二手房|商品房|房子|住房|房))",
        rf"{WHO}{NOW}在P有(?:一套|套)?{PROPERTY}",
        paid=r"(?:买)?(?:的)?",
    ),
    *frames_for(
        OwnerRole.VEHICLE,
        rf"{SAID_AFTER}{WHO}{VEHICLE}{NOW}(?:(?:登记|落户|上牌|注册|挂|上的?牌|买)?(?:是|在))P(?:上的?牌|登记|落户|上牌|牌照|车牌|牌|买)(?:的)?",
        rf"{SAID_AFTER}{WHO}{VEHICLE}{NOW}(?:(?:登记|落户|上牌|注册|挂)(?:是|在)*|是|属于){AWAY}P(?:的)?",
        rf"(?:在|是|(?<![去到往回]))P的{VEHICLE}{NOT_OFFICE}",
        rf"{SAID_BEFORE}P{VEHICLE}{NOT_OFFICE}",
        r"挂P(?:的)?(?:牌照|车牌|牌)",
    ),
    *said_of(OwnerRole.LICENCE, LICENCE, paid=ISSUED, then=NOT_WANTED),
    *frames_for(
        OwnerRole.LICENCE,
        rf"{WHO}{NOW}在P(?:考|办|领|学)(?:的|了){LICENCE}",
        rf"{WHO}(?P<keep0>护照|通行证){NOW}在P(?:办|领|发|签发)的",
    ),
    *said_of(
        OwnerRole.HUKOU,
        HUKOU,
        rf"{WHO}{NOW}(?:落户|落的户)(?:在)P(?:的)?",
        r"(?P<drop{n}>户口|户籍)(?:随|跟)[^，,。在]{1,4}在P",
        paid=r"(?:农村)?(?:的)?",
    ),
    *frames_for(
        OwnerRole.EMPLOYER,
        rf"{WHO}(?:用人单位|工作单位|单位|老板){NOW}(?:是|在)+P(?:的)?",
        r"P的(?P<keep0>用人单位|单位)",
    ),
    *frames_for(
        OwnerRole.HUKOU,
        rf"{WHO}{NOW}(?P<drop0>老家){NOW}(?:是|在)*P(?:的|人|农村|下面|那边)?",
        rf"{WHO}{NOW}P(?:的)?(?P<drop0>老家)",
        rf"{WHO}{NOW}(?:是|属于)?P{TAIL}人(?![社民才力口大事员工身均行家文为生们寿防群流])(?:在外地|氏)?",
        r"(?P<keep0>身份证)(?:地址|上)*(?:是|在)+P(?:的)?",
        r"P(?:的)(?P<keep0>居民身份证|身份证)",
        strength=Strength.HINT,
    ),
)

HERE_FRAMES: tuple[Frame, ...] = (
    *frames_for(
        "origin", r"(?:是)?在P(?:办|领|考|发|开|登记|签发|申请|结|交|缴|缴存|缴纳|参保)的", needs="的"
    ),
    *frames_for(
        "here",
        rf"{WHO}{NOW}(?:人)?{NOW}(?:长期|常年)?(?:在)P{TAIL}{LIVE}(?:着|了|过|的){{0,2}}{YEARS}(?:了)?",
        rf"{WHO}{NOW}(?:人)?(?:跟我们?(?:一起)?)?(?:居住|定居|常住|租住|暂住|现居|居|住)(?:在|于|到)?P{TAIL}",
        rf"{WHO}(?:现居住地|居住地|现住址|住址|常住地|经常居住地|家住|家){NOW}(?:是|在|：|:)*P{TAIL}",
        rf"{WHO}{NOW}(?:人|本人){NOW}(?:身)?在P{TAIL}(?:{WORK})?",
        r"P(?:居住|常住)(?!证|地)",
        strength=Strength.LIVES,
        needs="住居活待呆定租养带看人家址",
    ),
    *frames_for(
        "here",
        rf"{WHO}{NOW}(?:人)?{NOW}(?:在|到|来|去)P{TAIL}{WORK}(?:的|了|着){{0,2}}{YEARS}(?:了)?{BOUND}",
        rf"{WHO}{NOW}在P{TAIL}(?P<keep0>就医|看病|住院)",
        rf"{WHO}{NOW}在P{TAIL}{WORK}(?:的|了|着){{0,2}}",
        strength=Strength.WORKS,
        needs="工班意差业活习兵医病院",
    ),
    *frames_for(
        "here",
        rf"(?:我们|我|俺|咱|本人)(?:的)?{NOW}(?:人)?在P{TAIL}(?:呢|啊)?",
        rf"{WHO}(?:现在|目前|现|刚)(?:人)?(?:在|到|来)P{TAIL}(?:呢|啊)?",
        needs="我俺咱本现目刚",
    ),
    *frames_for(
        "here",
        rf"{WHO}(?:刚|才)?(?:从(?:外地|外省|外面|农村|老家))?(?:工作)?(?:搬家|搬|嫁|调动|调)(?:到|至|往|来|去|过来|过去|进|在|回){{1,2}}P(?:了)?",
        r"(?P<keep0>落户|迁户口|迁户|转户|迁移|迁入|迁|转移|转入|转)(?:户口)?(?:到|至|往|来|去|在|过去|过来|进|入|给|回){0,2}P",
        strength=Strength.MOVES,
        needs="落迁转搬嫁调",
    ),
    *frames_for(
        "origin",
        r"(?:从|由|打)P(?P<keep0>搬|转|迁|调)?(?:过来|出来|回来|来|走|离职|辞职|离开|过去|出去|出)(?:的|了)*",
        r"P(?P<keep0>迁出|转出|转走|迁走|搬走)",
        r"(?:不用|不必|不想|不)?(?:跑|返|离开|回到|回)P(?:老家)?(?:去)?",
        needs="从由打迁转搬跑返离回",
    ),
    *frames_for(
        "here",
        rf"{WHO}(?<![丢落忘掉放])(?:在|去|到|来|于|往|寄到|邮到|寄往)P{TAIL}(?:那里|本地|当地)?(?:的(?={OFFICE}))?(?:直接|就近|这)?",
        r"P(?:这边|这里|这儿|那边|那里|那儿|本地|当地)",
        rf"P(?={OFFICE})",
        rf"(?<!{PLACE}[、和与跟及])P(?=(?:的话)?{CAN})",
        strength=Strength.ASKED,
    ),
)

BARE = re.compile(
    rf"(?:我|俺)?(?:说的|问的)?(?:是|就是|换成|改成|在|从|由|到|去)?{PLACE}{TAIL}(?:的|[、和与跟及—-](?={PLACE}))?"
)
"""A place without a role: cut with its particles."""

NEGATED = re.compile(rf"(?<!是)不是(?:在|说)?(?P<place>{PLACE})(?:的|人)?")
OTHERS = re.compile(
    rf"(?:媳妇儿?|老婆|老公|对象|爱人|丈夫|妻子|男朋友|女朋友|男方|女方)(?:她|他)?(?:是)?(?P<place>{PLACE})(?:的|哩|人)"
    r"(?=[，,。、；;！!？? ]|$)"
)
"""「我是莘县的，媳妇是河南的」: where the other of two people comes from is not where this one is."""
LEFT = re.compile(rf"(?<!在)不在(?P<place>{PLACE})(?:住|上班|工作)?(?:了)?")
CORRECTION = re.compile(
    rf"^(?:不对|不是|不，|不,|错了|哎?呀?[，,]?不对)|(?:说|写|打|搞|弄|选|填|报|记|听|看|理解)错|(?:不对|更正|纠正)(?=[，,。\s])|我(?:说|问)的是{PLACE}"
    rf"|应该是{PLACE}|(?:地|[户保医]口?|籍|金|司|店|车|房子|房产|学校|址|位置|老家|人)错了?[，,。\s]"
)
CORRECTION_WORDS = re.compile(
    r"(?:哎呀|哦|啊|噢)?[，,]?(?:不对不对|不对|错了|我?(?:刚才)?(?:说|写|打|搞|弄|选)错了?|更正(?:一下)?|纠正(?:一下)?|^不是(?=[，,])|^不(?=[，,]))[，,。\s]*|我(?:说|问)的是(?=\ue000)|应该是(?=\ue000)"
)
