"""What the store promises about ratings, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import pytest

from bot.errors import NotFound
from bot.store import ConversationStore, Database, Grade, NewReply, RatingStore

REPLY = NewReply(author="bot", text="带户口簿。", payload={"text": "带户口簿。"}, outcome="answered")


async def talked(database: Database, sender: str) -> tuple[int, int]:
    """A conversation of one question and one answer; out: their ids."""
    store = ConversationStore(database)
    arrival = await store.receive("widget", sender, "m1", "要带什么")
    [answer] = await store.answer(arrival.message_id, [REPLY], None, timings={})
    return arrival.message_id, answer.id


async def test_an_answer_and_the_conversation_are_rated_apart_and_the_last_word_counts(
    database: Database,
) -> None:
    ratings = RatingStore(database)
    _, answer = await talked(database, "rates")
    for grade, message_id in (
        (Grade.DISSATISFIED, answer),
        (Grade.SATISFIED, None),
        (Grade.VERY_SATISFIED, answer),
        (Grade.FAIRLY_SATISFIED, None),
    ):
        await ratings.rate("widget", "rates", grade, message_id=message_id, comment=grade.name)

    given = await ratings.given("widget", "rates")
    assert [(one.message_id, one.grade, one.comment) for one in given] == [
        (answer, Grade.VERY_SATISFIED, "VERY_SATISFIED"),
        (None, Grade.FAIRLY_SATISFIED, "FAIRLY_SATISFIED"),
    ]


async def test_only_what_we_said_in_this_conversation_is_rated(database: Database) -> None:
    ratings = RatingStore(database)
    question, answer = await talked(database, "mine")
    await talked(database, "theirs")

    for sender, message_id in (("mine", question), ("theirs", answer), ("mine", 2**60), ("nobody", None)):
        with pytest.raises(NotFound):
            await ratings.rate("widget", sender, Grade.SATISFIED, message_id=message_id)
    assert await ratings.given("widget", "theirs") == ()


async def test_who_is_erased_leaves_no_rating(database: Database) -> None:
    ratings, store = RatingStore(database), ConversationStore(database)
    _, answer = await talked(database, "erased")
    await ratings.rate("widget", "erased", Grade.SATISFIED, message_id=answer)
    await ratings.rate("widget", "erased", Grade.SATISFIED)
    await store.erase("widget", "erased", "widget-erased")
    await talked(database, "erased")

    assert await ratings.given("widget", "erased") == ()


async def test_where_a_conversation_stands(database: Database) -> None:
    store = ConversationStore(database)
    assert await store.standing("widget", "stands") is None
    await talked(database, "stands")

    standing = await store.standing("widget", "stands")
    assert standing is not None
    assert (standing.owner.value, standing.last_seq) == ("bot", 2)


async def test_a_known_message_keeps_its_place(database: Database) -> None:
    store = ConversationStore(database)
    first = await store.receive("widget", "places", "m1", "一")
    await store.receive("widget", "places", "m2", "二")
    again = await store.receive("widget", "places", "m1", "一")

    assert (first.seq, again.seq, again.fresh) == (1, 1, False)
