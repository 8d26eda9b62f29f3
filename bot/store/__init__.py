"""What Bangban keeps: knowledge versions, conversations and their messages, on SQLite or PostgreSQL."""

from bot.store.audit import AuditLog
from bot.store.conversations import ConversationStore
from bot.store.database import Database
from bot.store.knowledge import KnowledgeStore, PublishCounts, Published, StoredRecord
from bot.store.ratings import Given, Grade, RatingStore
from bot.store.staff import StaffStore
from bot.store.staff_oidc import OidcStore
from bot.store.staff_sessions import AttemptStore, SessionStore
from bot.store.states import Direction, KnowledgeStatus, MessageState, Owner
from bot.store.values import (
    Arrival,
    Contact,
    ConversationState,
    Exchange,
    NewReply,
    Sealed,
    Standing,
    StoredMessage,
    Unfinished,
)

__all__ = [
    "Arrival",
    "AttemptStore",
    "AuditLog",
    "Contact",
    "ConversationState",
    "ConversationStore",
    "Database",
    "Direction",
    "Exchange",
    "Given",
    "Grade",
    "KnowledgeStatus",
    "KnowledgeStore",
    "MessageState",
    "NewReply",
    "OidcStore",
    "Owner",
    "PublishCounts",
    "Published",
    "RatingStore",
    "Sealed",
    "SessionStore",
    "StaffStore",
    "Standing",
    "StoredMessage",
    "StoredRecord",
    "Unfinished",
]
