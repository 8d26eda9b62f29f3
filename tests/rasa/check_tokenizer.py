"""Chinese text is cut at punctuation only, and full-width forms become plain ones."""

from __future__ import annotations

import unittest

from tests.rasa import with_rasa  # noqa: F401  isort: skip

from rasa.shared.nlu.training_data.message import Message

from bot.rasa.classifier import PlainLogisticRegression
from bot.rasa.tokenizer import PhraseTokenizer


def cut(text: str) -> list[str]:
    tokenizer = PhraseTokenizer(PhraseTokenizer.get_default_config())
    return [token.text for token in tokenizer.tokenize(Message({"text": text}), "text")]


class Pieces(unittest.TestCase):
    def test_it_cuts_at_punctuation_and_spaces(self) -> None:
        self.assertEqual(cut("我在平度住，社保在昌邑，去哪办？"), ["我在平度住", "社保在昌邑", "去哪办"])
        self.assertEqual(cut("12345 之外"), ["12345", "之外"])

    def test_full_width_and_circled_forms_become_plain(self) -> None:
        self.assertEqual(cut("１２３ＡＰＰ"), ["123app"])
        self.assertEqual(cut("②"), ["2"])

    def test_a_text_of_signs_is_one_piece(self) -> None:
        self.assertEqual(cut("😀😀"), ["😀😀"])
        self.assertEqual(cut("？？？"), ["？？？"])


class Classes(unittest.TestCase):
    def test_they_are_weighted_as_they_come(self) -> None:
        classifier = PlainLogisticRegression(PlainLogisticRegression.get_default_config(), "name", None, None)
        self.assertIsNone(classifier.clf.class_weight)


if __name__ == "__main__":
    unittest.main()
