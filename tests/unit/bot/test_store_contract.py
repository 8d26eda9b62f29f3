"""What the store promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bot.errors import NotFound, PartUnavailable
from bot.store import (
    Arrival,
    Contact,
    ConversationState,
    ConversationStore,
    Database,
    KnowledgeStatus,
    KnowledgeStore,
    MessageState,
    NewReply,
    Owner,
    Sealed,
    StoredMessage,
)
from bot.store.states import ARRIVAL_UNKNOWN, PARTLY_SENT, RESPONSE_UNKNOWN
from bot.store.tables import Conversation
from knowledge.model import Faq, Guide, Hall, Item, Region, RegionLevel

ITEM = Item(id="id_card_reissue", task_name="居民身份证补领", category="户籍", aliases=("补身份证",))
GUIDE = Guide(
    id="id_card_reissue@000000", item_id="id_card_reissue", region="000000", task_name="居民身份证补领"
)
HALL = Hall(id="hall-1", region="990102", name="示例大厅", fictional=True)
REGION = Region(code="370200", name="青岛市", level=RegionLevel.CITY)
FAQ = Faq(id="faq-1", question="几点上班", answer="见公告")

BOT = ConversationState(owner=Owner.BOT, session=1, turn=1)
REPLY = NewReply(
    author="bot",
    text="带户口簿。",
    payload={"outcome": "answered", "text": "带户口簿。"},
    outcome="answered",
    aspect="materials",
    guide_id=GUIDE.id,
    guide_version=2,
    provenance={"scores": [0.93, 0.2], "rule": "exact"},
)


def later() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=1)


# --- knowledge ---------------------------------------------------------------------------------------


async def test_what_is_published_comes_back_as_it_was(knowledge: KnowledgeStore) -> None:
    counts = await knowledge.publish([ITEM, GUIDE, HALL, REGION, FAQ], "importer")

    published = await knowledge.published()
    assert counts.added == 5
    assert str(counts) == "5 added, 0 changed, 0 unchanged"
    assert (published.items, published.guides) == ((ITEM,), (GUIDE,))
    assert (published.halls, published.regions, published.faqs) == ((HALL,), (REGION,), (FAQ,))
    assert published.guide_versions == {GUIDE.id: 1}
    assert published.versions["region", "370200"] == 1
    assert await knowledge.count_published() == 5


async def test_publishing_unchanged_records_does_nothing(knowledge: KnowledgeStore) -> None:
    await knowledge.publish([ITEM, GUIDE], "importer")

    again = await knowledge.publish([ITEM, GUIDE], "somebody else")

    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert again.published == 0
    assert (await knowledge.version("item", ITEM.id, 1)).author == "importer"


async def test_a_changed_record_becomes_a_new_version_and_the_old_one_stays_readable(
    knowledge: KnowledgeStore,
) -> None:
    changed = GUIDE.model_copy(update={"fee_explain": "工本费40元"})
    await knowledge.publish([GUIDE, ITEM], "importer", files={("guide", GUIDE.id): "a.yml"})

    counts = await knowledge.publish([changed], "reviewer", files={("guide", GUIDE.id): "b.yml"})

    assert (counts.added, counts.changed, counts.unchanged) == (0, 1, 0)
    old = await knowledge.version("guide", GUIDE.id, 1)
    new = await knowledge.version("guide", GUIDE.id, 2)
    assert (old.record, old.status, old.source) == (GUIDE, KnowledgeStatus.RETIRED, "a.yml")
    assert (new.record, new.status, new.source) == (changed, KnowledgeStatus.PUBLISHED, "b.yml")
    assert old.retired_at == new.published_at
    assert (old.digest, new.digest) == (GUIDE.digest(), changed.digest())
    published = await knowledge.published()
    assert published.guides == (changed,)
    assert published.items == (ITEM,), "what is not in a batch stays published"
    assert published.guide_versions == {GUIDE.id: 2}


async def test_going_back_to_an_older_content_is_a_third_version(knowledge: KnowledgeStore) -> None:
    changed = ITEM.model_copy(update={"hotline": "12345"})
    for record in (ITEM, changed, ITEM):
        await knowledge.publish([record], "importer")

    assert (await knowledge.published()).versions == {("item", ITEM.id): 3}


async def test_many_records_are_published(knowledge: KnowledgeStore) -> None:
    items = [ITEM.model_copy(update={"id": f"item_{n}"}) for n in range(950)]

    counts = await knowledge.publish(items, "importer")

    assert counts.added == 950
    assert {item.id for item in (await knowledge.published()).items} == {item.id for item in items}


async def test_two_publications_at_once_make_each_version_once(knowledge: KnowledgeStore) -> None:
    versions = [ITEM.model_copy(update={"hotline": str(n)}) for n in range(8)]

    counts = await asyncio.gather(*(knowledge.publish([item], "importer") for item in versions))

    assert sum(count.added for count in counts) == 1
    assert sum(count.changed for count in counts) == 7
    assert (await knowledge.published()).versions == {("item", ITEM.id): 8}


async def test_the_database_itself_refuses_two_published_versions(
    knowledge: KnowledgeStore, database: Database
) -> None:
    changed = ITEM.model_copy(update={"hotline": "12345"})
    await knowledge.publish([ITEM], "importer")
    await knowledge.publish([changed], "importer")

    with pytest.raises(IntegrityError):
        await database.write(
            lambda session: session.execute(text("UPDATE knowledge_versions SET status = 'published'"))
        )


async def test_an_unknown_version_is_not_found(knowledge: KnowledgeStore) -> None:
    with pytest.raises(NotFound, match="version 3 of the guide"):
        await knowledge.version("guide", GUIDE.id, 3)


# --- conversations -----------------------------------------------------------------------------------


async def test_a_message_is_stored_once_however_often_it_comes(conversations: ConversationStore) -> None:
    arrivals = await asyncio.gather(
        *(conversations.receive("rest", "p1", "m1", "身份证丢了") for _ in range(20))
    )

    assert sum(arrival.fresh for arrival in arrivals) == 1
    assert len({arrival.message_id for arrival in arrivals}) == 1
    assert [message.text for message in await conversations.messages("rest", "p1")] == ["身份证丢了"]


async def test_the_same_id_of_another_sender_or_channel_is_another_message(
    conversations: ConversationStore,
) -> None:
    arrivals = [
        await conversations.receive("rest", "p1", "m1", "一"),
        await conversations.receive("rest", "p2", "m1", "二"),
        await conversations.receive("wechat", "p1", "m1", "三"),
    ]

    assert all(arrival.fresh for arrival in arrivals)
    assert len({arrival.conversation_id for arrival in arrivals}) == 3


async def test_messages_without_an_id_are_all_kept(conversations: ConversationStore) -> None:
    for _ in range(3):
        assert (await conversations.receive("rest", "p1", None, "在吗")).fresh

    assert [message.seq for message in await conversations.messages("rest", "p1")] == [1, 2, 3]


async def test_an_answer_is_kept_with_its_provenance(conversations: ConversationStore) -> None:
    arrival = await conversations.receive("rest", "p1", "m1", "要带什么", ["phone"])

    [stored] = await conversations.answer(arrival.message_id, [REPLY], BOT, timings={"rasa": 12})

    exchange = await conversations.exchange(stored.id)
    assert exchange == await conversations.exchange(arrival.message_id)
    assert exchange.replies == (stored,)
    question, [reply] = exchange.question, exchange.replies
    assert (question.text, question.payload, question.state) == (
        "要带什么",
        {"masked": ["phone"]},
        MessageState.ANSWERED,
    )
    assert (reply.text, reply.outcome, reply.aspect) == ("带户口簿。", "answered", "materials")
    assert (reply.guide_id, reply.guide_version) == (GUIDE.id, 2)
    assert reply.provenance == {"scores": [0.93, 0.2], "rule": "exact"}
    assert reply.timings == {"rasa": 12}
    assert (reply.state, reply.reply_to, reply.seq) == (MessageState.PENDING, arrival.message_id, 2)
    assert reply.created_at.tzinfo is not None


async def test_delivery_is_recorded_and_a_sent_reply_stays_sent(conversations: ConversationStore) -> None:
    arrival = await conversations.receive("rest", "p1", "m1", "要带什么")
    first, second = await conversations.answer(arrival.message_id, [REPLY, REPLY], BOT, timings={})

    await conversations.delivered([first.id])
    await conversations.undelivered([first.id, second.id], "disconnected")

    replies = (await conversations.exchange(arrival.message_id)).replies
    assert [(reply.state, reply.reason) for reply in replies] == [
        (MessageState.SENT, ""),
        (MessageState.FAILED, "disconnected"),
    ]


async def test_the_state_of_a_conversation_is_kept(conversations: ConversationStore) -> None:
    arrival = await conversations.receive("rest", "p1", "m1", "在吗")
    assert await conversations.state(arrival.conversation_id) == ConversationState(Owner.BOT, 1, 0)

    after = ConversationState(owner=Owner.QUEUED, session=2, turn=1)
    await conversations.answer(arrival.message_id, [REPLY], after, timings={})

    # who speaks is decided at the desk alone
    assert await conversations.state(arrival.conversation_id) == replace(after, owner=Owner.BOT)


async def test_the_last_word_on_what_is_said_is_spoken_in_the_transaction(
    conversations: ConversationStore,
) -> None:
    arrival = await conversations.receive("rest", "p1", "m1", "在吗")

    async def say(*said: NewReply | None) -> tuple[StoredMessage, ...] | None:
        chosen = None if said == (None,) else [reply for reply in said if reply]
        return await conversations.answer(
            arrival.message_id, [REPLY], BOT, timings={}, settle=lambda *_: chosen
        )

    assert await say(None) is None
    assert (await conversations.exchange(arrival.message_id)).question.state is MessageState.PENDING
    assert await say() == ()
    exchange = await conversations.exchange(arrival.message_id)
    assert (exchange.question.state, exchange.replies) == (MessageState.ANSWERED, ())


async def test_a_contact_is_kept_only_while_a_message_is_being_left(
    database: Database, conversations: ConversationStore
) -> None:
    sealed = Sealed({"sealed": "x", "shown": "138****8000"}, "打***")
    one = await conversations.receive("rest", "p1", "m1", "打 0532-1", sealed=sealed)

    def leaves(session: Session) -> None:
        session.get_one(Conversation, one.conversation_id).leaving = {"stage": "asked"}

    await database.write(leaves)
    two = await conversations.receive("rest", "p1", "m2", "打 0532-1", sealed=sealed)

    kept = [(await conversations.exchange(m.message_id)).question for m in (one, two)]
    assert [message.text for message in kept] == ["打 0532-1", "打***"]
    assert [message.payload.get("contact") for message in kept] == [None, sealed.contact]
    state = await conversations.state(one.conversation_id, two.message_id)
    assert (state.leaving, state.contact) == ({"stage": "asked"}, sealed.contact)


async def test_what_waits_for_a_request_is_taken_once(conversations: ConversationStore) -> None:
    arrival = await conversations.receive("rest", "p1", "m1", "在吗")
    await conversations.answer(arrival.message_id, [REPLY], BOT, timings={})

    assert await conversations.take_waiting(arrival.conversation_id) == ()


async def test_what_a_restart_left_is_marked_and_can_be_taken_up_once(
    conversations: ConversationStore,
) -> None:
    unanswered = await conversations.receive("rest", "p1", "m1", "在吗")
    answered = await conversations.receive("rest", "p1", "m2", "在吗")
    await conversations.answer(answered.message_id, [REPLY], BOT, timings={})

    assert await conversations.fail_unfinished(datetime.now(UTC) - timedelta(minutes=1)) == 0
    assert await conversations.fail_unfinished(later()) == 2

    exchange = await conversations.exchange(unanswered.message_id)
    assert (exchange.question.state, exchange.question.reason) == (MessageState.FAILED, "restarted")
    [reply] = (await conversations.exchange(answered.message_id)).replies
    assert (reply.state, reply.reason) == (MessageState.FAILED, "restarted")
    taken = await asyncio.gather(*(conversations.reopen(unanswered.message_id) for _ in range(5)))
    assert sorted(taken) == [False, False, False, False, True]
    assert not await conversations.reopen(answered.message_id)
    assert not await conversations.reopen(reply.id)


async def test_a_message_taken_up_again_counts_from_then(conversations: ConversationStore) -> None:
    arrival = await conversations.receive("rest", "p1", "m1", "在吗")
    assert await conversations.fail_unfinished(later()) == 1
    before_reopening = datetime.now(UTC)
    assert await conversations.reopen(arrival.message_id)

    assert await conversations.fail_unfinished(before_reopening) == 0, "it is being worked on"

    assert await conversations.fail_unfinished(later()) == 1


@pytest.mark.postgres
async def test_a_stopped_server_is_said_to_be_away(postgres_url: str) -> None:
    async with Database.open(postgres_url) as database:

        def stop_us(session: Session) -> None:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        with pytest.raises(PartUnavailable, match=r"does not answer: \w+\.") as caught:
            await database.write(stop_us)
        assert "127.0.0.1" not in caught.value.message
        await database.ping()


@pytest.mark.postgres
@pytest.mark.parametrize("wrong", ["no_such_database", "no_such_host"])
async def test_a_database_that_is_not_there_is_said_so(postgres_url: str, wrong: str) -> None:
    server = postgres_url.rpartition("/")[0]
    url = (
        f"{server}/no_such_database"
        if wrong == "no_such_database"
        else "postgresql+asyncpg://u@127.0.0.1:1/d"
    )
    with pytest.raises(PartUnavailable) as caught:
        async with Database.open(url):
            """Never reached."""
    assert "DATABASE_URL" in caught.value.mend
    assert "no_such_database" not in caught.value.message, "this goes to whoever asked"


async def test_a_broken_statement_is_no_missing_server(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        await database.write(lambda session: session.execute(text("INSERT INTO messages (id) VALUES (1)")))
    assert isinstance(caught.value, IntegrityError)


async def test_every_character_a_person_can_send_is_kept(conversations: ConversationStore) -> None:
    said = "身份证😀👨‍👩‍👧 '; DROP TABLE messages; -- <script> \\ \" % _ \t\n𠮷"

    arrival = await conversations.receive("rest", "p1", "m1", said)

    assert (await conversations.exchange(arrival.message_id)).question.text == said


async def test_many_senders_at_once_each_have_their_own_conversation(
    conversations: ConversationStore,
) -> None:
    async def talk(person: int) -> None:
        for n in range(5):
            arrival = await conversations.receive("rest", f"p{person}", f"m{n}", f"{person}-{n}")
            await conversations.answer(arrival.message_id, [REPLY], BOT, timings={})

    await asyncio.gather(*(talk(person) for person in range(30)))

    for person in range(30):
        messages = await conversations.messages("rest", f"p{person}")
        assert [message.seq for message in messages] == list(range(1, 11))
        assert [message.text for message in messages[::2]] == [f"{person}-{n}" for n in range(5)]


async def test_an_unknown_message_is_not_found(conversations: ConversationStore) -> None:
    with pytest.raises(NotFound, match="no message 404"):
        await conversations.exchange(404)


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    conversations = ConversationStore(database)
    arrival = await conversations.receive("rest", "p", None, "在吗")

    def half_done(session: Session) -> None:
        session.execute(text("UPDATE messages SET text = 'changed'"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(half_done)

    assert (await conversations.exchange(arrival.message_id)).question.text == "在吗"


async def test_the_writer_goes_on_after_an_error(database: Database) -> None:
    with pytest.raises(NotFound):
        await ConversationStore(database).exchange(404)
    with pytest.raises(ZeroDivisionError):
        await database.write(lambda _session: 1 // 0)

    assert (await ConversationStore(database).receive("rest", "p", None, "在吗")).fresh


async def _asked(
    conversations: ConversationStore, message_id: str, *, address: str | None = "openid-1"
) -> Arrival:
    return await conversations.receive(
        "wechat", "anna", message_id, "在吗", contact=Contact(address=address, region="370283")
    )


async def test_a_reply_is_claimed_by_one_caller(conversations: ConversationStore) -> None:
    rows = await conversations.answer(
        (await _asked(conversations, "m1")).message_id, [REPLY], None, timings={}
    )
    ids = [row.id for row in rows]
    claims = await asyncio.gather(*(conversations.claim(ids) for _ in range(5)))
    assert sorted(map(len, claims)) == [0, 0, 0, 0, 1]
    await conversations.undelivered(ids, "45015")
    assert await conversations.claim(ids) == frozenset(ids), "a failed one may be tried again"
    await conversations.delivered(ids)
    assert not await conversations.claim(ids)
    assert not await conversations.claim([])


async def test_what_a_stopped_process_left_can_be_resumed(conversations: ConversationStore) -> None:
    unanswered = await _asked(conversations, "m1")
    answered = await _asked(conversations, "m2", address=None)
    rows = await conversations.answer(answered.message_id, [REPLY], None, timings={})
    done = await _asked(conversations, "m3")
    await conversations.delivered(
        [row.id for row in await conversations.answer(done.message_id, [REPLY], None, timings={})]
    )
    left = await conversations.unfinished("wechat", later())
    assert [(one.message_id, one.answered) for one in left] == [
        (unanswered.message_id, False),
        (answered.message_id, True),
    ]
    assert {one.address for one in left} == {"openid-1"}, "an address once told stays"
    assert await conversations.fail_unfinished(later(), but=["wechat"]) == 0
    await conversations.claim([row.id for row in rows])
    left = await conversations.unfinished("wechat", later())
    assert [one.message_id for one in left] == [unanswered.message_id], "the other may have arrived"
    assert await conversations.unfinished("rest", later()) == ()
    assert await conversations.fail_unfinished(later()) == 2


async def test_a_person_is_erased(conversations: ConversationStore) -> None:
    first = await _asked(conversations, "m1")
    await conversations.answer(first.message_id, [REPLY], None, timings={})
    await conversations.receive("wechat", "berta", "m1", "在吗")
    assert await conversations.erase("wechat", "anna", "wechat-anna") == 2
    assert await conversations.messages("wechat", "anna") == ()
    assert len(await conversations.messages("wechat", "berta")) == 1
    assert await conversations.erase("wechat", "anna", "wechat-anna") == 0
    assert (await _asked(conversations, "m1")).fresh
    assert await conversations.erasures() == ("wechat-anna",), "Rasa is told once"
    await conversations.erased("wechat-anna")
    assert await conversations.erasures() == ()


async def test_what_waits_for_a_person(conversations: ConversationStore) -> None:
    ids = []
    for number in range(5):
        asked = await _asked(conversations, f"m{number}")
        assert await conversations.is_answering("wechat", "anna")
        ids += [row.id for row in await conversations.answer(asked.message_id, [REPLY], None, timings={})]
    assert not await conversations.is_answering("wechat", "anna")
    await conversations.undelivered([ids[0]], "45015")
    await conversations.undelivered([ids[1]], ARRIVAL_UNKNOWN)
    await conversations.undelivered([ids[2]], f"{PARTLY_SENT} 45047")
    await conversations.undelivered([ids[3]], "late")
    since = datetime.now(UTC) - timedelta(hours=1)

    assert [row.id for row in await conversations.waiting("wechat", "anna", since)] == [ids[0], ids[3]]
    assert await conversations.waiting("wechat", "berta", since) == ()
    assert await conversations.waiting("wechat", "anna", later()) == ()
    assert await conversations.claim(ids) == {ids[0], ids[3], ids[4]}, "nothing reaches a person twice"


async def test_a_reply_in_hand_when_a_process_ended_may_have_arrived(
    conversations: ConversationStore,
) -> None:
    asked = await _asked(conversations, "m1")
    [row] = await conversations.answer(asked.message_id, [REPLY], None, timings={})
    await conversations.claim([row.id])

    assert await conversations.fail_unfinished(later(), but=["wechat"]) == 1
    assert (await conversations.exchange(row.id)).replies[0].reason == ARRIVAL_UNKNOWN
    assert not await conversations.claim([row.id])


async def test_a_request_made_again_tells_that_its_response_was_lost(
    conversations: ConversationStore,
) -> None:
    asked = await _asked(conversations, "m1")
    [row] = await conversations.answer(asked.message_id, [REPLY], None, timings={})
    await conversations.claim([row.id], in_response=True)
    assert await conversations.fail_unfinished(later()) == 1

    assert (await conversations.exchange(row.id)).replies[0].reason == RESPONSE_UNKNOWN
    assert not await conversations.claim([row.id])
    assert await conversations.waiting("wechat", "anna", row.created_at) == ()
    assert await conversations.claim([row.id], in_response=True, repeated=True) == {row.id}
    assert not await conversations.claim([row.id], repeated=True), "once"
    await conversations.no_response([row.id])
    assert await conversations.fail_unfinished(later()) == 1
    assert not await conversations.claim([row.id], repeated=True), "it was sent in another way"


async def test_one_caller_takes_an_unfinished_message_up(conversations: ConversationStore) -> None:
    asked = await _asked(conversations, "m1")
    since = later()
    taken = await asyncio.gather(*(conversations.take(asked.message_id, since) for _ in range(3)))
    assert taken == [True, True, True], "each is older than that"
    begun = datetime.now(UTC)
    assert not await conversations.take(asked.message_id, begun - timedelta(seconds=30)), "begun just now"


async def test_what_a_channel_answers_itself_survives(conversations: ConversationStore) -> None:
    await conversations.receive(
        "wechat", "anna", "m1", "［图片］", contact=Contact("openid-1"), own=[{"text": "看不了图片"}]
    )
    await conversations.receive("wechat", "anna", "m2", "1", own=[])
    await conversations.receive("wechat", "anna", "m3", "在吗")

    assert [one.own for one in await conversations.unfinished("wechat", later())] == [
        ({"text": "看不了图片"},),
        (),
        None,
    ]
