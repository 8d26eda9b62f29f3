from __future__ import annotations

import stat
from pathlib import Path

import pytest

from actions.settings import ActionsSettings
from bot.errors import SetupIncomplete
from bot.settings import Settings, kept_secret, load_settings, normalise_database_url
from knowledge.settings import KnowledgeSettings, SettingsInvalid, variable_names


def test_defaults_lie_beside_each_other_in_the_var_folder() -> None:
    settings = Settings(var_dir=Path("/srv/bangban"))
    assert settings.index_dir == Path("/srv/bangban/index")
    assert settings.database_url == "sqlite:////srv/bangban/bangban.db"
    assert settings.rasa_models_dir == Path("/srv/bangban/rasa/models")


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BANGBAN_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("BANGBAN_FRONT_PORT", "9000")
    monkeypatch.setenv("BANGBAN_RASA_TOKEN", "given")
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@db/bangban?sslmode=require")
    monkeypatch.setenv("REDIS_URL", "")
    settings = load_settings()
    assert settings.front_url == "http://127.0.0.1:9000"
    assert settings.rasa_token == "given"
    assert settings.database_url == "postgresql+asyncpg://u:p@db/bangban?ssl=require"
    assert settings.redis_url == ""
    assert not (tmp_path / "rasa-token").exists()


def test_every_wrong_setting_is_named_at_once_and_a_secret_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BANGBAN_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("BANGBAN_FRONT_PORT", "http")
    monkeypatch.setenv("BANGBAN_TORCH_THREADS", "0")
    monkeypatch.setenv("DATABASE_URL", "mysql://root:hunter2@db/x")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    message = str(caught.value)
    assert "BANGBAN_FRONT_PORT: expected a valid integer" in message
    assert "received 'http'" in message
    assert "BANGBAN_TORCH_THREADS: expected greater than or equal to 1; received '0'" in message
    assert "DATABASE_URL: expected a URL that begins with postgresql:// or sqlite:///" in message
    assert "hunter2" not in message


def test_a_mistyped_name_is_refused_with_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_FRONT_PROT", "9000")
    with pytest.raises(SettingsInvalid, match="did you mean BANGBAN_FRONT_PORT"):
        load_settings()


def test_secrets_are_made_once_and_for_the_owner_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BANGBAN_VAR_DIR", str(tmp_path / "new"))
    first, second = load_settings(), load_settings()
    assert first.rasa_token == second.rasa_token
    assert len(first.rasa_token) >= 32
    assert first.mask_salt == second.mask_salt != first.rasa_token
    assert stat.S_IMODE((tmp_path / "new" / "rasa-token").stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["mask-salt", "rasa-token"]


def test_an_empty_secret_is_an_error_not_an_open_door(tmp_path: Path) -> None:
    (tmp_path / "rasa-token").write_text("\n")
    with pytest.raises(SetupIncomplete, match="is empty"):
        kept_secret(tmp_path / "rasa-token")


def test_a_secret_that_cannot_be_kept_says_the_mend(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupIncomplete, match="BANGBAN_VAR_DIR"):
        kept_secret(tmp_path / "file" / "rasa-token")


def test_secrets_are_not_shown() -> None:
    shown = repr(Settings(rasa_token="hunter2", mask_salt="hunter2", database_url="sqlite:///hunter2"))
    assert "hunter2" not in shown


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+asyncpg://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("sqlite:///var/x.db", "sqlite:///var/x.db"),
    ],
)
def test_database_urls_get_our_driver(given: str, normal: str) -> None:
    assert normalise_database_url(given) == normal


@pytest.mark.parametrize(
    "url", ["", "bangban.db", "mysql://x", "sqlite+aiosqlite:///x.db", "postgresql+psycopg2://x"]
)
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        normalise_database_url(url)


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:5005"), ("::", "http://[::1]:5005"), ("fd00::1", "http://[fd00::1]:5005")],
)
def test_urls_reach_a_server_that_listens_everywhere(host: str, url: str) -> None:
    assert Settings(rasa_host=host).rasa_url == url


def test_one_environment_serves_all_processes() -> None:
    names = variable_names(Settings)
    for kind in (KnowledgeSettings, ActionsSettings):
        assert variable_names(kind).items() <= names.items()
    shared = ActionsSettings.model_fields
    assert {name: shared[name].get_default() for name in ("actions_host", "actions_port")} == {
        name: Settings.model_fields[name].get_default() for name in ("actions_host", "actions_port")
    }


def test_every_setting_is_described() -> None:
    assert [name for name, info in Settings.model_fields.items() if not info.description] == []
