"""The conversation player: YAML conversations played against the running stack, turn by turn.

`play` is what `bangban talk` and the tests of the running stack use.
"""

from bot.talk.client import Reply, RestClient
from bot.talk.judging import Difference, differences
from bot.talk.playing import play, play_all
from bot.talk.reading import read_conversations
from bot.talk.report import ConversationResult, Report, TurnResult
from bot.talk.script import Conversation, Expectation, Turn

__all__ = [
    "Conversation",
    "ConversationResult",
    "Difference",
    "Expectation",
    "Reply",
    "Report",
    "RestClient",
    "Turn",
    "TurnResult",
    "differences",
    "play",
    "play_all",
    "read_conversations",
]
