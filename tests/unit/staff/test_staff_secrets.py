"""Codes, keys, pauses and passwords: pure functions against known values."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SetupIncomplete
from bot.staff import passwords, totp
from bot.staff.api_own import ROUTES
from bot.staff.errors import REFUSALS
from bot.staff.lockout import OF_ADDRESS, OF_NAME, counting
from bot.staff.passwords import Passwords, new_password, weakness
from bot.staff.secrecy import Keys, csrf_of, new_recovery_codes, new_token, recovery_digest
from bot.staff.service import Step
from bot.staff.words import load_staff_words
from bot.store.staff_values import Action, Attempts, Role

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("unix_s", "code"),
    [  # RFC 6238, appendix B, SHA-1
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_rfc(unix_s: int, code: str) -> None:
    assert totp.code_at(RFC_SECRET, totp.step_at(unix_s), digits=8) == code
    assert totp.code_at(RFC_SECRET, totp.step_at(unix_s)) == code[2:]


def test_a_clock_may_be_one_step_off_and_no_more() -> None:
    now = 1111111109
    step = totp.step_at(now)
    found = [totp.step_of(RFC_SECRET, totp.code_at(RFC_SECRET, step + off), now) for off in range(-3, 4)]
    assert found == [None, None, step - 1, step, step + 1, None, None]


@given(st.text(max_size=20))
def test_any_text_is_a_code_or_none(text: str) -> None:
    step = totp.step_of(RFC_SECRET, text, 1111111109)
    assert step is None or totp.code_at(RFC_SECRET, step) == text


def test_what_is_sealed_opens_with_the_same_secret_only() -> None:
    sealed = Keys("one").seal("JBSWY3DP")
    assert "JBSWY3DP" not in sealed
    assert Keys("one").unseal(sealed) == "JBSWY3DP"
    with pytest.raises(SetupIncomplete, match="forget-second-factor"):
        Keys("two").unseal(sealed)
    with pytest.raises(ValueError, match="empty"):
        Keys("")
    assert len({Keys("one").of("seal"), Keys("one").of("audit"), Keys("two").of("seal")}) == 3
    assert Keys("one").name("name", "x") != Keys("one").name("code", "x")


def test_tokens_and_codes_differ_and_cannot_be_read_from_what_is_kept() -> None:
    codes = {code for _ in range(50) for code in new_recovery_codes()}
    assert len(codes) == 500
    code = codes.pop()
    assert recovery_digest(code.upper().replace("-", " ")) == recovery_digest(code)
    assert code.replace("-", "") not in recovery_digest(code)
    token = new_token()
    assert len(token) == 43 and csrf_of(token) != csrf_of(new_token())


def test_pauses_grow_and_end() -> None:
    seconds = [OF_NAME.pause(count).total_seconds() for count in range(1, 12)]
    assert seconds == [0, 0, 0, 0, 60, 120, 240, 480, 900, 900, 900]
    assert OF_ADDRESS.pause(10**6) == timedelta(hours=1)


def test_an_attempt_in_a_pause_is_not_let_in() -> None:
    count = counting(OF_NAME, NOW)
    until = NOW + timedelta(seconds=1)
    assert count(Attempts(5, NOW, until)) is None
    assert count(Attempts(5, NOW, NOW)) == Attempts(6, NOW, NOW + timedelta(seconds=120))
    assert count(None) == Attempts(1, NOW, None)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "too_short"),
        ("Ab3$efgh9", "too_short"),
        ("x" * 129, "too_long"),
        ("aaaaaaaaaaaa", "too_simple"),
        ("abcabcabcabc", "too_simple"),
        ("1234567890", "too_simple"),
        ("0987654321", "too_simple"),
        ("qwertyuiop", "too_simple"),
        ("poiuytrewq", "too_simple"),
        ("1qaz2wsx3edc", "too_simple"),
        ("zw19850312!!", "too_simple"),
        ("13800138000", "too_simple"),
        ("Password2026!", "common"),
        ("P@ssw0rd123", "common"),
        ("admin@123456", "common"),
        ("woaini1314520", "common"),
        ("iloveyou!!11", "common"),
        ("zhang.wei-2026-x", "holds_name"),
        ("ＺＨＡＮＧ.ＷＥＩ一二三四", "holds_name"),
        ("我是张伟啊没错就是我", "holds_name"),
        ("correct horse battery", None),
        ("春眠不觉晓处处闻啼鸟", None),
        ("x7#Kq!2vPz9", None),
    ],
)
def test_which_passwords_are_good_enough(password: str, why: str | None) -> None:
    assert weakness(password, "zhang.wei", "张伟") == why


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    assert weakness(text, "wang") in (None, "too_short", "too_long", "holds_name", "too_simple", "common")


def test_first_passwords_are_good_enough_themselves() -> None:
    made = {new_password() for _ in range(200)}
    assert len(made) == 200
    assert [one for one in made if weakness(one, "admin", "系统管理员")] == []


async def test_a_hash_is_argon2id_and_fits_one_password_only() -> None:
    kept = await Passwords().hash("ｃａｆé 咖啡馆 2026")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    assert await cheap.fits(kept, "cafe\u0301 咖啡馆 2026"), "the same text in other code points"
    assert not await cheap.fits(kept, "café 咖啡馆 2027")
    assert not await cheap.fits(None, "café 咖啡馆 2026")
    assert not await cheap.fits("no hash at all", "x")
    assert cheap.is_outdated(kept) and not Passwords().is_outdated(kept)


async def test_nobody_takes_as_long_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    kept, checked = await made.hash("x"), []
    real = passwords.Passwords._verify
    monkeypatch.setattr(
        passwords.Passwords,
        "_verify",
        lambda self, kept, password: checked.append(kept) or real(self, kept, password),
    )
    await made.fits(kept, "y")
    await made.fits(None, "y")
    assert len(checked) == 2 and all(one.startswith("$argon2id$") for one in checked)
    assert [one.split("$")[3] for one in checked] == [kept.split("$")[3]] * 2


def test_there_are_words_for_everything_and_none_too_many() -> None:
    words = load_staff_words()
    assert words.refusals.keys() == {kind.code for kind in REFUSALS}
    assert words.actions.keys() == {action.value for action in Action}
    assert words.roles.keys() == set(Role)
    assert words.steps.keys() == set(Step)
    assert words.weaknesses.keys() == {"too_short", "too_long", "holds_name", "too_simple", "common", "same"}
    assert str(passwords.SHORTEST) in words.refusals["weak_password"].mend
    assert str(passwords.SHORTEST) in words.weaknesses["too_short"]
    assert str(passwords.LONGEST) in words.weaknesses["too_long"]
    assert len(ROUTES) > 10


@pytest.mark.parametrize("word", load_staff_words().common_passwords)
def test_every_common_word_is_caught_with_figures_around_it(word: str) -> None:
    assert weakness(f"{word.title()}20261120", "nobody.here") in ("common", "too_simple")
