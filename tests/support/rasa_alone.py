"""Rasa alone, in front of an action server that the test commands: for the channel's own behaviour."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.support.ports import free_ports
from tests.support.stack import ROOT, TRAINED, NoStack

# Read before the tests' clean environment takes it away.
RASA_PYTHON = os.environ.get("BANGBAN_RASA_PYTHON") or str(ROOT / ".venv-rasa" / "bin" / "python")
TOKEN = "token-of-the-test"
DEADLINE_S = 2.0
START_SECONDS = 90.0


@dataclass
class Actions:
    """What the action server does next, and what it has been asked."""

    port: int
    mode: str = "answer"
    asked: list[dict[str, Any]] = field(default_factory=list)

    def reply(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and body of the next answer."""
        self.asked.append(request)
        slots = request["tracker"]["slots"]
        count = (slots.get("fails") or 0) + 1
        answer = {
            "events": [{"event": "slot", "timestamp": None, "name": "fails", "value": count}],
            "responses": [{"text": None, "custom": {"outcome": "answered", "text": f"第{count}次"}}],
        }
        if self.mode == "hang":
            time.sleep(DEADLINE_S * 2)
        refusals: dict[str, tuple[int, dict[str, Any]]] = {
            "error": (500, {"error": "boom"}),
            "invalid": (200, {"events": [{"event": "no_such_event"}], "responses": []}),
            "silent": (200, {"events": [], "responses": []}),
        }
        return refusals.get(self.mode, (200, answer))


@dataclass
class RasaAlone:
    """A running Rasa and its actions."""

    url: str
    actions: Actions
    var_dir: Path
    process: subprocess.Popen[bytes]
    start: Any

    def post(self, body: Any, token: str | None = TOKEN, path: str = "webhook") -> tuple[int, Any]:
        """Status and JSON of a request to the channel; bytes are sent as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return _call(urllib.request.Request(f"{self.url}/{path}", data, headers))

    def say(self, sender: str, text: str, **more: Any) -> tuple[int, Any]:
        return self.post({"sender": sender, "message": text, **more})

    def kill(self) -> None:
        """kill -9, then start it again."""
        self.process.kill()
        self.process.wait()
        self.process = self.start()


def get(url: str) -> tuple[int, Any]:
    return _call(urllib.request.Request(url))


@contextlib.contextmanager
def running(folder: Path) -> Iterator[RasaAlone]:
    """Rasa with the model that set-up trained, its own var folder and a commanded action server."""
    if shutil.which(RASA_PYTHON) is None:
        raise NoStack(f"There is no Python with Rasa at {RASA_PYTHON}. Run `make setup`.")
    models = TRAINED / "rasa" / "models"
    if not models.is_dir():
        raise NoStack(f"There is no model in {models}. Run `make conversations`: it trains first.")
    var_dir = folder / "var"
    shutil.copytree(models, var_dir / "rasa" / "models")
    rasa_port, actions_port = free_ports(2)
    url = f"http://127.0.0.1:{rasa_port}/webhooks/bangban"
    env = {name: value for name, value in os.environ.items() if not name.startswith("BANGBAN_")} | {
        "BANGBAN_VAR_DIR": str(var_dir),
        "BANGBAN_RASA_PORT": str(rasa_port),
        "BANGBAN_RASA_TOKEN": TOKEN,
        "BANGBAN_ACTIONS_URL": f"http://127.0.0.1:{actions_port}",
        "BANGBAN_TURN_DEADLINE_S": str(DEADLINE_S),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "PYTHONPATH": str(ROOT),
    }
    log = (folder / "rasa.log").open("wb")

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [RASA_PYTHON, "-m", "bot.rasa"], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT
        )
        _wait_until_healthy(url, process, folder / "rasa.log")
        return process

    with log, _action_server(actions_port) as actions:
        rasa = RasaAlone(url, actions, var_dir, start(), start)
        try:
            yield rasa
        finally:
            rasa.process.terminate()
            rasa.process.wait(timeout=20)


@contextlib.contextmanager
def _action_server(port: int) -> Iterator[Actions]:
    actions = Actions(port)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = actions.reply(request)
            with contextlib.suppress(ConnectionError):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield actions
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            if get(f"{url}/health")[0] == 200:
                return
        said = log.read_text(encoding="utf-8", errors="replace")
        assert process.poll() is None, f"rasa ended:\n{said}"
        assert time.monotonic() < deadline, f"rasa is not healthy:\n{said}"
        time.sleep(0.1)


def _call(request: urllib.request.Request) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)
