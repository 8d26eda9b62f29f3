"""Personal numbers are found however they are written, and what only looks like one is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.masking import MASK, Personal, check_digit, luhn, mask

ID, PHONE, CARD = Personal.ID_CARD, Personal.PHONE, Personal.BANK_CARD
EMAIL, PLATE, PASSPORT = Personal.EMAIL, Personal.PLATE, Personal.PASSPORT

# Numbers nobody has: the examples of the standards, or made up with a right check digit.
A = "11010519491231002X"
B = "440524188001010014"

MASKED = [
    # --- ID cards ---
    (A, "***", ID),
    (B, "***", ID),
    ("11010519491231002x", "***", ID),
    (f"我的身份证号是{A}，丢了", "我的身份证号是***，丢了", ID),
    (f"身份证:{A}", "身份证:***", ID),
    (f"{A}的身份证", "***的身份证", ID),
    ("110105 19491231 002X", "***", ID),
    ("110105-19491231-002X", "***", ID),
    ("110105 1949 1231 002X", "***", ID),
    ("1101 0519 4912 3100 2X", "***", ID),
    ("1 1 0 1 0 5 1 9 4 9", "1 1 0 1 0 5 1 9 4 9", None),
    ("1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", "***", ID),
    ("110105.19491231.002X", "***", ID),
    ("110105·19491231·002X", "***", ID),
    ("110105—19491231—002X", "***", ID),
    ("110105　19491231　002Ｘ", "***", ID),
    ("１１０１０５１９４９１２３１００２Ｘ", "***", ID),
    ("１１０１０５１９４９１２３１００２ｘ", "***", ID),
    ("11010519491231002 X", "***", ID),
    ("11010519491231002-X", "***", ID),
    ("110105\u200b19491231\u200b002X", "***", ID),
    ("𝟏𝟏𝟎𝟏𝟎𝟓𝟏𝟗𝟒𝟗𝟏𝟐𝟑𝟏𝟎𝟎𝟐𝐗", "***", ID),
    ("110105194912310021", "***", ID),  # a slip in the check digit is still somebody's number
    ("身份证 123456789012345678", "身份证 ***", ID),  # called an ID, whatever it is
    ("身份证号码为12345678901234567", "身份证号码为***", ID),  # one digit forgotten
    ("110105491231002", "***", ID),  # fifteen digits
    ("110105 491231 002", "***", ID),
    ("１１０１０５４９１２３１００２", "***", ID),
    ("身份证编号" + A, "身份证编号***", ID),
    ("受理编号" + A, "受理编号***", ID),  # the check digit is right, so it is one all the same
    ("830000199001011234", "***", ID),  # residence permit of Taiwan compatriots
    ("911124198108030024", "***", ID),  # permanent residence of foreigners
    (f"{A}{'。'}{B}", "***。***", ID),
    (f"{A} {B}", "*** ***", ID),
    (f"{A}和13812345678", "***和***", ID),
    # --- mobile telephones ---
    ("13812345678", "***", PHONE),
    ("我的电话13812345678", "我的电话***", PHONE),
    ("打19912345678找我", "打***找我", PHONE),
    ("138 1234 5678", "***", PHONE),
    ("138-1234-5678", "***", PHONE),
    ("1 3 8 1 2 3 4 5 6 7 8", "***", PHONE),
    ("138.1234.5678", "***", PHONE),
    ("138_1234_5678", "***", PHONE),
    ("138—1234—5678", "***", PHONE),
    ("1381 234 5678", "***", PHONE),
    ("13812 345678", "***", PHONE),
    ("138 12345678", "***", PHONE),
    ("138  1234  5678", "***", PHONE),
    ("(138)12345678", "(***", PHONE),
    ("+8613812345678", "***", PHONE),
    ("+86 13812345678", "***", PHONE),
    ("+86-138-1234-5678", "***", PHONE),
    ("＋８６　１３８１２３４５６７８", "***", PHONE),
    ("(+86)13812345678", "(***", PHONE),
    ("8613812345678", "***", PHONE),
    ("008613812345678", "***", PHONE),
    ("0086 138 1234 5678", "***", PHONE),
    ("１３８１２３４５６７８", "***", PHONE),
    ("①③⑧①②③④⑤⑥⑦⑧", "***", PHONE),
    ("138\u200b1234\u200b5678", "***", PHONE),
    ("tel13812345678", "tel***", PHONE),
    ("微信13812345678", "微信***", PHONE),
    ("手机号：16612345678。", "手机号：***。", PHONE),
    ("13812345678、13987654321", "***、***", PHONE),
    ("13812345678 13987654321", "*** ***", PHONE),
    ("13812345678/13987654321", "***/***", PHONE),
    ("编号2021-0001 13812345678", "编号2021-0001 ***", PHONE),
    ("我17岁，手机17012345678", "我17岁，手机***", PHONE),
    ("2021-11-20 13812345678", "2021-11-20 ***", PHONE),
    # --- bank cards ---
    ("6222021001116245702", "***", CARD),
    ("6222 0210 0111 6245 702", "***", CARD),
    ("6222-0210-0111-6245-702", "***", CARD),
    ("622202 1001116245702", "***", CARD),
    ("６２２２０２１００１１１６２４５７０２", "***", CARD),
    ("卡号6222021001116245702丢了", "卡号***丢了", CARD),
    ("6228480402564890018", "***", CARD),
    ("6228 4804 0256 4890 010", "***", CARD),  # UnionPay with a slip
    ("4111111111111111", "***", CARD),
    ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "***", CARD),
    ("4111 1111 1111 1111", "***", CARD),
    ("4222222222222", "***", CARD),  # thirteen digits
    ("378282246310005", "***", CARD),  # fifteen digits
    ("3782 822463 10005", "***", CARD),
    ("5555555555554444", "***", CARD),
    ("3530111333300000", "***", CARD),
    ("9558801001114990713", "***", CARD),
    ("银行账号 2021041200012345", "银行账号 ***", CARD),  # an account has no check digit
    ("存折账号：10-234567890123", "存折账号：***", CARD),
    ("社保卡号 370200123456789", "社保卡号 ***", CARD),
    # --- e-mail ---
    ("abc@qq.com", "***", EMAIL),
    ("邮箱是 zhang.san_01@example.com.cn 谢谢", "邮箱是 *** 谢谢", EMAIL),
    ("ＡＢＣ＠ＱＱ．ＣＯＭ", "***", EMAIL),
    ("我的邮箱abc+x@mail-1.example.org，", "我的邮箱***，", EMAIL),
    ("12345678@qq.com", "***", EMAIL),
    ("13812345678@163.com", "***", EMAIL),
    ("abc @ qq.com", "***", EMAIL),
    # --- car plates ---
    ("鲁B12345", "***", PLATE),
    ("鲁B·12345", "***", PLATE),
    ("鲁B 12345", "***", PLATE),
    ("鲁 B12345", "***", PLATE),
    ("鲁B-1A2B3", "***", PLATE),
    ("鲁b12345", "***", PLATE),
    ("鲁Ｂ１２３４５", "***", PLATE),
    ("京A1234学", "***", PLATE),
    ("粤Z1234港", "***", PLATE),
    ("鲁BD12345", "***", PLATE),  # new-energy
    ("鲁A12345F", "***", PLATE),
    ("我的车牌是鲁U88Q66，要年检", "我的车牌是***，要年检", PLATE),
    # --- passports and travel permits ---
    ("护照号E12345678", "护照号***", PASSPORT),
    ("护照号码：EA1234567过期了", "护照号码：***过期了", PASSPORT),
    ("港澳通行证C12345678", "港澳通行证***", PASSPORT),
]

LEFT_ALONE = [
    "12345",
    "拨打12345或12333",
    "12329 12366 12393",
    "110 119 120 122",
    "95588客服",
    "4006695568",
    "400-669-5568",
    "0532-83012345",
    "053283012345",
    "(0532)8301-2345",
    "2021年11月20日",
    "2021-11-20",
    "2021/11/20 09:30:00",
    "20211120",
    "2021.11.20-2022.11.19",
    "1949年10月1日到2021年11月20日",
    "受理编号2021-0412-000123",
    "受理编号：20210412000123",
    "受理编号 2021 0412 000123",
    "受理号SD20210412000123",
    "我的受理编号是13812345678",
    "业务流水号 4111111111111111",
    "办件编号3702021990010112",
    "受理编号370202199001011230",
    "流水号110105491231002",
    "2021-0412-000123",
    "2021041200012344",
    "2021 0412 0001 2344",
    "鲁公网安备 37020202000001号",
    "国办发〔2020〕35号",
    "统一社会信用代码91370200MA3C12345X",
    "信用代码 913702127180000004",
    "91370200163562681G",
    "区划代码370202",
    "370200 370600 371000 370700 371100",
    "发票代码137022100123",
    "订单号 6222021001116245702",
    "40元",
    "1380元",
    "13,812,345,678元",
    "1234567890元",
    "注册资本1000000000000元",
    "面积138.12平方米",
    "3.1415926535897",
    "28岁，交了15年社保",
    "1381234567",
    "138123456789",
    "12812345678",
    "23812345678",
    "1 2 3 4 5 6 7 8 9 10 11",
    "1 3 5 7 9 11 13 15 17",
    "1 30 40 50 60 70 8",
    "1、2、3、4、5、6、7",
    "身份证丢了去哪补办",
    "银行卡丢了怎么办",
    "身份证号15位变18位怎么办",
    "身份证有效期10年、20年",
    "鲁A",
    "鲁A1234",
    "鲁B2021年检",
    "鲁ICP备12345678号",
    "鲁政办字2021年",
    "新ABCDEFG",
    "川A和川B",
    "青岛到烟台G20高速",
    "护照多少钱",
    "E12345678",
    "护照和身份证 3 天能办好吗",
    "@所有人",
    "a@b",
    "www.gov.cn",
    "https://gab.122.gov.cn/m/login",
    "GB/T 2260-2007",
    "9:00-11:30，13:00-17:00",
    "1000000000000000",
    "999100000000000",
    "991332194912310022",
    "110105194913310021",
    "***",
    "",
]


@pytest.mark.parametrize(("text", "masked", "kind"), MASKED, ids=[text for text, _, _ in MASKED])
def test_a_personal_number_is_taken_out(text: str, masked: str, kind: Personal | None) -> None:
    result = mask(text)

    assert result.text == masked
    assert result.found[:1] == ((kind,) if kind else ())
    assert len(result.found) == masked.count(MASK)


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_no_personal_number_stays(text: str) -> None:
    assert mask(text).text == text


def test_several_kinds_in_one_text_are_named_in_order() -> None:
    result = mask(f"{A}，电话13812345678，鲁B12345，a@b.cn，卡6222021001116245702")

    assert result.text == "***，电话***，***，***，卡***"
    assert result.found == (ID, PHONE, PLATE, EMAIL, CARD)


def test_the_tables_are_large_enough_to_mean_something() -> None:
    assert len(MASKED) + len(LEFT_ALONE) >= 150


@given(st.text(alphabet="0123456789Xx -.鲁B@号编证卡身份a，", max_size=60))
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text).text

    assert mask(once).text == once


@given(
    st.integers(0, 99),
    st.dates(),
    st.integers(0, 999),
    st.sampled_from(["", " ", "-", "\u3000", "·"]),
    st.sampled_from(["{}", "我的身份证是{}，补办", "x{}", "受理编号{}", "{}。"]),
)
def test_every_right_id_number_is_masked(area: int, born: object, order: int, gap: str, text: str) -> None:
    day = f"{born:%Y%m%d}".rjust(8, "0")
    if day < "19000101" or day > "20991231":
        day = "19900101"
    head = f"3702{area:02d}{day}{order:03d}"
    number = head + check_digit(head)

    masked = mask(text.format(gap.join([number[:6], number[6:14], number[14:]]))).text

    assert masked == text.format(MASK)


@given(st.integers(10**14, 10**15 - 1))
def test_luhn_accepts_exactly_one_last_digit(head: int) -> None:
    assert sum(luhn(f"{head}{last}") for last in range(10)) == 1


@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    result = mask(text)

    assert (result.text == text) or result.found
