"""What the public sees of the store, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from sqlalchemy import update

from bot.store import Database, KnowledgeStatus, KnowledgeStore
from bot.store.published import Edition, GuideHead, PublishedKnowledge
from bot.store.tables import KnowledgeVersion
from knowledge.model import Bundle, Guide, Item

ITEM = Item(id="permit", task_name="示例证", category="测试")
GUIDE = Guide(id="permit@990100", item_id="permit", region="990100", task_name="示例证", fictional=True)
NEWER = GUIDE.model_copy(update={"fee_explain": "不收费"})
BUNDLE = Bundle(id="b", name="一件事", guides=(GUIDE.id, "other@990100"))


async def set_status(database: Database, version: int, status: KnowledgeStatus) -> None:
    change = update(KnowledgeVersion).where(
        KnowledgeVersion.key == GUIDE.id, KnowledgeVersion.version == version
    )
    await database.write(lambda session: session.execute(change.values(status=status)))


async def test_the_present_and_the_past_edition(knowledge: KnowledgeStore, database: Database) -> None:
    published = PublishedKnowledge(database)
    await knowledge.publish([ITEM, GUIDE], "test")
    await knowledge.publish([NEWER], "test")

    assert await published.edition("guide", GUIDE.id) == Edition(NEWER, 2, 2)
    assert await published.edition("guide", GUIDE.id, 1) == Edition(GUIDE, 1, 2)
    assert await published.edition("guide", GUIDE.id, 3) is None
    assert await published.edition("guide", "none@990100") is None
    assert await published.edition("faq", GUIDE.id) is None


async def test_drafts_are_not_seen_and_withdrawn_ones_have_no_present(
    knowledge: KnowledgeStore, database: Database
) -> None:
    published = PublishedKnowledge(database)
    await knowledge.publish([ITEM, GUIDE], "test")
    await knowledge.publish([NEWER], "test")
    for status in (KnowledgeStatus.DRAFT, KnowledgeStatus.APPROVED):
        await set_status(database, 2, status)

        assert await published.edition("guide", GUIDE.id) is None
        assert await published.edition("guide", GUIDE.id, 2) is None
        assert await published.edition("guide", GUIDE.id, 1) == Edition(GUIDE, 1, None)


async def test_the_mark_changes_with_what_is_published(knowledge: KnowledgeStore, database: Database) -> None:
    published = PublishedKnowledge(database)
    marks = [await published.mark()]
    await knowledge.publish([ITEM, GUIDE], "test")
    marks.append(await published.mark())
    await knowledge.publish([NEWER], "test")
    marks.append(await published.mark())
    await set_status(database, 2, KnowledgeStatus.RETIRED)
    marks.append(await published.mark())
    assert len(set(marks)) == 4
    await knowledge.publish([ITEM], "test")
    assert await published.mark() == marks[-1], "nothing changed"


async def test_lists_of_few_records_and_heads_of_guides(
    knowledge: KnowledgeStore, database: Database
) -> None:
    published = PublishedKnowledge(database)
    await knowledge.publish([ITEM, GUIDE, BUNDLE], "test")
    await knowledge.publish([NEWER], "test")

    assert await published.every(("item", "bundle", "faq")) == (BUNDLE, ITEM)
    assert await published.guide_heads(0) is None
    assert await published.guide_heads(1) == (GuideHead(GUIDE.id, "permit", "990100", "示例证", True),)
    assert (await knowledge.published()).bundles == (BUNDLE,)
