"""Cuts Chinese text at punctuation and spaces only; the features are characters inside these pieces.

Rasa's WhitespaceTokenizer does the same but refuses `language: zh`, and Jieba's words came out worse and
slower (benchmarks/nlu/README.md). Full-width letters and digits and ①②③ become plain ones.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

_PIECE = re.compile(r"\w+")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class PhraseTokenizer(Tokenizer):
    """Named `bot.rasa.tokenizer.PhraseTokenizer` in config.yml."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The pieces, with their places in the original; a text of punctuation or emoji is one piece."""
        text = message.get(attribute)
        tokens = [Token(plain(piece.group()), piece.start(), piece.end()) for piece in _PIECE.finditer(text)]
        return tokens or [Token(text, 0, len(text))]


def plain(piece: str) -> str:
    """Compatibility forms folded (１→1, Ａ→a, ②→2) and lower case."""
    return unicodedata.normalize("NFKC", piece).lower()
