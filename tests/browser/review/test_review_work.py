"""The work of a reviewer among five thousand conversations: find, see why, judge, teach, hand on, take away."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from openpyxl import load_workbook
from playwright.async_api import Download, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.review_tables import ReviewJudgement, ReviewProposal
from bot.store.staff_values import Role
from bot.store.tables import Conversation, Message
from tests.browser.console.conftest import clean, picture
from tests.browser.review.conftest import Log, search
from tests.support.talks import fill, talk

QUESTION = "上周在菜市场身份证弄丢了又找回来，想换一张新的去哪办"
CHINA = ZoneInfo("Asia/Shanghai")


async def told(log: Log, text: str, *, minutes_ago: int = 5) -> int:
    """One more conversation, answered from the guide; out: its number."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    seed = next(n for n in range(99) if Random(n).choice(range(20)) < 12)  # the dice say: answered
    return await log.database.write(
        lambda session: talk(session, 900_000 + minutes_ago, at, [text], Random(seed)).id
    )


async def saved(page: Page, item: str) -> Download:
    await page.get_by_role("button", name="导出").click()
    async with page.expect_download() as download:
        await page.get_by_role("menuitem", name=item).click()
    return await download.value


async def content(download: Download) -> bytes:
    path = await download.path()
    return await asyncio.to_thread(path.read_bytes)


async def test_one_of_five_thousand_is_found_judged_and_learnt_from(log: Log) -> None:
    await fill(log.database, 5000, datetime.now(UTC) - timedelta(hours=2))
    number = await told(log, QUESTION)
    page = await log.page("review")
    await expect(page.get_by_role("status").filter(has_text="条")).to_contain_text("条以上")
    rows = await search(page, "菜市场")
    await expect(rows).to_have_count(1)
    assert await page.locator("mark").all_inner_texts() == ["菜市场"]
    await rows.get_by_role("link").click()
    await expect(page.get_by_role("heading", name=f"对话 {number}")).to_be_visible()

    panel = page.get_by_role("tabpanel")
    for said in (
        "去哪儿办 (ask_where, 97%)",
        QUESTION,
        "居民身份证换领",
        "居民身份证补领（第 1 版）",
        "办理地点",
        "3.127",
    ):
        await expect(panel).to_contain_text(said)
    await page.get_by_role("tab", name="评判").click()
    await page.get_by_text("指南不对", exact=True).click()
    await page.get_by_role("textbox", name="按问题或事项名称查找指南").fill("换领身份证")
    await panel.get_by_role("button", name="查找", exact=True).click()
    await page.get_by_role("listitem").filter(has_text="居民身份证换领").get_by_role("button").click()
    await page.get_by_label("要学的话").fill("身份证找回来了想换新的")
    await page.get_by_label("说明").fill("市民要换新的，不是补办")
    await page.get_by_role("button", name="提交评判").click()
    await expect(panel.get_by_role("status")).to_contain_text("等另一位同事复核")
    await expect(panel).to_contain_text("市民要换新的，不是补办")
    await expect(page.locator("article.chosen")).to_contain_text("指南不对")
    await picture(page, "review-judged")
    await clean(page)

    await panel.get_by_role("link", name="去待复核").click()
    own = page.get_by_role("row", name="身份证找回来了想换新的")
    await expect(own).to_contain_text("自己提的，由同事复核")
    assert await own.get_by_role("button", name="复核", exact=True).count() == 0
    await picture(page, "review-proposals-own")
    await clean(page)

    other = await log.page("proposals", who=log.supervisor)
    await expect(other.get_by_role("link", name="待复核")).to_contain_text("1")
    await other.get_by_role("button", name="复核", exact=True).click()
    dialog = other.get_by_role("dialog")
    await expect(dialog).to_contain_text("会找到“居民身份证换领”")
    await expect(dialog).to_contain_text("今天这样问会找到")
    await picture(other, "review-proposal")
    await clean(other)
    await dialog.get_by_role("button", name="批准").click()
    await expect(other.get_by_text("没有待复核的建议")).to_be_visible()
    await other.get_by_text("已批准", exact=True).click()
    await expect(other.get_by_role("row", name="身份证找回来了想换新的")).to_contain_text("李娜")
    await picture(other, "review-proposals-approved")
    await clean(other)
    async with other.expect_download() as download:
        await other.get_by_role("button", name="下载回归测试").click()
    kept = (await content(await download.value)).decode()
    assert "says: 身份证找回来了想换新的" in kept and "guide: id_card_renew" in kept

    await page.goto(log.console.address("review?flag=corrected"))
    await expect(page.locator("table.found tbody tr")).to_have_count(1)
    await expect(page.locator("table.found tbody")).to_contain_text("菜市场")


async def test_a_proposal_is_rejected_with_a_reason_its_proposer_reads(log: Log) -> None:
    number = await told(log, QUESTION)
    page = await log.page(f"review/conversations/{number}")
    await page.get_by_role("tab", name="评判").click()
    await page.get_by_text("指南不对", exact=True).click()
    await page.get_by_role("listitem").filter(has_text="居民身份证换领").get_by_role("button").click()
    await page.get_by_text("别名：这是这件事的另一个名字").click()
    await page.get_by_role("button", name="提交评判").click()
    await expect(page.get_by_role("tabpanel").get_by_role("status")).to_contain_text("等另一位同事复核")

    other = await log.page("proposals", who=log.supervisor)
    await other.get_by_role("button", name="复核", exact=True).click()
    dialog = other.get_by_role("dialog")
    await expect(dialog).to_contain_text("凡是提到它的问题都会受影响")
    await dialog.get_by_role("button", name="驳回").click()
    await dialog.get_by_role("button", name="驳回").click()
    await expect(dialog).to_contain_text("请写明理由")
    await dialog.get_by_label("驳回的理由").fill("这句话太长，不是名字")
    await picture(other, "review-proposal-reject")
    await clean(other)
    await dialog.get_by_role("button", name="驳回").click()
    await expect(other.get_by_text("没有待复核的建议")).to_be_visible()
    await page.goto(log.console.address("proposals"))
    await page.get_by_text("已驳回", exact=True).click()
    await expect(page.get_by_role("row", name="菜市场")).to_contain_text("这句话太长，不是名字")


async def test_nobody_judges_over_a_colleague_unseen(log: Log) -> None:
    number = await told(log, QUESTION)
    mine = await log.page(f"review/conversations/{number}")
    hers = await log.page(f"review/conversations/{number}", who=log.supervisor)
    for page in (mine, hers):
        await page.get_by_role("tab", name="评判").click()
    await hers.get_by_text("不完整", exact=True).click()
    await hers.get_by_label("说明").fill("少了要带的材料")
    await hers.get_by_role("button", name="提交评判").click()
    await expect(hers.get_by_role("tabpanel")).to_contain_text("少了要带的材料")
    await mine.get_by_text("正确", exact=True).click()
    await mine.get_by_label("说明").fill("我看没问题")
    await mine.get_by_role("button", name="提交评判").click()
    await expect(mine.get_by_role("alert")).to_contain_text("刚才有同事评判了")
    await expect(mine.get_by_role("region", name="同事刚刚的评判")).to_contain_text("少了要带的材料")
    await expect(mine.get_by_label("说明")).to_have_value("我看没问题")
    await picture(mine, "review-judged-meanwhile")
    await clean(mine)
    await mine.get_by_role("button", name="仍然提交我的评判").click()
    history = mine.get_by_role("tabpanel").get_by_role("list").get_by_role("listitem")
    await expect(history).to_have_count(2)
    await expect(history.first).to_contain_text("以此为准")
    await picture(mine, "review-history")
    verdicts = await log.database.read(
        lambda session: (
            session.execute(select(ReviewJudgement.verdict).order_by(ReviewJudgement.id)).scalars().all()
        )
    )
    assert [one.value for one in verdicts] == ["incomplete", "right"]


async def test_pages_neither_repeat_nor_skip_while_people_talk(log: Log) -> None:
    await fill(log.database, 130, datetime.now(UTC) - timedelta(hours=2))
    expected = await log.database.read(
        lambda session: (
            session.execute(select(Message.id).where(Message.reply_to.is_(None)).order_by(Message.id.desc()))
            .scalars()
            .all()
        )
    )
    page = await log.page("review")
    rows = page.locator("table.found tbody tr")
    await expect(rows).to_have_count(50)
    for minute in range(1, 9):
        await told(log, f"新来的问题{minute}", minutes_ago=minute)
        more = page.get_by_role("button", name="加载更多")
        if await more.count() == 0:
            break
        before = await rows.count()
        await more.click()
        await expect(rows).not_to_have_count(before)
    await expect(page.get_by_text("没有更早的了")).to_be_visible()
    links = await rows.get_by_role("link").evaluate_all(
        "all => all.map(one => Number(new URL(one.href).searchParams.get('message')))"
    )
    assert links == list(expected)


async def test_several_are_judged_labelled_and_assigned_at_once(log: Log) -> None:
    await fill(log.database, 12, datetime.now(UTC) - timedelta(hours=2))
    page = await log.page("review")
    rows = page.locator("table.found tbody tr")
    await expect(rows.first).to_be_visible()
    for number in range(3):
        await rows.nth(number).get_by_role("checkbox").check()
    await page.get_by_role("button", name="加标签", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("标签").fill("待培训")
    await dialog.get_by_role("button", name="确定").click()
    await expect(page.get_by_text("已给 3 条加上“待培训”")).to_be_visible()
    await expect(rows.filter(has_text="待培训")).to_have_count(3)

    for number in range(2):
        await rows.nth(number).get_by_role("checkbox").check()
    await page.get_by_role("button", name="分派", exact=True).click()
    await dialog.get_by_role("combobox", name="分派给").click()
    await page.get_by_role("option", name="李娜").click()
    await dialog.get_by_label("说明").fill("请看看答得对不对")
    await dialog.get_by_role("button", name="确定").click()
    await expect(page.get_by_text("已分派 2 条给 李娜")).to_be_visible()

    other = await log.page("assignments", who=log.supervisor)
    tasks = other.locator("table.list tbody tr")
    await expect(tasks).to_have_count(2)
    await expect(tasks.first).to_contain_text("请看看答得对不对")
    await picture(other, "review-assignments")
    await clean(other)
    await tasks.first.get_by_role("button", name="办结").click()
    await expect(tasks).to_have_count(1)
    await other.get_by_text("已办结", exact=True).first.click()
    await expect(tasks.first).to_contain_text("孙丽")
    await page.goto(log.console.address("assignments"))
    await page.get_by_text("我分出去的").click()
    await expect(page.locator("table.list tbody tr")).to_have_count(1)

    await page.goto(log.console.address("review?label=待培训"))
    await expect(rows).to_have_count(3)
    await page.get_by_label("选择显示的全部").check()
    await page.get_by_role("button", name="评判", exact=True).click()
    await dialog.get_by_text("应转人工", exact=True).click()
    await dialog.get_by_role("button", name="确定").click()
    await expect(rows.filter(has_text="应转人工")).to_have_count(3)


async def test_a_search_is_kept_and_opened_again(log: Log) -> None:
    await fill(log.database, 30, datetime.now(UTC) - timedelta(hours=2))
    page = await log.page("review?channel=wechat")
    await expect(page.locator("table.found tbody tr").first).to_be_visible()
    await page.get_by_role("button", name="存为常用").click()
    await page.get_by_role("dialog").get_by_label("名称").fill("微信来的")
    await picture(page, "review-save-filter")
    await clean(page)
    await page.get_by_role("dialog").get_by_role("button", name="保存").click()
    await page.get_by_role("button", name="清除条件").click()
    await expect(page).to_have_url(log.console.address("review"))
    await page.get_by_role("button", name="微信来的", exact=True).click()
    await expect(page).to_have_url(log.console.address("review?channel=wechat"))
    await expect(page.locator("table.found tbody tr td:last-child").first).to_contain_text("微信")
    other = await log.page("review", who=log.supervisor)
    await expect(other.get_by_text("常用筛选")).to_be_visible()
    assert await other.get_by_role("button", name="微信来的").count() == 0, "everybody has their own"
    await page.get_by_role("button", name="删除常用筛选“微信来的”").click()
    await page.get_by_role("button", name="确定").click()
    await expect(page.get_by_role("button", name="微信来的", exact=True)).to_have_count(0)


async def test_an_export_says_what_the_page_says(log: Log) -> None:
    await log.filled(60)
    page = await log.page("review?outcome=answered")
    rows = page.locator("table.found tbody tr")
    await expect(rows.first).to_be_visible()
    found = await log.database.read(
        lambda session: [
            (conversation, question)
            for conversation, question in session.execute(
                select(Conversation, Message)
                .join(Message, Message.conversation_id == Conversation.id)
                .where(Message.id.in_(select(Message.reply_to).where(Message.outcome == "answered")))
                .order_by(Message.id.desc())
            )
        ]
    )
    as_csv = await saved(page, "CSV 文件")
    assert as_csv.suggested_filename == f"对话记录-{datetime.now(CHINA):%Y%m%d}.csv"
    text = (await content(as_csv)).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    as_book = await saved(page, "Excel 文件")
    [sheet] = load_workbook(io.BytesIO(await content(as_book))).worksheets
    cells = [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]
    assert [[cell.replace("\r\n", "\n") for cell in row] for row in lines] == cells, (
        "the two are the same, cell by cell"
    )
    assert all(cell.data_type in ("s", "inlineStr", "n") for row in sheet.iter_rows() for cell in row)

    columns = {heading: place for place, heading in enumerate(lines[0])}
    assert len(lines) - 1 == len(found)
    for (conversation, question), line in zip(found, lines[1:], strict=True):
        cell = {heading: line[place] for heading, place in columns.items()}
        assert cell["对话编号"] == str(conversation.id)
        assert cell["消息编号"] == str(question.id)
        assert cell["市民提问"] == question.text
        assert cell["时间"] == f"{question.created_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
        assert cell["渠道"] == {"widget": "网站", "wechat": "微信", "rest": "接口"}[conversation.channel]
        assert cell["答复"] == f"居民身份证补领：到户籍地或居住地派出所办理。您问的是“{question.text}”。"
        assert cell["答复来源"] == "AI 生成"
        assert cell["结果"] == "已答复"
        assert cell["办事指南"] == "居民身份证补领（id_card_reissue@000000）"
        assert cell["依据"] == "中华人民共和国居民身份证法 2011-10-29 https://example.gov.cn/law"
    shown = await rows.get_by_role("link").all_inner_texts()
    assert shown == [line[columns["市民提问"]] for line in lines[1 : len(shown) + 1]]


async def unanswered(log: Log, *wordings: str) -> None:
    """Questions nothing was found for, a minute apart."""
    at = datetime.now(UTC) - timedelta(hours=1)
    dice = next(n for n in range(200) if 15 <= Random(n).choice(range(20)) < 18)  # nothing found

    def asked(session: Session) -> None:
        for n, text in enumerate(wordings):
            talk(session, n, at + timedelta(minutes=n), [text], Random(dice))

    await log.database.write(asked)


async def phrases(log: Log) -> list[str]:
    query = select(ReviewProposal.phrase)
    return sorted(await log.database.read(lambda session: session.execute(query).scalars().all()))


async def test_a_group_of_unanswered_questions_is_given_its_guide(log: Log) -> None:
    await unanswered(log, "身份证过期了咋整", "身份证过期了，咋整？", "我的身份证过期了咋整啊", "轮椅上牌")
    page = await log.page("unanswered")
    group = page.locator(".groups > li").first
    await expect(group).to_contain_text("3 次")
    await group.get_by_role("button", name="选指南").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="确定").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("请先选一份指南")
    await dialog.get_by_role("listitem").filter(has_text="居民身份证换领").get_by_role("button").click()
    await picture(page, "review-group-chosen")
    await clean(page)
    await dialog.get_by_role("button", name="确定").click()
    await expect(page.get_by_text("已处理 3 个问题，提出 2 条学习建议")).to_be_visible()
    await expect(page.locator(".groups > li")).to_have_count(1)
    assert await phrases(log) == sorted(["身份证过期了，咋整？", "我的身份证过期了咋整啊"])
    await page.get_by_role("button", name="没有这件事").click()
    await page.get_by_role("dialog").get_by_role("button", name="确定").click()
    await expect(page.get_by_text("没有没答上的问题")).to_be_visible()


async def test_a_group_a_colleague_was_at_is_shown_as_it_is_now(log: Log) -> None:
    await unanswered(log, "身份证过期了咋整", "身份证过期了，咋整？", "我的身份证过期了咋整啊")
    page = await log.page("unanswered")
    await page.get_by_role("button", name="选指南").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("listitem").filter(has_text="居民身份证换领").get_by_role("button").click()
    await dialog.get_by_label("说明").fill("过期就是换领")

    hers = await log.page("unanswered", who=log.supervisor)
    await hers.get_by_text("最近的问法").click()
    await hers.get_by_role("link", name="我的身份证过期了咋整啊").click()
    await hers.get_by_role("tab", name="评判").click()
    await hers.get_by_text("应转人工", exact=True).click()
    await hers.get_by_label("说明").fill("这位老人要人帮")
    await hers.get_by_role("button", name="提交评判").click()
    await expect(hers.get_by_role("tabpanel").get_by_role("list")).to_contain_text("这位老人要人帮")

    await dialog.get_by_role("button", name="确定").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("刚被同事评判")
    changed = dialog.get_by_role("region", name="同事评判了其中 1 个")
    for said in ("我的身份证过期了咋整啊", "李娜", "应转人工", "这位老人要人帮"):
        await expect(changed).to_contain_text(said)
    await expect(dialog.get_by_label("说明")).to_have_value("过期就是换领")
    chosen = dialog.get_by_role("listitem").filter(has_text="居民身份证换领").get_by_role("button")
    await expect(chosen).to_have_attribute("aria-pressed", "true")
    assert await phrases(log) == [], "nothing was kept"
    await picture(page, "review-group-meanwhile")
    await clean(page)
    await dialog.get_by_role("button", name="提交这 2 个").click()
    await expect(page.get_by_text("没有没答上的问题")).to_be_visible()
    assert await phrases(log) == ["身份证过期了，咋整？"]
    kept = select(ReviewJudgement.verdict).order_by(ReviewJudgement.id)
    verdicts = await log.database.read(lambda session: session.execute(kept).scalars().all())
    assert [one.value for one in verdicts] == ["should_have_handed_off", "wrong_guide", "wrong_guide"]


async def test_what_is_there_is_offered_by_name(log: Log) -> None:
    await log.filled(20)
    page = await log.page("review?agent=wang.fang")
    rows = page.locator("table.found tbody tr")
    await expect(rows.first).to_contain_text("王芳")
    await expect(page.get_by_role("combobox", name="坐席")).to_be_visible()
    await expect(page.locator(".form")).to_contain_text("王芳")
    await expect(page.locator(".form")).not_to_contain_text("wang.fang")
    await page.get_by_role("combobox", name="区域").click()
    offered = page.get_by_role("option").filter(has_text="青岛市")
    await expect(offered.first).to_be_visible()
    await expect(page.get_by_role("option").filter(has_text="济南")).to_have_count(0)
    await picture(page, "review-choices")


async def test_a_person_is_erased_after_the_number_is_typed_again(log: Log) -> None:
    number = await told(log, QUESTION)
    page = await log.page(f"review/conversations/{number}", who=log.supervisor)
    await page.get_by_role("link", name="删除此人数据").click()
    await page.get_by_role("button", name="删除此人数据").click()
    await expect(page.get_by_text("请写明理由")).to_be_visible()
    await page.get_by_label("理由").fill("本人书面申请，登记号 2026-17")
    await page.get_by_role("button", name="删除此人数据").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="永久删除")).to_be_disabled()
    await dialog.get_by_label("再输一遍对话编号").fill(str(number))
    await picture(page, "review-erase-sure")
    await clean(page)
    await dialog.get_by_role("button", name="永久删除").click()
    await expect(page.get_by_role("status").filter(has_text="已删除 2 条消息")).to_be_visible()
    await picture(page, "review-erased")
    await page.goto(log.console.address(f"review/conversations/{number}"))
    await expect(page.get_by_role("alert")).to_be_visible()
    await picture(page, "review-conversation-gone")
    await clean(page)
    await page.goto(log.console.address("review?q=菜市场"))
    await expect(page.get_by_text("没有符合条件的记录")).to_be_visible()


async def test_only_administrators_change_how_long_things_are_kept(log: Log) -> None:
    page = await log.page("keeping", who=log.supervisor)
    await expect(page.get_by_text("只有管理员能修改")).to_be_visible()
    await expect(page.get_by_label("保存天数")).to_be_disabled()
    admin = await log.console.account("zhou.min", Role.ADMIN, "周敏")
    page = await log.page("keeping", who=admin)
    await page.get_by_label("保存天数").fill("6")
    await expect(page.get_by_text("请填 7 到 3650 之间的整数")).to_be_visible()
    await page.get_by_label("保存天数").fill("180")
    await page.get_by_role("button", name="保存", exact=True).click()
    await expect(page.get_by_role("dialog")).to_contain_text("改成 180 天后")
    await page.get_by_role("dialog").get_by_role("button", name="确定").click()
    await expect(page.get_by_text("已保存")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("保存天数")).to_have_value("180")
    reviewer = await log.page("keeping")
    await expect(reviewer.get_by_role("heading", name="没有这个页面")).to_be_visible()


async def test_every_look_is_in_the_audit_log(log: Log) -> None:
    number = await told(log, QUESTION)
    page = await log.page("review?q=菜市场")
    await expect(page.locator("table.found tbody tr")).to_have_count(1)
    await page.locator("table.found tbody a").click()
    await expect(page.get_by_role("heading", name=f"对话 {number}")).to_be_visible()
    await page.goto(log.console.address("review?q=菜市场"))
    await saved(page, "CSV 文件")
    entries = await log.console.staff.audit.entries()
    seen = {(entry.action, entry.object) for entry in entries if entry.actor == "sun.li"}
    assert {
        ("review_searched", ""),
        ("review_read", f"conversation:{number}"),
        ("review_exported", ""),
    } <= seen


async def test_pages_say_when_the_parts_behind_them_are_away(log: Log) -> None:
    await told(log, QUESTION)
    page = await log.page("review")
    await page.locator("table.found tbody a").click()
    await page.get_by_role("tab", name="评判").click()
    await expect(page.get_by_text("指南不对", exact=True)).to_be_visible()
    await page.context.set_offline(True)
    await page.get_by_text("指南不对", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("连不上服务器")
    await picture(page, "review-judge-offline")
    await clean(page)
    await page.get_by_role("link", name="查记录").click()
    await expect(page.get_by_role("alert").first).to_contain_text("连不上服务器")
    await picture(page, "review-offline")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="重试").first.click()
    await expect(page.locator("table.found tbody tr")).to_have_count(1)
