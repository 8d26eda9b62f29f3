"""Values of the desk as the console is told of them. Pure; personal numbers are masked in the store already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict

from pydantic import ValidationError

from bot.channels.widget.events import author_of
from bot.desk import shapes
from bot.desk.console_words import ConsoleWords
from bot.desk.packet import Packet, Region
from bot.desk.seeing import May
from bot.desk.values import AgentRef, ChatState
from bot.store import Direction, MessageState, Owner, StoredMessage
from bot.store.desk_values import DeskNote, HandoffEvent

Regions = Callable[[str | None], shapes.RegionNamed | None]
"""A region's code → with its name."""
People = Mapping[int, AgentRef]


def agent(ref: AgentRef | None) -> shapes.AgentNamed | None:
    """A member of staff by name."""
    return shapes.AgentNamed(account_id=ref.account_id, name=ref.name, number=ref.number) if ref else None


def summary(chat: ChatState, regions: Regions, online: bool | None) -> shapes.ChatSummary:
    """One line of a list. In: whether the citizen has the chat open (None: not known)."""
    handoff, last = chat.handoff, chat.last
    return shapes.ChatSummary(
        conversation_id=chat.conversation_id,
        handoff_id=handoff.id if handoff else None,
        channel=chat.channel,
        owner=chat.owner.value,
        trigger=handoff.trigger.value if handoff else None,
        reason=handoff.reason if handoff else "",
        team=shapes.TeamNamed(id=chat.team.id, name=chat.team.name) if chat.team else None,
        agent=agent(chat.agent),
        priority=handoff.priority if handoff else 0,
        large_print=handoff.large_print if handoff else False,
        region=regions(chat.region),
        language=handoff.language if handoff else "zh",
        matter=handoff.matter if handoff else "",
        guide=shapes.GuideNamed(id=chat.guide.id, title=chat.guide.title, version=chat.guide.version)
        if chat.guide
        else None,
        queued_at=handoff.queued_at if handoff else None,
        claimed_at=handoff.claimed_at if handoff else None,
        closed_at=handoff.closed_at if handoff else None,
        position=chat.position,
        last=shapes.LastSaid.model_validate(asdict(last)) if last else None,
        last_citizen_at=handoff.last_citizen_at if handoff else None,
        last_agent_at=handoff.last_agent_at if handoff else None,
        unanswered=chat.unanswered,
        undelivered=chat.undelivered,
        online=online,
    )


def message(said: StoredMessage, words: ConsoleWords) -> shapes.ChatMessage:
    """One message, with how far it came."""
    author = author_of(said)
    known = said.payload.get("agent") if author == "agent" else None
    named = known if isinstance(known, Mapping) else {}
    failed = said.state is MessageState.FAILED
    return shapes.ChatMessage(
        seq=said.seq,
        message_id=said.id,
        direction=said.direction.value,
        author=author,
        agent=shapes.AgentSaid(name=str(named.get("name") or ""), number=str(named.get("number") or ""))
        if author == "agent"
        else None,
        client_id=said.external_id,
        text=said.text,
        at=said.created_at,
        state=said.state.value,
        reason=said.reason,
        reason_text=words.why_undelivered(said.reason) if failed and said.reason else "",
        guide=_guide(said),
        outcome=said.outcome,
        ai=author == "bot",
        reply=_reply(said),
    )


def _guide(said: StoredMessage) -> shapes.GuideNamed | None:
    if not said.guide_id:
        return None
    known = said.payload.get("guide")
    title = str(known.get("title") or "") if isinstance(known, Mapping) else ""
    return shapes.GuideNamed(id=said.guide_id, title=title, version=said.guide_version)


def _reply(said: StoredMessage) -> shapes.ReplyShown | None:
    """What the citizen saw beside the text; a payload of another time that cannot be read any more is left out."""
    if said.direction is Direction.IN or not said.outcome:
        return None
    try:
        return shapes.ReplyShown.model_validate(
            {**said.payload, "outcome": said.outcome, "aspect": said.aspect}
        )
    except ValidationError:
        return None


def note(written: DeskNote, people: People) -> shapes.DeskNote:
    """What staff write to each other."""
    author = people.get(written.account_id) or AgentRef(written.account_id, "", "")
    return shapes.DeskNote(
        id=written.id,
        kind=written.kind.value,
        author=shapes.AgentNamed(account_id=author.account_id, name=author.name, number=author.number),
        text=written.text,
        at=written.at,
    )


def event(happened: HandoffEvent, people: People, words: ConsoleWords) -> shapes.HandoffEvent:
    """One step, in words."""
    return shapes.HandoffEvent(
        id=happened.id,
        event=happened.event,
        event_name=words.events.get(happened.event, happened.event),
        before=Owner(happened.before).value,
        after=Owner(happened.after).value,
        actor=agent(people.get(happened.actor)) if happened.actor else None,
        why=happened.why,
        at=happened.at,
    )


def may(allowed: May) -> shapes.May:
    """What may be done."""
    return shapes.May.model_validate(asdict(allowed))


def packet(made: Packet, words: ConsoleWords) -> shapes.Packet:
    """The packet, aspects in words."""
    return shapes.Packet(
        line=made.line,
        matter=made.matter,
        regions=shapes.RegionsOf(here=_region(made.here), owner=_region(made.owner)),
        answered=tuple(
            shapes.AnsweredBefore(
                title=one.title,
                guide_id=one.guide_id,
                aspect=one.aspect,
                aspect_name=words.aspect(one.aspect),
                at=one.at,
            )
            for one in made.answered
        ),
        missing=made.missing,
        failed_searches=made.failed_searches,
        rating=made.rating,
        earlier=made.earlier,
    )


def _region(region: Region | None) -> shapes.RegionNamed | None:
    return shapes.RegionNamed(code=region.code, name=region.name) if region else None
