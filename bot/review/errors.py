"""Why a request of the review is refused, in the words staff read (`content/review.yml`, by code).

BadRequest
├── GuideUnknown        400 the guide that would be right is not published
└── TooManyRows         400 an export of so much would keep everybody waiting
PartUnavailable
└── ReplayUnavailable   503 the action server does not answer
Conflict                409 see bot.store.review_errors
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from bot.errors import BadRequest, BangbanError, Conflict, PartUnavailable
from bot.review.words import load_review_words

E = TypeVar("E", bound=BangbanError)


class GuideUnknown(BadRequest):
    code = "guide_unknown"


class TooManyRows(BadRequest):
    code = "too_many_rows"


class ReplayUnavailable(PartUnavailable):
    code = "replay_unavailable"


def refusal(kind: type[E], **values: object) -> E:
    """An error in the words of its code."""
    words = load_review_words().refusals[kind.code]
    return kind(words.message.format(**values), mend=words.mend)


@contextmanager
def said_in_words() -> Iterator[None]:
    """A conflict the store found is told in the words staff read, with whom it is with."""
    try:
        yield
    except Conflict as error:
        words = load_review_words().refusals.get(error.code)
        if words is None:
            raise
        raise type(error)(words.message, mend=words.mend) from None
