"""The pages of guides: whole, safe, found again unchanged, and honest about what is old or missing."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from sqlalchemy import update

from bot.errors import PartUnavailable
from bot.pages.library import Library
from bot.store import Database, KnowledgeStatus, KnowledgeStore
from bot.store.tables import KnowledgeVersion
from knowledge.importers import read_path
from knowledge.model import Bundle, Faq, Guide, Item, Law, Lobby, Material, QuestionAnswer, Record, Source
from tests.app.front.conftest import Front, StartFront
from tests.support.pages import DEMO, SAMPLES

PAGE = "/guides/company_setup%40990100"


class Page(HTMLParser):
    """The tags and the visible text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._in_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_script = tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._in_script:
            self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.tags if re.fullmatch("h[1-6]", tag)]


@pytest.fixture
async def pages(start_front: StartFront, database: Database) -> Front:
    """A front with the fictional city published."""
    await publish(database, *DEMO)
    return await start_front()


async def publish(database: Database, *records: Record) -> None:
    await KnowledgeStore(database).publish(records, "test")


async def get(front: Front, path: str, status: int = 200) -> Page:
    response = await front.client.get(path)
    html = await response.text()
    assert response.status == status, html
    assert response.content_type == "text/html"
    return Page(html)


def plain(**fields: Any) -> Guide:
    return Guide(id="permit@990100", item_id="permit", region="990100", task_name="示例证", **fields)


PERMIT = Item(id="permit", task_name="示例证", category="测试")


async def test_a_guide_page_has_every_field(pages: Front) -> None:
    """Each text field of a guide of the fictional city, which fills in every one, stands on its page."""
    guide = next(
        record for record in DEMO if isinstance(record, Guide) and record.id == "company_setup@990100"
    )
    told = "".join((await get(pages, PAGE)).text.split())

    ours = {"id", "item_id", "region", "status", "supersedes", "aliases"}
    said = [
        *(value for name, value in guide if isinstance(value, str) and name not in ours and value),
        *(m.material_name for m in guide.materials),
        *(step.explain for step in guide.flow_steps),
        *(text for lobby in guide.lobbies for text in (lobby.name, lobby.address, lobby.window, lobby.phone)),
        *(scope.explain for scope in guide.handle_scopes),
        *(scope.rule.name for scope in guide.handle_scopes),
        *(fee.fee_stand for fee in guide.fees),
        *(text for pair in guide.questions for text in (pair.question, pair.answer)),
        *(law.law_name for law in guide.by_law),
        *(source.name for source in guide.sources),
        *guide.notes,
    ]
    # The steps stand for the sentence that sums them up.
    missing = [text for text in said if "".join(text.split()) not in told and text != guide.handle_flow]
    assert missing == []
    assert len(said) > 50


async def test_every_sample_guide_has_its_pages(pages: Front) -> None:
    for guide in (record for record in DEMO if isinstance(record, Guide)):
        path = f"/guides/{quote(guide.id, safe='')}"
        page = await get(pages, path)

        assert guide.task_name in page.text
        assert "虚构示例" in page.text
        assert guide.task_name in (await get(pages, f"{path}/checklist")).text
        assert (await pages.client.get(f"{path}/flow.svg")).status == (
            200 if len(guide.flow_steps) > 1 else 404
        )


async def test_real_samples_are_not_marked_as_fictional(start_front: StartFront, database: Database) -> None:
    batch = read_path(SAMPLES / "national")
    await publish(database, *batch.items, *batch.guides)
    page = await get(await start_front(), "/guides/id_card_reissue%40000000")

    assert "虚构" not in page.text
    assert "信息以官方最新公布" in page.text
    assert [a for a in page.named("a") if (a.get("href") or "").startswith("https://")]


@pytest.mark.parametrize(
    "path",
    [PAGE, f"{PAGE}/checklist", "/guides", "/bundles", "/bundles/demo_open_restaurant", "/guides/none"],
)
async def test_pages_can_be_used_by_everybody(pages: Front, path: str) -> None:
    page = await get(pages, path, 404 if path.endswith("none") else 200)

    assert page.named("html")[0]["lang"] == "zh-CN"
    assert len(page.named("main")) == len(page.named("title")) == page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {label.get("for") for label in page.named("label")}
    fields = [f for tag, f in page.tags if tag in ("input", "select") and f.get("type") != "hidden"]
    assert {field.get("id") for field in fields} <= labelled
    assert all("alt" in image for image in page.named("img"))
    for _, attributes in page.tags:
        named_by = (attributes.get("aria-labelledby") or "").split()
        assert set(named_by) <= set(ids)


async def test_links_of_a_page_lead_somewhere(pages: Front) -> None:
    own = set()
    for path in (PAGE, f"{PAGE}/checklist", "/guides", "/bundles/demo_open_restaurant"):
        page = await get(pages, path)
        addresses = {a.get("href") or "" for _, a in page.tags} | {a.get("src") or "" for _, a in page.tags}
        own |= {address for address in addresses if address.startswith("/")}

    assert len(own) > 10
    for address in own - {"/"}:
        response = await pages.client.get(address)
        assert response.status == 200, address


async def test_nothing_inline_and_nothing_foreign(pages: Front) -> None:
    for path in (PAGE, "/guides", f"{PAGE}/checklist"):
        response = await pages.client.get(path)
        policy = response.headers["Content-Security-Policy"]
        page = Page(await response.text())

        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert page.named("style") == []
        assert [script.get("src") for script in page.named("script")] == ["/pages/print.js"]
        for _, attributes in page.tags:
            assert not [name for name in attributes if name.startswith("on") or name == "style"]


HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"


async def test_markup_in_a_guide_stays_text(start_front: StartFront, database: Database) -> None:
    """Every text field of a guide is hostile; not one becomes a tag, an attribute or a link."""
    filled: dict[str, Any] = {
        name: HOSTILE
        for name, field in Guide.model_fields.items()
        if field.annotation is str
        and name not in ("id", "item_id", "region", "task_name", "publish_date", "supersedes")
    }
    guide = plain(
        **filled,
        materials=(Material(material_name=HOSTILE, form_url="javascript:alert(1)", source_explain=HOSTILE),),
        lobbies=(Lobby(name=HOSTILE, address=HOSTILE, phone=HOSTILE),),
        questions=(QuestionAnswer(question=HOSTILE, answer=HOSTILE),),
        by_law=(Law(law_name=HOSTILE),),
        sources=(
            Source(name=HOSTILE, url="javascript:alert(1)"),
            Source(name="甲", url='https://a.example/"onclick='),
        ),
        notes=(HOSTILE,),
    )
    guide = guide.model_copy(update={"task_name": HOSTILE})
    bundle = Bundle(id="b", name=HOSTILE, guides=(guide.id, "none@990100"), explain=HOSTILE)
    await publish(database, PERMIT, guide, bundle)
    front = await start_front()

    for path in (
        "/guides/permit%40990100",
        "/guides/permit%40990100/checklist",
        "/guides",
        "/bundles",
        "/bundles/b",
    ):
        page = await get(front, path)
        assert HOSTILE in page.text
        assert "49" not in page.text
        assert all(script.get("src") == "/pages/print.js" for script in page.named("script"))
        assert [tag for tag, attributes in page.tags if {"onerror", "onclick"} & set(attributes)] == []
        assert "javascript:" not in "".join(a.get("href") or "" for a in page.named("a"))


NOT_THERE = (
    "/guides/none%40000000",
    "/guides/..%2F..%2Fetc%2Fpasswd",
    "/guides/%00",
    "/guides/" + "x" * 3000,
    "/guides/%3Cscript%3E",
    "/guides/company_setup%40990100'%20OR%201=1",
    f"{PAGE}?version=0",
    f"{PAGE}?version=-1",
    f"{PAGE}?version=99",
    f"{PAGE}?version=%D9%A1",
    f"{PAGE}?version=9999999999999999999999",
    f"{PAGE}?version=1;drop",
    "/bundles/none",
    "/guides/none/checklist",
)


async def test_what_is_not_there_is_said_in_words(pages: Front) -> None:
    for path in NOT_THERE:
        page = await get(pages, path, 404)

        assert "没有找到这个页面" in page.text
        assert "12345" in page.text


async def test_a_page_that_cannot_be_made_now_says_so(pages: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_self: Library) -> None:
        raise PartUnavailable("The database does not answer.")

    monkeypatch.setattr(Library, "catalog", away)
    page = await get(pages, PAGE, 503)
    assert "请过一会儿再试" in page.text
    assert "database" not in page.text


async def test_an_older_version_says_so_and_leads_to_the_present_one(
    start_front: StartFront, database: Database
) -> None:
    await publish(database, PERMIT, plain(fee_explain="每证10元"))
    await publish(database, plain(fee_explain="每证20元"))
    front = await start_front()

    now = await get(front, "/guides/permit%40990100")
    assert "每证20元" in now.text
    assert "第 2 版" in now.text
    assert "旧版本" not in now.text
    old = await get(front, "/guides/permit%40990100?version=1")
    assert "每证10元" in old.text
    assert "您看的是旧版本（第 1 版）" in old.text
    assert "/guides/permit%40990100" in {a.get("href") for a in old.named("a")}


async def test_a_draft_is_never_shown(start_front: StartFront, database: Database) -> None:
    await publish(database, PERMIT, plain(fee_explain="每证10元"))
    await publish(database, plain(fee_explain="每证20元"))
    drafted = update(KnowledgeVersion).where(
        KnowledgeVersion.key == "permit@990100", KnowledgeVersion.version == 2
    )
    await database.write(lambda session: session.execute(drafted.values(status=KnowledgeStatus.DRAFT)))
    front = await start_front()

    await get(front, "/guides/permit%40990100?version=2", 404)
    await get(front, "/guides/permit%40990100", 404)
    assert "已经撤下" in (await get(front, "/guides/permit%40990100?version=1")).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"expiry_date": date(2020, 1, 1)}, "已于 2020-01-01 停止使用"),
        ({"effective_date": date(2999, 1, 1)}, "从 2999-01-01 起施行"),
        ({"status": "planned"}, "还没有实施"),
        ({"status": "pilot"}, "试点"),
        ({"unverified_fields": ("*",), "fee_explain": "10元"}, "（未核实）"),
    ],
)
async def test_what_cannot_simply_be_followed_is_marked(
    start_front: StartFront, database: Database, fields: dict[str, Any], words: str
) -> None:
    await publish(database, PERMIT, plain(**fields))

    assert words in (await get(await start_front(), "/guides/permit%40990100")).text


async def test_a_change_in_the_store_is_seen(start_front: StartFront, database: Database) -> None:
    await publish(database, PERMIT, plain(fee_explain="每证10元"))
    front = await start_front()
    first = await front.client.get("/guides/permit%40990100")
    assert first.headers["Cache-Control"] == "no-cache"
    tag = {"If-None-Match": first.headers["ETag"]}
    assert (await front.client.get("/guides/permit%40990100", headers=tag)).status == 304

    await publish(database, plain(fee_explain="每证20元"))

    second = await front.client.get("/guides/permit%40990100", headers=tag)
    assert second.status == 200
    assert second.headers["ETag"] != first.headers["ETag"]


async def test_a_question_with_its_answer_has_a_page(start_front: StartFront, database: Database) -> None:
    await publish(
        database, Faq(id="hours", question="几点上班", answer="9:00，打 0532-12345678 问", region="370200")
    )
    front = await start_front()

    page = await get(front, "/guides/hours%40370200")
    assert "9:00" in page.text
    assert "tel:053212345678" in {a.get("href") for a in page.named("a")}
    await get(front, "/guides/hours%40000000", 404)
    assert "几点上班" in (await get(front, "/guides")).text


async def test_the_checklist_is_that_of_the_situation(pages: Front) -> None:
    general = await get(pages, f"{PAGE}/checklist")
    assert len(general.named("select")) == 2
    assert len([i for i in general.named("input") if i.get("type") == "checkbox"]) == 7
    assert "仅限：有限责任公司" in general.text

    mine = await get(pages, f"{PAGE}/checklist?situation=kind%3Dllc&situation=premises%3Drent")
    assert len([i for i in mine.named("input") if i.get("type") == "checkbox"]) == 3
    assert "仅限" not in mine.text
    assert "股东50人以下" in mine.text
    selected = [o.get("value") for o in mine.named("option") if "selected" in o]
    assert selected == ["kind=llc", "premises=rent"]


@pytest.mark.parametrize(
    "query", ["situation=" + "x" * 2000, "situation=kind%3D%3Cscript%3E", "situation=&" * 300, "q=1"]
)
async def test_a_strange_situation_is_the_general_case(pages: Front, query: str) -> None:
    page = await get(pages, f"{PAGE}/checklist?{query}")

    assert len([i for i in page.named("input") if i.get("type") == "checkbox"]) == 7


async def test_a_bundle_merges_the_lists(pages: Front) -> None:
    page = await get(pages, "/bundles/demo_open_restaurant")
    assert "由“公司设立登记（示例市，虚构）”办出，不用另带" in page.text
    assert len([i for i in page.named("input") if i.get("type") == "checkbox"]) == 12

    chosen = quote("company_setup@990100:kind=llc", safe="")
    fewer = await get(pages, f"/bundles/demo_open_restaurant?situation={chosen}")
    assert len([i for i in fewer.named("input") if i.get("type") == "checkbox"]) == 10

    citizen = (await get(pages, "/bundles/demo_new_citizen")).text
    assert len(re.findall(r"\s居民身份证\s", citizen)) == 1
    assert "demo_new_citizen" not in citizen


async def test_matters_are_found_by_their_names(pages: Front) -> None:
    assert "示例市居民停车证申领" in (await get(pages, "/guides?q=停车证 申领")).text
    assert "没有找到" in (await get(pages, "/guides?q=不存在的事")).text
    folded = await get(pages, f"/guides?q={HOSTILE}")
    assert folded.named("input")[0]["value"] == HOSTILE[:60]
    for strange in ("page=0", "page=99999999999", "page=x", "category=%27", "q=" + "长" * 800):
        await get(pages, f"/guides?{strange}")


async def test_more_guides_than_a_list_holds(
    start_front: StartFront, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pages.library.MOST_LISTED", 3)
    await publish(database, *DEMO)
    front = await start_front()

    assert "这里列不下" in (await get(front, "/guides")).text
    assert "公司设立登记" in (await get(front, PAGE)).text


async def test_the_flow_chart_in_both_forms(pages: Front) -> None:
    drawn = await pages.client.get(f"{PAGE}/flow.svg")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert drawn.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert drawn.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    root = ElementTree.fromstring(await drawn.text())
    words = "".join(root.itertext())
    assert "实名认证" in words
    assert "虚构示例" in words

    picture = await pages.client.get(f"{PAGE}/flow.png")
    data = await picture.read()
    assert picture.headers["Content-Type"] == "image/png"
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20]) == 1080
    tag = {"If-None-Match": picture.headers["ETag"]}
    assert (await pages.client.get(f"{PAGE}/flow.png", headers=tag)).status == 304


async def test_no_chart_without_a_process(start_front: StartFront, database: Database) -> None:
    await publish(database, PERMIT, plain())
    front = await start_front()

    for name in ("flow.svg", "flow.png"):
        response = await front.client.get(f"/guides/permit%40990100/{name}")
        assert (response.status, (await response.json())["error"]["code"]) == (404, "not_found")
    assert "flow.svg" not in await (await front.client.get("/guides/permit%40990100")).text()


@pytest.mark.parametrize(
    ("name", "kind"), [("pages.css", "css"), ("print.js", "javascript"), ("logo.svg", "svg")]
)
async def test_files_of_the_pages(pages: Front, name: str, kind: str) -> None:
    response = await pages.client.get(f"/pages/{name}")

    assert response.status == 200
    assert kind in response.headers["Content-Type"]
    assert (await pages.client.get("/pages/..%2Fviews.py")).status == 404
