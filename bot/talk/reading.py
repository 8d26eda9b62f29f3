"""Conversation files → conversations. Every mistake is told with file, line, conversation and turn."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.errors import BadRequest
from bot.talk.script import Conversation, Script
from knowledge.importers.explain import complaints
from knowledge.importers.tree import Mapping, TreeError, read_yaml


class ConversationFileInvalid(BadRequest):
    """One or more conversation files cannot be played."""

    code = "conversation_file_invalid"
    default_mend = "Correct what is named above; docs and `bangban talk --help` show the form."


def read_conversations(paths: Iterable[Path]) -> tuple[Conversation, ...]:
    """The conversations of files, and of all YAML files below folders, in order.

    ConversationFileInvalid lists every mistake of every file at once.
    """
    found: list[Conversation] = []
    mistakes: list[str] = []
    for path in paths:
        files = [path]
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.suffix in (".yml", ".yaml"))
            mistakes += [] if files else [f"{path}: no .yml file below this folder"]
        for file in files:
            _read_file(file, found, mistakes)
    names: dict[tuple[str, str], Conversation] = {}
    for conversation in found:
        first = names.setdefault((conversation.file, conversation.name), conversation)
        if first is not conversation:
            mistakes.append(
                f"{conversation.file} line {conversation.line}: the name “{conversation.name}” "
                f"is taken by the conversation on line {first.line}"
            )
    if mistakes:
        raise ConversationFileInvalid("\n".join(["These conversations cannot be played:", *mistakes]) + "\n")
    return tuple(found)


def _read_file(file: Path, found: list[Conversation], mistakes: list[str]) -> None:
    try:
        documents = list(read_yaml(file.read_text(encoding="utf-8-sig")))
    except TreeError as error:
        mistakes.append(f"{file} line {error.line}: expected {error.expected}; received {error.received}")
        return
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(f"{file}: cannot be read as UTF-8 text: {error}")
        return
    entries = documents[0] if len(documents) == 1 else None
    if not isinstance(entries, list) or not entries:
        mistakes.append(f"{file}: expected a list of conversations (each begins with “- name:”)")
        return
    for number, entry in enumerate(entries, start=1):
        _read_conversation(file, number, entry, found, mistakes)


def _read_conversation(
    file: Path, number: int, entry: Any, found: list[Conversation], mistakes: list[str]
) -> None:
    if not isinstance(entry, Mapping):
        mistakes.append(f"{file}, conversation {number}: expected name and turns; received {entry!r:.60}")
        return
    try:
        script = Script.model_validate(entry)
    except ValidationError as error:
        name = entry.get("name", f"conversation {number}")
        for complaint in complaints(error, Script):
            field = complaint.field.replace("turns[", "turn ").replace("]", "", 1)
            told = [f"expected {complaint.expected}"] if complaint.expected else []
            told += [f"received {complaint.received}"] if complaint.received else []
            told += [complaint.message] if complaint.message else []
            mistakes.append(f"{file} line {entry.line}, “{name}”, {field}: {'; '.join(told)}")
        return
    found.append(Conversation(str(file), entry.line, script.name, script.turns))
