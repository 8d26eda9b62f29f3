"""`bangban wechat simulate` as a newcomer starts it."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.settings import load_settings
from tests.support.ports import free_ports

_COMMAND = "from bot.cli import main; main()"


@contextmanager
def simulating(var_dir: Path, *arguments: str) -> Iterator[tuple[str, list[str]]]:
    """The command running; out: its address and the lines it printed first."""
    [port] = free_ports(1)
    command = [sys.executable, "-c", _COMMAND, "wechat", "simulate", "--port", str(port), *arguments]
    process = subprocess.Popen(
        command, env={"BANGBAN_VAR_DIR": str(var_dir), "PATH": ""}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = []
    try:
        while "bangban serve" not in (line := process.stdout.readline()):
            assert line, f"it ended: {lines}"
            lines.append(line.rstrip("\n"))
        url = f"http://127.0.0.1:{port}"
        _wait_for(url)
        yield url, lines
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert process.returncode == 0


def _wait_for(url: str) -> None:
    for attempt in range(100):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            if attempt == 99:
                raise
            time.sleep(0.1)


def exported(lines: list[str]) -> dict[str, str]:
    """The settings in the lines, as a shell reads them."""
    found = [re.fullmatch(r"  export (\w+)=(.*)", line) for line in lines]
    return {match[1]: shlex.split(match[2])[0] for match in found if match}


def test_what_it_prints_is_what_the_front_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with simulating(tmp_path, "--mode", "compatible") as (url, lines):
        settings = exported(lines)
        for name, value in {**settings, "BANGBAN_VAR_DIR": str(tmp_path)}.items():
            monkeypatch.setenv(name, value)
        loaded = load_settings()
        assert loaded.wechat_is_on
        assert loaded.wechat_mode == "compatible"
        assert loaded.wechat_api_url == url
        with urllib.request.urlopen(f"{url}/sim/state", timeout=5) as response:
            state = json.load(response)
        assert state["settings"] == settings
        assert state["account"]["kind"] == "verified-service"
    with simulating(tmp_path) as (_, again):
        assert exported(again)["BANGBAN_WECHAT_TOKEN"] == settings["BANGBAN_WECHAT_TOKEN"]
    assert (tmp_path / "wechat-simulator.json").stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with simulating(tmp_path) as (url, _):
        port = url.rpartition(":")[2]
        command = [sys.executable, "-c", _COMMAND, "wechat", "simulate", "--port", port]
        env = {"BANGBAN_VAR_DIR": str(tmp_path), "PATH": ""}
        second = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 2
    assert "--port" in second.stderr
