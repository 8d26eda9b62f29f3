"""What can be asked about, as the store tells it without reading a guide: on SQLite and on PostgreSQL."""

from __future__ import annotations

from bot.store import KnowledgeStore
from knowledge.model import Faq, Guide, Item

REISSUE = Item(id="reissue", task_name="居民身份证补领", category="户籍")
UNGUIDED = Item(id="unguided", task_name="没有指南的事项", category="户籍")
GUIDE = Guide(id="reissue@000000", item_id="reissue", region="000000", task_name="居民身份证补领")
FAQ = Faq(id="faq-1", question="几点上班", answer="见公告")


async def test_matters_are_items_with_a_guide_and_questions(knowledge: KnowledgeStore) -> None:
    before = await knowledge.newest()
    await knowledge.publish([REISSUE, UNGUIDED, GUIDE, FAQ], "importer")

    items, faqs = await knowledge.matters()
    assert [item.id for item in items] == ["reissue"]
    assert [faq.id for faq in faqs] == ["faq-1"]
    assert await knowledge.newest() > before


async def test_a_publication_without_change_is_none(knowledge: KnowledgeStore) -> None:
    await knowledge.publish([REISSUE, GUIDE], "importer")
    before = await knowledge.newest()
    await knowledge.publish([REISSUE, GUIDE], "importer")

    assert await knowledge.newest() == before
