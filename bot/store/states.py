"""The closed sets of the store: every state a record can be in."""

from __future__ import annotations

from enum import StrEnum


class Owner(StrEnum):
    """Who speaks in a conversation."""

    BOT = "bot"
    QUEUED = "queued"
    """Waiting for a person; the bot is silent."""
    HUMAN = "human"
    CLOSED = "closed"

    @property
    def is_with_people(self) -> bool:
        """Whether it waits for a person or has one: then the assistant is silent."""
        return self in (Owner.QUEUED, Owner.HUMAN)


class Direction(StrEnum):
    """Who a message is from: `in` is the citizen's, `out` is ours."""

    IN = "in"
    OUT = "out"


class MessageState(StrEnum):
    """How far a message has come. What is `failed` has its reason beside it."""

    PENDING = "pending"
    """Inbound: nothing answers it yet. Outbound: not handed to the channel yet."""
    ANSWERED = "answered"
    """Inbound only: a reply to it is stored."""
    SENDING = "sending"
    """Outbound only: one worker is handing it over; no other may, for it would arrive twice."""
    SENT = "sent"
    """Outbound only: the channel took it."""
    FAILED = "failed"


class KnowledgeStatus(StrEnum):
    """The life of one version of a record. At most one version of a record is published."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    RETIRED = "retired"


RESTARTED = "restarted"
"""The reason of a message whose process ended before it was done."""

ARRIVAL_UNKNOWN = "arrival_unknown"
"""The reason of a reply that may have reached the person: it is never handed over again."""

RESPONSE_UNKNOWN = "response_unknown"
"""The reason of a reply that was being written into a request of the channel's own. It may have arrived,
too; when the channel makes the request again, it has not, and the reply is handed over then."""

PARTLY_SENT = "partly_sent"
"""So begins the reason of a reply of which the person has the beginning: the whole is not sent again."""
