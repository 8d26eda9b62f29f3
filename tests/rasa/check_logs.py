"""The log can be read, and holds nothing that citizens wrote."""

from __future__ import annotations

import contextlib
import io
import logging
import unittest
import warnings

from tests.rasa import with_rasa  # noqa: F401  isort: skip

import structlog

from bot.rasa import logs

SAID = "我的身份证号是370102199001011234"


class Lines(unittest.TestCase):
    def setUp(self) -> None:
        structlog.reset_defaults()
        self.out = io.StringIO()
        with contextlib.redirect_stdout(self.out):
            logs.configure("INFO")
        self.addCleanup(logs.configure, "ERROR")

    def test_a_structured_line_is_plain_and_without_values(self) -> None:
        structlog.get_logger("rasa.x").warning("message.parsing.failed", user_text=SAID)
        self.assertEqual(self.out.getvalue(), "WARNING rasa.x: message.parsing.failed (without user_text)\n")

    def test_a_failed_action_is_one_line(self) -> None:
        processor = logging.getLogger("rasa.core.processor")
        try:
            raise ConnectionError("Couldn't connect to the server.\nmore")
        except ConnectionError:
            processor.exception("Encountered an exception while running action")
        self.assertEqual(
            self.out.getvalue(),
            "ERROR rasa.core.processor: ConnectionError: Couldn't connect to the server.\n",
        )

    def test_deprecations_of_pinned_libraries_are_not_shown_but_other_warnings_are(self) -> None:
        warnings.showwarning("old", DeprecationWarning, "file", 1)
        warnings.showwarning(UserWarning("an example stands twice"), UserWarning, "file", 1)
        self.assertEqual(self.out.getvalue(), "WARNING bangban.rasa: an example stands twice\n")


if __name__ == "__main__":
    unittest.main()
