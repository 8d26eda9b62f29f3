from __future__ import annotations

import io
import re

import pytest

from bot.supervise.log import LineSplitter, Log


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_has_time_and_name_and_no_colour_in_a_file() -> None:
    stream = io.StringIO()
    Log(stream, clock=lambda: 0.0).write("rasa", "hello")
    assert re.fullmatch(r"\d\d:\d\d:\d\d rasa    │ hello\n", stream.getvalue())


def test_a_terminal_gets_colours_unless_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    Log(stream).write("rasa", "hello")
    assert "\x1b[35mrasa   \x1b[0m │ hello" in stream.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    Log(plain).write("rasa", "hello")
    assert "\x1b" not in plain.getvalue()


def test_lines_are_put_together_across_chunks_and_characters() -> None:
    splitter = LineSplitter()
    data = "第一行\r\n第二行\n尾".encode()
    lines = [line for byte in data for line in splitter.feed(bytes([byte]))]
    assert lines == ["第一行", "第二行"]
    assert list(splitter.close()) == ["尾"]
    assert list(splitter.close()) == []


def test_a_line_without_end_does_not_grow_for_ever() -> None:
    splitter = LineSplitter()
    lines = [line for _ in range(5) for line in splitter.feed(b"x" * 9_000)]
    assert [len(line) for line in lines] == [27_000]


def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    assert list(LineSplitter().feed(b"\xff\xfe!\n")) == ["\ufffd\ufffd!"]
