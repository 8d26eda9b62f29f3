"""The supervisor over tiny real processes: restart, order, clean stop, no orphan."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psutil

from bot.supervise.keeper import Pace
from bot.supervise.log import Log
from bot.supervise.parts import Part
from bot.supervise.policy import RestartPolicy
from bot.supervise.supervisor import Supervisor
from tests.support.ports import free_ports

FAKE = Path(__file__).with_name("fake_part.py")
QUICK = RestartPolicy(first_delay=0.05, longest_delay=0.2)
PACE = Pace(while_starting=0.02, while_ready=0.1, slow_after=1.0, hung_after=1.0, stop_deadline=1.0)
PATIENCE = 30.0


def part(name: str, port: int, *flags: str) -> Part:
    argv = (sys.executable, str(FAKE), str(port), *flags)
    return Part(name, argv, f"http://127.0.0.1:{port}/health")


async def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Run:
    """A supervisor at work in the background of a test."""

    def __init__(self, supervisor: Supervisor, output: io.StringIO) -> None:
        self.supervisor = supervisor
        self.output = output

    @property
    def text(self) -> str:
        return self.output.getvalue()

    def pid(self, name: str) -> int:
        pid = self.supervisor.keepers[name].pid
        assert pid is not None
        return pid

    def ready(self, *names: str) -> bool:
        keepers = self.supervisor.keepers
        return all(name in keepers and keepers[name].ready.is_set() for name in names)


@contextlib.asynccontextmanager
async def supervised(behind: list[Part], front: Part, *, grace: float = 30) -> AsyncIterator[Run]:
    output = io.StringIO()
    supervisor = Supervisor(
        behind, front, Log(output), summary="all here", grace=grace, policy=QUICK, pace=PACE
    )
    task = asyncio.create_task(supervisor.run())
    try:
        yield Run(supervisor, output)
    finally:
        supervisor.stop()
        await asyncio.wait_for(task, PATIENCE)


async def test_front_starts_when_the_others_are_ready_and_the_summary_is_shown_once() -> None:
    one, two, three = free_ports(3)
    async with supervised([part("actions", one, "slow"), part("rasa", two)], part("front", three)) as run:
        await until(lambda: run.ready("rasa"), "rasa is ready")
        assert run.supervisor.keepers["front"].pid is None
        await until(lambda: "all here" in run.text, run.text)
        assert "actions is not ready after 1 s" in run.text
        assert run.text.index("actions is ready") < run.text.index(f"hello from {three}")
        os.kill(run.pid("rasa"), signal.SIGKILL)
        await until(lambda: run.text.count("rasa is ready") == 2, run.text)
    assert run.text.count("all here") == 1


async def test_front_starts_without_a_part_that_takes_too_long() -> None:
    one, two, three = free_ports(3)
    behind = [part("actions", one), part("rasa", two, "dies")]
    async with supervised(behind, part("front", three), grace=0.5) as run:
        await until(lambda: run.ready("front"), run.text)
        assert "front starts without rasa: not ready after 0.5 s" in run.text
        await until(lambda: "started again in 0.2 s" in run.text, run.text)
        assert "rasa died (exit code 3); it is started again in 0.05 s" in run.text
        assert "all here" not in run.text


async def test_a_killed_part_is_started_again_and_its_own_children_go_with_it() -> None:
    one, two = free_ports(2)
    async with supervised([part("rasa", one, "parent")], part("front", two)) as run:
        await until(lambda: run.ready("rasa", "front"), run.text)
        first, front = run.pid("rasa"), run.pid("front")
        grandchild = int(run.text.split("grandchild ")[1].split()[0])
        os.kill(first, signal.SIGKILL)
        await until(lambda: "rasa died (killed by SIGKILL)" in run.text, run.text)
        await until(lambda: run.ready("rasa") and run.pid("rasa") != first, run.text)
        await until(lambda: gone(grandchild), "the grandchild is gone")
        assert run.pid("front") == front


async def test_a_part_that_hangs_is_killed_and_started_again() -> None:
    one, two = free_ports(2)
    # A probe that waits for a hung part takes its own time-out on top of `hung_after`.
    async with supervised([part("rasa", one, "hangs")], part("front", two)) as run:
        await until(lambda: "rasa has not answered for 1 s and is killed" in run.text, run.text)
        await until(lambda: run.text.count("rasa is ready") == 2, run.text)


async def test_a_program_that_does_not_exist_is_reported_and_tried_again() -> None:
    missing = Part("rasa", ("/nowhere/python",), "http://127.0.0.1:1/")
    (port,) = free_ports(1)
    async with supervised([missing], part("front", port), grace=0.1) as run:
        await until(lambda: run.text.count("rasa died (could not be started:") >= 2, run.text)
        await until(lambda: run.ready("front"), run.text)


async def test_the_stop_goes_in_reverse_order_and_insists() -> None:
    one, two, three = free_ports(3)
    behind = [part("actions", one, "stubborn"), part("rasa", two)]
    async with supervised(behind, part("front", three)) as run:
        await until(lambda: run.ready("actions", "rasa", "front"), run.text)
        pids = [run.pid(name) for name in ("actions", "rasa", "front")]
    assert "actions did not stop in 1 s and is killed" in run.text
    assert "everything has stopped" in run.text
    assert all(gone(pid) for pid in pids)


PROGRAM = """
import asyncio, sys
from bot.supervise.log import Log
from bot.supervise.parts import Part
from bot.supervise.supervisor import Supervisor
fake, flag, *ports = sys.argv[1:]
parts = [
    Part(name, (sys.executable, fake, port, *flags), f"http://127.0.0.1:{port}/")
    for name, port, flags in zip(("actions", "rasa", "front"), ports, ((), (flag,), ()), strict=True)
]
asyncio.run(Supervisor(parts[:2], parts[2], Log(sys.stdout), summary="all here").run())
"""


@contextlib.contextmanager
def _program(flag: str = "plain") -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(FAKE), flag, *map(str, free_ports(3))],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """All its descendants, once everything is ready."""
    assert process.stdout is not None
    ready = any("all here" in line for line in process.stdout)
    assert ready, "the program ended before it was ready"
    return psutil.Process(process.pid).children(recursive=True)


def test_sigterm_ends_everything_cleanly() -> None:
    with _program("parent") as process:
        family = _family(process)
        assert len(family) == 4
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, rest
        assert "everything has stopped" in rest
        assert "Traceback" not in rest
        assert all(gone(one.pid) for one in family)


def test_no_part_outlives_a_supervisor_that_was_killed() -> None:
    with _program() as process:
        parts = _family(process)
        assert len(parts) == 3
        process.kill()
        _, alive = psutil.wait_procs(parts, timeout=PATIENCE)
        assert alive == []
