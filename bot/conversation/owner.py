"""Who owns a conversation: every change of the owner field is decided here.

The desk where people take over is still to come. Until then a request for a person is recorded with the
conversation (`handoff_requested_at`) and in the reply's outcome, and the bot goes on answering: silence
with nobody there would strand the citizen.
"""

from __future__ import annotations

from enum import StrEnum

from bot.store.states import Owner


class Event(StrEnum):
    """What can change the owner."""

    CITIZEN_WROTE = "citizen_wrote"
    PERSON_ASKED_FOR = "person_asked_for"


def owner_after(owner: Owner, event: Event) -> Owner:
    """The owner after an event. A closed conversation is the bot's again when the citizen writes."""
    if owner is Owner.CLOSED and event is Event.CITIZEN_WROTE:
        return Owner.BOT
    return owner
