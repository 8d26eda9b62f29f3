"""Conversations as they stand in the store, put there straight: questions citizens ask, with answers of every outcome."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from bot.store import Database
from bot.store.desk_tables import DeskNoteRecord, HandoffEventRecord, HandoffRecord
from bot.store.desk_values import HandoffState, NoteKind, Trigger
from bot.store.states import Direction, MessageState, Owner
from bot.store.tables import Conversation, Message, Rating

QUESTIONS = Path(__file__).resolve().parents[2] / "benchmarks" / "search" / "dev.tsv"
GUIDE = "id_card_reissue@000000"
REGIONS = ("370283", "370285", "370602", "370782", None)
CHANNELS = ("widget", "widget", "wechat", "rest")
OUTCOMES = ("answered",) * 12 + ("clarify",) * 3 + ("nothing_found",) * 3 + ("smalltalk", "declined")
ASPECTS = ("where", "materials", "fee", "time_limit", "steps", "online")
NOTHING = "这件事我没有找到对应的办事指南，可以换个说法，或者拨打12345。"
_CHUNK = 500


def questions() -> list[str]:
    """What citizens ask, from the questions the search is measured with."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[0] for line in lines if line and not line.startswith("#")]


async def fill(database: Database, count: int, until: datetime, *, seed: int = 8) -> None:
    """So many conversations of one turn or two, over the thirty days before a moment, indexed as the front would."""
    random, asked = Random(seed), questions()
    step = timedelta(days=29, hours=20) / count

    def store(first: int) -> Any:
        def work(session: Session) -> None:
            for n in range(first, min(first + _CHUNK, count)):
                at = until - step * (count - n)
                talk(session, n, at, [random.choice(asked) for _ in range(random.choice((1, 1, 2)))], random)

        return work

    for first in range(0, count, _CHUNK):
        await database.write(store(first))


def talk(session: Session, n: int, at: datetime, asked: list[str], random: Random) -> Conversation:
    """One conversation with the assistant."""
    conversation = Conversation(
        channel=CHANNELS[n % 4],
        sender=f"seeded-{n:06d}",
        region=REGIONS[n % len(REGIONS)],
        owner=Owner.BOT,
        session=1,
        turn=len(asked),
        last_seq=2 * len(asked),
        created_at=at,
        updated_at=at,
    )
    session.add(conversation)
    session.flush()
    for place, text in enumerate(asked):
        turn(session, conversation, place, at + timedelta(minutes=place), text, random)
    return conversation


def turn(
    session: Session, conversation: Conversation, place: int, at: datetime, asked: str, random: Random
) -> Message:
    """A question and its answer; out: the question."""
    outcome = random.choice(OUTCOMES)
    question = message(conversation, 2 * place + 1, at, "citizen", asked, state=MessageState.ANSWERED)
    session.add(question)
    session.flush()
    answer = message(
        conversation,
        2 * place + 2,
        at + timedelta(seconds=1),
        "bot",
        f"居民身份证补领：到户籍地或居住地派出所办理。您问的是“{asked}”。"
        if outcome == "answered"
        else NOTHING,
        state=MessageState.SENT if random.random() < 0.97 else MessageState.FAILED,
        reply_to=question.id,
        outcome=outcome,
        aspect=random.choice(ASPECTS) if outcome == "answered" else None,
        provenance=why(asked, random.random()),
        timings={"wait": random.randrange(4), "answer": random.randrange(18, 90)},
        **(cited() if outcome == "answered" else {}),
    )
    answer.reason = "offline" if answer.state is MessageState.FAILED else ""
    session.add(answer)
    session.flush()
    if random.random() < 0.2:
        grade = random.choice((5, 5, 5, 4, 4, 3, 2, 1))
        session.add(
            Rating(
                conversation_id=conversation.id,
                message_id=answer.id,
                grade=grade,
                comment="找对了地方，谢谢" if grade > 3 else "",
                created_at=at + timedelta(minutes=1),
            )
        )
    return question


def message(
    conversation: Conversation, seq: int, at: datetime, author: str, text: str, **more: Any
) -> Message:
    """One message, said at a time."""
    given: dict[str, Any] = {
        "direction": Direction.IN if author == "citizen" else Direction.OUT,
        "state": MessageState.SENT,
        "reason": "",
        "session": 1,
        "created_at": at,
        "updated_at": at,
    }
    return Message(conversation_id=conversation.id, seq=seq, author=author, text=text, **given | more)


def cited() -> dict[str, Any]:
    """What an answer from the guide comes with."""
    guide = {"id": GUIDE, "title": "居民身份证补领", "item_id": "id_card_reissue", "version": 1}
    source = {
        "name": "中华人民共和国居民身份证法",
        "published": "2011-10-29",
        "url": "https://example.gov.cn/law",
    }
    return {
        "guide_id": GUIDE,
        "guide_version": 1,
        "payload": {
            "guide": guide,
            "sources": [source],
            "regions": {"here": {"code": "370283", "name": "平度市"}, "owner": None},
        },
    }


def why(needle: str, probability: float) -> dict[str, Any]:
    """Why an answer was given, as the action server says it."""
    return {
        "index": "d1c0ffee" * 8,
        "intent": {"name": "ask_where", "confidence": 0.9731},
        "needle": needle,
        "decision": "answer",
        "hits": [
            {"item_id": "id_card_reissue", "probability": round(probability, 4), "score": 3.127},
            {"item_id": "id_card_renew", "probability": round((1 - probability) / 2, 4), "score": 2.41},
        ],
        "guide": {"id": GUIDE, "version": 1, "digest": "0" * 64},
        "fields": ["lobbies", "handle_scopes", "transact_time"],
        "rules": ["关于居民身份证异地受理的意见"],
        "alternatives": ["id_card_renew@000000"],
        "halls": [],
        "situation": [],
        "fell_back": True,
    }


def handed_over(session: Session, n: int, at: datetime, agent: tuple[int, str, str]) -> Conversation:
    """A conversation that the assistant could not answer, and a person did. In: account, its name, as shown."""
    account_id, name, shown = agent
    conversation = talk(session, n, at, ["残疾人机动轮椅车怎么上牌"], Random(3))
    conversation.owner, conversation.last_seq = Owner.CLOSED, 6
    seconds = _after(at)
    handoff = HandoffRecord(
        conversation_id=conversation.id,
        state=HandoffState.CLOSED,
        trigger=Trigger.ASKED,
        reason="市民要求人工",
        agent_id=account_id,
        priority=0,
        region="370283",
        language="zh",
        department="公安",
        matter="残疾人机动轮椅车上牌",
        packet={},
        queued_at=next(seconds),
        claimed_at=next(seconds),
        closed_at=at + timedelta(minutes=12),
        result="已告知到车管所办理",
    )
    session.add(handoff)
    session.flush()
    question = message(
        conversation, 3, at + timedelta(seconds=25), "citizen", "转人工", state=MessageState.ANSWERED
    )
    session.add(question)
    session.flush()
    said = {"agent": {"name": shown, "number": "017"}}
    session.add_all(
        [
            message(
                conversation,
                4,
                at + timedelta(seconds=26),
                "system",
                "正在为您转接工作人员。",
                reply_to=question.id,
            ),
            message(
                conversation,
                5,
                at + timedelta(minutes=2),
                name,
                "您好，请问车是在哪里买的？",
                payload=said,
                outcome="",
            ),
            message(
                conversation,
                6,
                at + timedelta(minutes=3),
                name,
                "请带购车发票和残疾人证到车管所办理。",
                payload=said,
                outcome="",
                state=MessageState.FAILED,
                reason="45015",
            ),
            *_events(conversation, handoff, account_id, at),
            DeskNoteRecord(
                conversation_id=conversation.id,
                handoff_id=handoff.id,
                account_id=account_id,
                kind=NoteKind.NOTE,
                text="已电话核实车管所地址，等市民回复。",
                at=at + timedelta(minutes=4),
            ),
            Rating(
                conversation_id=conversation.id,
                message_id=None,
                grade=4,
                comment="态度好",
                created_at=at + timedelta(minutes=13),
            ),
        ]
    )
    return conversation


def _after(at: datetime) -> Iterator[datetime]:
    yield at + timedelta(seconds=30)
    yield at + timedelta(seconds=75)


def _events(
    conversation: Conversation, handoff: HandoffRecord, account_id: int, at: datetime
) -> list[HandoffEventRecord]:
    steps = (
        ("queued", Owner.BOT, Owner.QUEUED, None, "市民要求人工", timedelta(seconds=30)),
        ("claimed", Owner.QUEUED, Owner.HUMAN, account_id, "", timedelta(seconds=75)),
        ("closed", Owner.HUMAN, Owner.CLOSED, account_id, "已告知到车管所办理", timedelta(minutes=12)),
    )
    return [
        HandoffEventRecord(
            handoff_id=handoff.id,
            conversation_id=conversation.id,
            event=event,
            before=before,
            after=after,
            actor=actor,
            why=why_,
            at=at + delay,
            detail={},
        )
        for event, before, after, actor, why_, delay in steps
    ]
