"""A throw-away PostgreSQL database for a test session.

Either a server answers on 127.0.0.1:5432 (or at `TEST_POSTGRES_URL`), or a private one is started from the
binaries on this machine, or there is none and `NoPostgres` says why.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import os
import shutil
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import asyncpg

from tests.support.ports import free_ports

T = TypeVar("T")


class NoPostgres(Exception):
    """No server answers and none can be started; the text says why."""


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The asyncpg URL of an empty database of its own, dropped afterwards."""
    with contextlib.ExitStack() as cleanup:
        server = _running_server()
        if server is None:
            server = cleanup.enter_context(_private_server())
        name = f"bangban_test_{uuid.uuid4().hex[:12]}"
        _execute(server, f'CREATE DATABASE "{name}"')
        try:
            yield f"postgresql+asyncpg://{server.removeprefix('postgresql://').rpartition('/')[0]}/{name}"
        finally:
            _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _running_server() -> str | None:
    """URL of the maintenance database of a server that lets us in, or None."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        return given
    users = dict.fromkeys(["postgres", getpass.getuser()])
    candidates = [f"postgresql://{quote(user)}@127.0.0.1:5432/postgres" for user in users]
    candidates.append("postgresql://postgres:postgres@127.0.0.1:5432/postgres")
    for url in candidates:
        try:
            _execute(url, "SELECT 1")
        except (OSError, asyncpg.PostgresError, TimeoutError):
            continue
        return url
    return None


@contextlib.contextmanager
def _private_server() -> Iterator[str]:
    """Start a server on a free port in a temporary folder; stop it and delete the folder afterwards."""
    binaries = _binaries()
    # A server refuses to run as root: then the account of the distribution's package runs it.
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_postgres and (shutil.which("runuser") is None or not _has_user("postgres")):
        raise NoPostgres("PostgreSQL does not run as root and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="bangban-pg-"))
    try:
        if as_postgres:
            shutil.chown(folder, "postgres")
        data, [port] = folder / "data", free_ports(1)
        initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        _run([*as_postgres, *initdb, "--no-sync"], folder)
        control = [*as_postgres, str(binaries / "pg_ctl"), "-D", str(data), "-w"]
        options = f"-h 127.0.0.1 -p {port} -k {folder} -F"
        _run([*control, "-l", str(folder / "log"), "-o", options, "start"], folder)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    """Folder that holds initdb and pg_ctl (Debian keeps them off PATH, one folder per version)."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(versions, key=lambda path: int(path.parent.name.split(".")[0]), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgres("no PostgreSQL answers on 127.0.0.1:5432 and none is installed")


def _has_user(name: str) -> bool:
    return subprocess.run(["id", name], capture_output=True, check=False).returncode == 0


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoPostgres(f"a private PostgreSQL did not start: {(done.stderr or done.stdout).strip()[-300:]}")


def _execute(url: str, statement: str) -> None:
    async def once() -> None:
        connection = await asyncpg.connect(url, timeout=5)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    _in_own_loop(once())


def _in_own_loop(work: Coroutine[object, object, T]) -> T:
    """Run a coroutine in a thread of its own: the loop of the running test stays untouched."""
    results: list[T] = []
    failures: list[BaseException] = []

    def target() -> None:
        try:
            results.append(asyncio.run(work))
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return results[0]
