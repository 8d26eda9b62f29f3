"""A conversation as the console shows it: what was said, and why each answer was given. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.desk.console_words import load_console_words
from bot.pages.library import Catalog
from bot.review import shapes
from bot.review.parts import guide_shown, item_title, region_named
from bot.review.replaying import can_be_replayed
from bot.store.review_reading import WholeConversation
from bot.store.review_values import Judgement
from bot.store.states import Direction, MessageState
from bot.store.values import StoredMessage

_ASSISTANT = frozenset({"bot", "front"})


def conversation_shown(known: Catalog, found: WholeConversation) -> shapes.ConversationShown:
    """Everything of it."""
    return shapes.ConversationShown(
        conversation_id=found.id,
        channel=found.channel,
        region=region_named(known, found.region),
        owner=found.owner.value,
        created_at=found.created_at,
        messages=tuple(_message(known, found, one) for one in found.messages),
        judgements=tuple(judgement_shown(known, one) for one in found.judgements),
        labels=tuple(
            shapes.TurnLabels(message_id=turn, labels=labels) for turn, labels in found.labels.items()
        ),
        episodes=tuple(
            shapes.EpisodeShown(
                id=one.id,
                state=one.state,
                trigger=one.trigger,
                reason=one.reason,
                agent=one.agent,
                queued_at=one.queued_at,
                claimed_at=one.claimed_at,
                closed_at=one.closed_at,
                result=one.result,
            )
            for one in found.episodes
        ),
        events=tuple(
            shapes.HappenedShown(
                event=one.event,
                before=one.before.value,
                after=one.after.value,
                actor=one.actor,
                why=one.why,
                at=one.at,
            )
            for one in found.events
        ),
        notes=tuple(
            shapes.NoteShown(by=one.by, kind=one.kind, text=one.text, at=one.at) for one in found.notes
        ),
        ratings=tuple(
            shapes.RatingShown(message_id=one.message_id, grade=one.grade, comment=one.comment, at=one.at)
            for one in found.ratings
        ),
    )


def judgement_shown(known: Catalog, one: Judgement) -> shapes.JudgementShown:
    """A judgement, with its guide by name."""
    return shapes.JudgementShown(
        id=one.id,
        message_id=one.entry_id,
        account_id=one.account_id,
        account=one.account,
        verdict=one.verdict,
        comment=one.comment,
        correct_guide=guide_shown(known, one.correct_guide_id),
        at=one.at,
    )


def _message(known: Catalog, found: WholeConversation, one: StoredMessage) -> shapes.ReviewMessage:
    payload, is_ours = one.payload, one.direction is Direction.OUT
    regions = _mapping(payload.get("regions"))
    agent = _mapping(payload.get("agent"))
    title = _mapping(payload.get("guide")).get("title")
    return shapes.ReviewMessage(
        message_id=one.id,
        turn=one.reply_to or one.id,
        seq=one.seq,
        direction="out" if is_ours else "in",
        author=one.author,
        agent=str(agent["name"]) if agent.get("name") else found.agents.get(one.author),
        text=one.text,
        at=one.created_at,
        state=one.state.value,
        reason=one.reason,
        reason_text=_why_undelivered(one) if is_ours else "",
        outcome=one.outcome,
        aspect=one.aspect,
        guide=guide_shown(known, one.guide_id, one.guide_version, str(title) if title else None),
        here=region_named(known, _mapping(regions.get("here")).get("code")),
        owner=region_named(known, _mapping(regions.get("owner")).get("code")),
        options=tuple(str(option.get("title", "")) for option in payload.get("options") or ()),
        sources=tuple(
            {key: str(value or "") for key, value in source.items()}
            for source in payload.get("sources") or ()
        ),
        ai=is_ours and one.author in _ASSISTANT,
        why=_why(known, one) if is_ours and one.provenance else None,
        can_be_replayed=is_ours and can_be_replayed(one),
    )


def _why_undelivered(one: StoredMessage) -> str:
    """As the desk says it: one list of reasons serves both."""
    failed = one.state is MessageState.FAILED and one.reason
    return load_console_words().why_undelivered(one.reason) if failed else ""


def _why(known: Catalog, one: StoredMessage) -> shapes.Why:
    why = one.provenance
    intent, turn, guide = (_mapping(why.get(name)) for name in ("intent", "turn", "guide"))
    return shapes.Why(
        index=str(why.get("index") or ""),
        intent=str(intent.get("name") or ""),
        intent_confidence=float(intent.get("confidence") or 0),
        needle=str(why.get("needle") or ""),
        decision=why.get("decision"),
        hits=tuple(
            shapes.HitShown(
                item_id=str(hit["item_id"]),
                title=item_title(known.items, str(hit["item_id"])),
                probability=float(hit.get("probability") or 0),
                score=float(hit.get("score") or 0),
            )
            for hit in why.get("hits") or ()
        ),
        guide=guide_shown(known, guide.get("id"), guide.get("version")),
        fields=tuple(map(str, why.get("fields") or ())),
        rules=tuple(map(str, why.get("rules") or ())),
        alternatives=tuple(
            shown for other in why.get("alternatives") or () if (shown := guide_shown(known, str(other)))
        ),
        halls=tuple(map(str, why.get("halls") or ())),
        situation=tuple(map(str, why.get("situation") or ())),
        fell_back=bool(why.get("fell_back")),
        route=turn.get("route"),
        failure=turn.get("failure"),
        times_ms={name: int(value) for name, value in one.timings.items()},
        all={name: value for name, value in why.items() if name != "recipe"},
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
