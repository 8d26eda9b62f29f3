"""Giving a conversation to somebody without a desk, for tests of what a channel does then."""

from __future__ import annotations

from sqlalchemy import update

from bot.store import ConversationStore, Owner
from bot.store.tables import Conversation


async def belongs_to(store: ConversationStore, conversation_id: int, owner: Owner) -> None:
    """The conversation has this owner from now on, and no episode at the desk."""
    statement = update(Conversation).where(Conversation.id == conversation_id).values(owner=owner)
    await store._database.write(lambda session: session.execute(statement))
