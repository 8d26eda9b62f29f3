"""`bangban staff`, and the first administrator of a first start."""

from __future__ import annotations

import io
import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner, Result

from bot.cli import processes, staffing
from bot.cli.app import app
from bot.errors import BangbanError
from bot.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("BANGBAN_VAR_DIR", str(tmp_path))
    return load_settings()


def staff(*words: str) -> Result:
    return CliRunner().invoke(app, ["staff", *words])


def shown(*words: str) -> Any:
    result = staff(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_add_list_switch_off_and_the_log_of_it() -> None:
    made = shown("add", "Zhang.Wei", "--role", "reviewer", "--display", "张伟")
    assert (made["name"], made["role"], len(made["password"])) == ("zhang.wei", "reviewer", 23)
    [listed] = shown("list")["accounts"]
    assert (listed["display_name"], listed["must_change_password"], listed["disabled"]) == (
        "张伟",
        True,
        False,
    )
    assert "hash" not in json.dumps(listed)

    assert staff("disable", "zhang.wei").exit_code == 0
    assert shown("list")["accounts"][0]["disabled"] is True
    assert staff("enable", "ZHANG.WEI").exit_code == 0
    again = shown("passwd", "zhang.wei", "--forget-second-factor")
    assert again["password"] != made["password"]

    log = shown("audit")
    assert log["verdict"]["broken_at"] is None
    actions = [entry["action"] for entry in reversed(log["entries"])]
    assert actions == [
        "account_added",
        "account_disabled",
        "account_enabled",
        "totp_removed",
        "password_reset",
    ]
    assert all(entry["actor"].startswith("cli:") for entry in log["entries"])
    text = staff("audit", "--limit", "2").stdout
    assert "重置密码 account:1" in text and "whole: 5 entries" in text and "新建账号" not in text
    assert made["password"] not in text and again["password"] not in text


def test_who_at_the_identity_provider_opens_an_account() -> None:
    shown("add", "zhang.wei")
    shown("add", "li.na")
    kept = staff("link", "Zhang.Wei", "010234")
    assert kept.exit_code == 0 and "zhang.wei is kept open for 010234 until 20" in kept.stdout
    assert "BANGBAN_OIDC_ISSUER is not set" in kept.output
    assert "kept open for 010234" in staff("list").stdout
    listed = {one["name"]: (one["oidc_expected"], one["oidc_linked"]) for one in shown("list")["accounts"]}
    assert listed == {"zhang.wei": ("010234", False), "li.na": (None, False)}
    assert isinstance(staff("link", "li.na", "010234").exception, BangbanError)
    assert isinstance(staff("link", "li.na", "  ").exception, BangbanError)
    assert staff("unlink", "zhang.wei").exit_code == 0
    assert staff("link", "li.na", "010234").exit_code == 0
    actions = [entry["action"] for entry in reversed(shown("audit")["entries"])]
    assert actions[2:] == ["oidc_expected", "oidc_unlinked", "oidc_expected"]


@pytest.mark.parametrize(
    "words",
    [
        ("passwd", "nobody"),
        ("disable", "nobody"),
        ("add", "no spaces here"),
        ("link", "nobody", "x"),
        ("unlink", "nobody"),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...]) -> None:
    result = staff(*words)
    assert isinstance(result.exception, BangbanError)
    assert result.exception.mend


def test_the_last_administrator_stays() -> None:
    shown("add", "chief", "--role", "admin")
    assert isinstance(staff("disable", "chief").exception, BangbanError)


def test_a_log_somebody_changed_is_told_and_fails(settings: Settings) -> None:
    shown("add", "wang")
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER staff_audit_no_update"))
        connection.execute(text("UPDATE staff_audit SET actor = 'cli:somebody else'"))
    engine.dispose()

    result = staff("audit")

    assert result.exit_code == 1
    assert "from entry 1 on" in result.stdout
    assert staff("audit", "--json").exit_code == 1


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_first_password_is_shown_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    for _ in range(2):
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        staffing.announce_first_admin(settings)
        seen.append(terminal.getvalue())
    assert "Sign in as admin" in seen[0] and seen[1] == ""
    assert not (settings.var_dir / staffing.FIRST_PASSWORD_FILE).exists()
    [account] = shown("list")["accounts"]
    assert (account["name"], account["role"], account["must_change_password"]) == ("admin", "admin", True)


def test_without_a_terminal_it_is_in_a_file_for_the_owner_alone_and_not_in_the_output(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    staffing.announce_first_admin(settings)

    file = settings.var_dir / staffing.FIRST_PASSWORD_FILE
    password = file.read_text().strip()
    written = capsys.readouterr()
    assert len(password) == 23
    assert password not in written.out + written.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_database_that_is_away_does_not_keep_the_rest_from_starting(settings: Settings) -> None:
    away = settings.model_copy(update={"database_url": "postgresql+asyncpg://nobody@127.0.0.1:1/none"})
    staffing.announce_first_admin(away)
    assert not (settings.var_dir / staffing.FIRST_PASSWORD_FILE).exists()


@pytest.mark.parametrize("command", ["serve", "front"])
def test_both_ways_to_start_make_the_first_administrator(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr("bot.supervise.run", lambda _settings: started.append("serve"))
    monkeypatch.setattr(processes, "_become", started.append)

    getattr(processes, command)()

    assert started == [command]
    assert [account["name"] for account in shown("list")["accounts"]] == ["admin"]


def test_an_account_of_that_name_is_left_alone(settings: Settings) -> None:
    shown("add", "admin", "--role", "agent")
    staffing.announce_first_admin(settings)
    assert [(one["name"], one["role"]) for one in shown("list")["accounts"]] == [("admin", "agent")]
