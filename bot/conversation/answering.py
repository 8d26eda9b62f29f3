"""What is answered to a message: what Rasa says, or our own words when it is not asked or does not answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.channels.message import Outcome, Reply
from bot.content import FrontWords
from bot.conversation.rasa import Failure, RasaClient, RasaFailed
from bot.conversation.timing import TurnRules
from bot.conversation.triage import OUTCOMES, Route, after_turn, needs_new_session, route
from bot.store import ConversationState, NewReply

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answered:
    """The replies of a turn, what is kept with them, and the conversation after it."""

    replies: tuple[Reply, ...]
    author: str
    after: ConversationState | None
    """None leaves it as it is."""
    why: Mapping[str, Any]

    def to_store(self) -> list[NewReply]:
        """The replies as they are kept."""
        return [_new_reply(reply, self) for reply in self.replies]


class Answering:
    """In: Rasa, our own words, and the numbers of a turn."""

    def __init__(self, rasa: RasaClient, words: FrontWords, rules: TurnRules) -> None:
        self._rasa = rasa
        self._words = words
        self._rules = rules

    async def answer(self, message_id: int, text: str, key: str, state: ConversationState) -> Answered:
        """The answer to a message: Rasa's, or our own words when it needs none or has none."""
        way = route(text, max_chars=self._rules.max_chars)
        if way is not Route.ASK_RASA:
            return self.own_words(way.value, OUTCOMES[way], state, {"route": way.value})
        try:
            turn = await self._rasa.turn(
                key,
                text,
                {"message_id": message_id, "region": state.region},
                new_session=needs_new_session(state),
                deadline_s=self._rules.deadline_s,
            )
        except RasaFailed as failed:
            words = "slow" if failed.failure is Failure.TIMEOUT else "failed"
            why = {"failure": failed.failure.value, "detail": failed.detail}
            after = after_turn(state, reached_rasa=False)
            return self.own_words(words, Outcome.FAILED, after, why)
        except Exception as bug:  # whatever it is, the citizen gets an answer
            log.exception("turn_failed", message_id=message_id)
            why = {"failure": "internal", "detail": type(bug).__name__}
            after = after_turn(state, reached_rasa=False)
            return self.own_words("failed", Outcome.FAILED, after, why)
        after = after_turn(state, reached_rasa=True)
        understood = {"intent": turn.intent, "confidence": turn.confidence, "turn": after.turn}
        return Answered(turn.replies, "bot", after, {"rasa": understood})

    def own_words(
        self, key: str, outcome: Outcome, after: ConversationState | None, why: Mapping[str, Any]
    ) -> Answered:
        """A fixed text of ours, and why it is given."""
        text = self._words.say(key, max_chars=self._rules.max_chars)
        return Answered((Reply(outcome=outcome, text=text),), "front", after, why)


def _new_reply(reply: Reply, answered: Answered) -> NewReply:
    return NewReply(
        author=answered.author,
        text=reply.text,
        payload=reply.public(),
        outcome=reply.outcome.value,
        aspect=reply.aspect,
        guide_id=reply.guide.id if reply.guide else None,
        guide_version=reply.guide.version if reply.guide else None,
        provenance={**reply.provenance, "turn": dict(answered.why)},
    )
