"""What the Rasa process reads from its environment (plain Python, so it is tested here too)."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.rasa.environment import kept_token, quiet, read_environment, tracker_url
from bot.rasa.errors import ConfigInvalid

VAR = Path("var")


def environ(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"BANGBAN_VAR_DIR": str(tmp_path), "BANGBAN_RASA_TOKEN": "s3cr3t", **more}


def test_an_empty_environment_gives_the_embedded_defaults(tmp_path: Path) -> None:
    env = read_environment(environ(tmp_path))
    assert (env.host, env.port, env.workers) == ("127.0.0.1", 5005, 1)
    assert env.actions_url == "http://127.0.0.1:5055"
    assert env.tracker_url == f"sqlite:///{tmp_path}/rasa.db"
    assert env.model == tmp_path / "rasa" / "models" / "bangban.tar.gz"
    assert env.for_endpoints()["RASA_LOCK_TYPE"] == "in_memory"


def test_redis_and_postgresql_are_taken_from_the_installation(tmp_path: Path) -> None:
    env = read_environment(
        environ(
            tmp_path, DATABASE_URL="postgresql+asyncpg://u:p@db/b?ssl=require", REDIS_URL="redis://r:6379/1"
        )
    )
    variables = env.for_endpoints()
    assert variables["RASA_TRACKER_URL"] == "postgresql://u:p@db/b?sslmode=require"
    assert variables["RASA_LOCK_TYPE"] == "bot.rasa.lock_store.RedisUrlLockStore"
    assert variables["RASA_LOCK_URL"] == "redis://r:6379/1"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("", "sqlite:///var/rasa.db"),
        ("sqlite:////srv/bangban.db", "sqlite:///var/rasa.db"),
        ("sqlite:////data/bangban.db", "sqlite:///var/rasa.db"),
        ("postgres://u@h/d", "postgresql://u@h/d"),
        ("postgresql://u@h/d?x=1&ssl=prefer", "postgresql://u@h/d?x=1&sslmode=prefer"),
    ],
)
def test_where_conversations_are_kept(given: str, used: str) -> None:
    assert tracker_url(given, VAR) == used


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BANGBAN_RASA_PORT", "0"),
        ("BANGBAN_RASA_PORT", "http"),
        ("BANGBAN_RASA_PORT", "５００５"),
        ("BANGBAN_TURN_DEADLINE_S", "soon"),
        ("BANGBAN_TURN_DEADLINE_S", "-1"),
        ("BANGBAN_MAX_MESSAGE_CHARS", "1.5"),
        ("BANGBAN_LOG_LEVEL", "LOUD"),
        ("DATABASE_URL", "mysql://h/d"),
        ("REDIS_URL", "http://h"),
        ("SANIC_WORKERS", "2"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name_and_the_mend(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        read_environment(environ(tmp_path, **{name: value}))
    assert name in caught.value.message
    assert caught.value.mend


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    shown = repr(read_environment(environ(tmp_path, DATABASE_URL="postgresql://u:hidden@h/d")))
    assert "s3cr3t" not in shown
    assert "hidden" not in shown


def test_several_workers_need_redis(tmp_path: Path) -> None:
    env = read_environment(environ(tmp_path, SANIC_WORKERS="2", REDIS_URL="redis://h"))
    assert env.for_endpoints()["SANIC_WORKERS"] == "2"


def test_the_action_server_is_found_by_url_or_by_host_and_port(tmp_path: Path) -> None:
    by_url = read_environment(environ(tmp_path, BANGBAN_ACTIONS_URL="http://a:1/"))
    by_port = read_environment(environ(tmp_path, BANGBAN_ACTIONS_HOST="0.0.0.0", BANGBAN_ACTIONS_PORT="7"))
    assert (by_url.actions_url, by_port.actions_url) == ("http://a:1", "http://127.0.0.1:7")


def test_the_token_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "rasa-token"
    token = kept_token(path)
    assert len(token) >= 32
    assert kept_token(path) == token
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["rasa-token"]


def test_an_empty_token_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rasa-token"
    path.write_text("\n", encoding="ascii")
    with pytest.raises(ConfigInvalid, match="empty"):
        kept_token(path)


def test_telemetry_is_off_and_no_cache_lies_outside_the_var_folder() -> None:
    variables = quiet(VAR)
    assert variables["RASA_TELEMETRY_ENABLED"] == "false"
    assert variables["RASA_CACHE_DIRECTORY"].startswith("var/")
