"""The settings of the account are checked at start, and a wrong secret is not repeated."""

from __future__ import annotations

import pytest

from bot.channels.wechat.settings import Mode
from bot.settings import Settings
from knowledge.settings import SettingsInvalid, load

KEY = "k" * 43


def test_without_a_token_there_is_no_account() -> None:
    assert not Settings().wechat_is_on


def test_safe_mode_is_the_default_and_needs_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_WECHAT_TOKEN", "s3cretToken")
    with pytest.raises(SettingsInvalid) as wrong:
        load(Settings)
    assert "BANGBAN_WECHAT_AES_KEY and BANGBAN_WECHAT_APP_ID" in str(wrong.value)
    assert "s3cretToken" not in str(wrong.value)

    monkeypatch.setenv("BANGBAN_WECHAT_MODE", "plain")
    assert load(Settings).wechat_mode is Mode.PLAIN
    monkeypatch.setenv("BANGBAN_WECHAT_MODE", "safe")
    monkeypatch.setenv("BANGBAN_WECHAT_AES_KEY", KEY)
    monkeypatch.setenv("BANGBAN_WECHAT_APP_ID", "wx1")
    assert load(Settings).wechat_is_on


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN", "ab"),
        ("TOKEN", "with-dash"),
        ("AES_KEY", "short"),
        ("AES_KEY", "+" * 43),
        ("AES_KEY_PREVIOUS", "k" * 44),
        ("APP_SECRET", "with space"),
    ],
)
def test_a_wrong_secret_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"BANGBAN_WECHAT_{name}", value)

    with pytest.raises(SettingsInvalid) as wrong:
        load(Settings)

    assert f"BANGBAN_WECHAT_{name}:" in str(wrong.value)
    assert f"received {value!r}" not in str(wrong.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSIVE_DEADLINE_S", "5"),
        ("PASSIVE_DEADLINE_S", "0"),
        ("API_URL", "api.weixin.qq.com"),
        ("API_URL", "https://user:pw@api"),
        ("MODE", "open"),
        ("CUSTOMER_SERVICE", "maybe"),
        ("APP_ID", "wx 1"),
    ],
)
def test_what_cannot_work_stops_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"BANGBAN_WECHAT_{name}", value)

    with pytest.raises(SettingsInvalid, match=f"BANGBAN_WECHAT_{name}"):
        load(Settings)


def test_no_secret_is_in_what_is_printed() -> None:
    shown = repr(
        Settings(
            wechat_token="tokenToken",
            wechat_app_secret="secretSecret",
            wechat_aes_key=KEY,
            wechat_aes_key_previous="p" * 43,
            wechat_app_id="wx1",
        )
    )
    for secret in ("tokenToken", "secretSecret", KEY, "p" * 43):
        assert secret not in shown
