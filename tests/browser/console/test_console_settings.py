"""Teams, agents and canned replies, as a supervisor sets them up."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.front.keys import DATABASE
from bot.store import KnowledgeStore
from tests.browser.console.conftest import SIZES, Console, clean, picture
from tests.browser.console.floor import open_floor
from tests.unit.knowledge.region_samples import sample_gazetteer


async def test_regions_of_a_team_are_found_by_name(console: Console) -> None:
    await KnowledgeStore(console.front.app[DATABASE]).publish(sample_gazetteer().regions.values(), "test")
    floor = await open_floor(console)
    page = await console.signed_in(floor.boss, "teams")
    await page.get_by_role("row", name="社保专席").get_by_role("button", name="编辑").click()
    field = page.get_by_role("dialog").get_by_role("combobox", name="地区")
    await page.locator(".regions .el-select__wrapper").click()
    await field.press_sequentially("市中区")
    options = page.get_by_role("option")
    await expect(options.first).to_have_text("市中区（济南）山东省 · 济南市 · 区")
    await expect(options.nth(1)).to_have_text("市中区（枣庄）山东省 · 枣庄市 · 区")
    await picture(page, "teams-regions")
    await clean(page)
    await options.nth(1).click()
    await field.press_sequentially("泉城")
    await expect(options).to_have_text(["济南市山东省 · 地市"])
    await options.first.click()
    await field.press_sequentially("火星")
    await expect(page.get_by_text("没有找到这个地区")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("dialog")).to_contain_text("市中区（枣庄）")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("row", name="社保专席")).to_contain_text("市中区（枣庄）、济南市")
    team = next(one for one in await floor.api.teams.teams() if one.id == floor.other_team_id)
    assert team.regions == ("370402", "370100")
    await page.get_by_role("row", name="社保专席").get_by_role("button", name="编辑").click()
    await expect(page.get_by_role("dialog")).to_contain_text(
        "市中区（枣庄）"
    )  # by name, nothing looked for yet


@pytest.mark.parametrize("size", list(SIZES))
async def test_a_supervisor_sets_up_the_desk(console: Console, size: str) -> None:
    floor = await open_floor(console)
    page = await console.signed_in(floor.boss, "teams", size)
    await expect(page.locator("table.list tbody tr")).to_have_count(2)
    await picture(page, f"teams-{size}")
    await clean(page)
    await page.get_by_role("button", name="新建服务组").click()
    drawer = page.get_by_role("dialog")
    await drawer.get_by_label("名称").fill("不动产专席")
    await drawer.get_by_label("周六").fill("9点")
    await drawer.get_by_role("button", name="保存").click()
    await expect(drawer.get_by_text("写成 09:00-12:00").first).to_be_visible()
    await picture(page, f"teams-form-{size}")
    await clean(page)
    await drawer.get_by_label("周六").fill("9:00-12:00")
    await drawer.get_by_role("button", name="保存").click()
    row = page.get_by_role("row", name="不动产专席")
    await expect(row).to_be_visible()
    team = next(one for one in await floor.api.teams.teams() if one.name == "不动产专席")
    assert team.hours["sat"] == [["09:00", "12:00"]]

    await page.goto(console.address("agents"))
    await page.get_by_role("row", name="刘洋").get_by_role("button", name="编辑").click()
    await page.get_by_label("工号").fill("B2002")
    await picture(page, f"agents-form-{size}")
    await clean(page)
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("row", name="刘洋")).to_contain_text("B2002")
    await picture(page, f"agents-{size}")
    await clean(page)

    await page.goto(console.address("canned"))
    await expect(page.get_by_text("还没有常用语")).to_be_visible()
    await page.get_by_role("button", name="新建常用语").click()
    await page.get_by_label("快捷词").fill("问好")
    await page.get_by_label("标题").fill("开场白")
    await page.get_by_label("内容").fill("您好，我是")
    await page.get_by_role("button", name="姓名", exact=True).click()
    await picture(page, f"canned-form-{size}")
    await clean(page)
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("row", name="开场白")).to_contain_text("您好，我是{agent}")
    await picture(page, f"canned-{size}")
    await clean(page)
