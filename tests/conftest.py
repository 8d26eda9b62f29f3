"""What every test shares: marks given by folder, a clean environment, PostgreSQL, no skipping in CI."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.support import postgres, ready_database

ROOT = Path(__file__).parent
MARKED_FOLDERS = ("unit", "app", "browser", "rasa", "stack")
MUST_RUN_IN_CI = ("postgres", "browser", "rasa", "stack")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in tests/unit is marked `unit`, and so on."""
    for item in items:
        folder = item.path.relative_to(ROOT).parts[0]
        if folder in MARKED_FOLDERS:
            item.add_marker(folder)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that needs a server and was skipped has failed: the server should have been there."""
    report = yield
    must_run = [mark for mark in MUST_RUN_IN_CI if item.get_closest_marker(mark)]
    if report.skipped and must_run and os.environ.get("CI", "").lower() in ("1", "true"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"A {must_run[0]} test must run in CI. {reason}"
    return report


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test sees the default settings, whatever the person who runs it has exported."""
    for name in [*os.environ]:
        if name.startswith("BANGBAN_") or name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def _ready_database(tmp_path_factory: pytest.TempPathFactory) -> ready_database.Migrate:
    file = tmp_path_factory.mktemp("ready") / "tables.db"
    ready_database.make(file)
    return ready_database.copying(file)


@pytest.fixture(autouse=True)
def _no_migrating_from_nothing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new SQLite file is a copy of one migrated before, but for the tests of the migrations."""
    if request.path.name != "test_store_migrations.py":
        ready = request.getfixturevalue("_ready_database")
        monkeypatch.setattr("bot.store.database._Sqlite.migrate", ready)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of an empty PostgreSQL database of this session (mark the test `postgres`)."""
    try:
        with postgres.database() as url:
            yield url
    except postgres.NoPostgres as reason:
        pytest.skip(str(reason))
