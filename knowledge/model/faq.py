"""A Faq is one standard question with its answer (标准问题, 相似问法, 答案), as hotlines keep them."""

from __future__ import annotations

from pydantic import Field

from knowledge.model.guide import Guide, QuestionAnswer, Source
from knowledge.model.item import Item
from knowledge.model.record import Names, Record, RecordId, RegionCode
from knowledge.model.region import NATIONWIDE

FAQ_CATEGORY = "常见问题"
"""The category under which FAQs are searched."""


class Faq(Record):
    """A question as people are known to ask it. `source` names the document the answer comes from."""

    id: RecordId
    question: str = Field(min_length=1)
    similar: Names = ()
    answer: str = Field(min_length=1)
    region: RegionCode = NATIONWIDE
    source: str = ""
    source_url: str = ""
    publish_date: str = Field(default="", pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")
    fictional: bool = False


def faq_records(faq: Faq) -> tuple[Item, Guide]:
    """The FAQ as search and answering know it: an Item of its own and a Guide holding the answer.

    In: one FAQ. Out: an item named by the question (the similar questions are its aliases) and the
    guide of the FAQ's region whose only content is that question with its answer.
    """
    item = Item(
        id=faq.id,
        task_name=faq.question,
        category=FAQ_CATEGORY,
        aliases=faq.similar,
        fictional=faq.fictional,
    )
    sources: tuple[Source, ...] = ()
    if faq.source or faq.source_url:
        sources = (Source(name=faq.source or faq.source_url, url=faq.source_url, published=faq.publish_date),)
    guide = Guide(
        id=f"{faq.id}@{faq.region}",
        item_id=faq.id,
        region=faq.region,
        task_name=faq.question,
        questions=(QuestionAnswer(question=faq.question, answer=faq.answer),),
        publish_date=faq.publish_date,
        sources=sources,
        fictional=faq.fictional,
    )
    return item, guide
