"""A person is erased through the API of staff: nothing of theirs is left in any file of the installation."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.support.stack import Stack

SAID = "想问问火星居住证丢了去哪补办呀"
"""Words nobody else says."""
PASSWORD = "白日依山尽 huang-he ru hai"
WITHIN_S = 60.0


class Supervisor:
    """Signed in on their first day, by HTTP alone."""

    def __init__(self, stack: Stack) -> None:
        self._url = stack.front_url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._csrf = ""
        added = stack.bangban(
            "staff", "add", "guo.lin", "--role", "supervisor", "--display", "郭林", "--json"
        )
        assert added.returncode == 0, added.stdout + added.stderr
        first = json.loads(added.stdout)["password"]
        self.ask("POST", "/api/staff/login", {"name": "guo.lin", "password": first})
        self.ask("POST", "/api/staff/password", {"current": first, "new": PASSWORD})

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request as the console makes it."""
        headers = {"Content-Type": "application/json", "Origin": self._url, "X-CSRF-Token": self._csrf}
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, sent, headers, method=method)
        with self._opener.open(request, timeout=30) as response:
            answer = json.load(response)
        self._csrf = answer.get("csrf", self._csrf)
        return answer


def says(stack: Stack, sender: str, text: str) -> None:
    body = json.dumps({"sender": sender, "message": text}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{stack.front_url}/webhooks/rest/webhook", body, headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        assert json.load(response)


def files_with(stack: Stack, text: str) -> list[Path]:
    """Every file under the var folder, and the log, that holds a text."""
    wanted = text.encode()
    files = [*(path for path in stack.var_dir.rglob("*") if path.is_file()), stack.log_file]
    return [path for path in files if wanted in path.read_bytes()]


def turns_with_rasa(stack: Stack) -> set[str]:
    with sqlite3.connect(stack.var_dir / "rasa.db") as rasa:
        return {row[0] for row in rasa.execute("SELECT DISTINCT sender_id FROM rasa_events")}


def test_nothing_of_an_erased_person_is_left(stack: Stack) -> None:
    before = turns_with_rasa(stack)
    says(stack, "to-be-erased", SAID)
    says(stack, "to-be-erased", "要带什么")
    theirs = turns_with_rasa(stack) - before
    says(stack, "somebody-else", "身份证丢了去哪补办")
    staff = Supervisor(stack)
    [row] = staff.ask("GET", f"/api/review/messages?q={quote('火星居住证')}")["rows"]
    assert theirs and files_with(stack, SAID)

    erased = staff.ask(
        "POST", "/api/review/erase", {"conversation_id": row["conversation_id"], "why": "本人要求"}
    )

    assert erased["messages"] == 4
    assert staff.ask("GET", f"/api/review/messages?q={quote('火星居住证')}")["rows"] == []
    end = time.monotonic() + WITHIN_S
    while (left := (files_with(stack, SAID), theirs & turns_with_rasa(stack))) != ([], set()):
        assert time.monotonic() < end, left
        time.sleep(0.5)
    with sqlite3.connect(stack.var_dir / "bangban.db") as store:
        assert (
            store.execute("SELECT count(*) FROM messages WHERE text = '身份证丢了去哪补办'").fetchone()[0]
            >= 1
        )
