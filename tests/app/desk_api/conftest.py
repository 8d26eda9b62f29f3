"""The real front with staff, and with parts behind it that answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from bot.store.staff_values import Role
from tests.app.staff.conftest import Browser, Office, StartOffice, clock, start_office
from tests.support.fake_rasa import TOKEN, FakeRasa
from tests.support.ports import free_ports

__all__ = ["clock", "start_office"]

SignIn = Callable[[str, Role], Awaitable[Browser]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    [port] = free_ports(1)
    return Settings(var_dir=tmp_path, rasa_token=TOKEN, mask_salt="s", rasa_port=port, actions_port=port)


@pytest.fixture
async def rasa(settings: Settings) -> AsyncIterator[FakeRasa]:
    fake = FakeRasa()
    async with fake.serve(settings.rasa_port):
        yield fake


@pytest.fixture
async def office(start_office: StartOffice, rasa: FakeRasa) -> Office:
    return await start_office()


@pytest.fixture
def sign_in(office: Office) -> SignIn:
    """A browser in which somebody of a role is signed in."""

    async def signed_in(name: str, role: Role) -> Browser:
        return await office.signed_in(await office.account(name, role))

    return signed_in


def ids(found: Any, key: str = "id") -> list[int]:
    return [one[key] for one in found]
