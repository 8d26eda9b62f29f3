"""Set-up and tests look for the same browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.chromium import NoBrowser, chromium
from tools.steps import find_chromium


def program(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "chrome"])
def test_set_up_and_tests_find_the_same(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = program(tmp_path / "bin" / name)

    assert find_chromium() == chromium() == found


def test_the_one_that_is_named_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = program(tmp_path / "own" / "my-browser")
    monkeypatch.setenv("CHROMIUM", own)
    monkeypatch.setenv("PATH", os.environ["PATH"])

    assert find_chromium() == chromium() == own


def test_playwrights_own_comes_last_and_none_says_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    own = program(tmp_path / "cache" / "chrome")

    assert chromium(own) == own
    assert find_chromium() is None
    with pytest.raises(NoBrowser, match="apt-get install chromium"):
        chromium(str(tmp_path / "none"))
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "wrong"))
    with pytest.raises(NoBrowser, match="CHROMIUM names"):
        chromium(own)
