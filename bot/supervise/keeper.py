"""Keeps one part alive: start, wait until it is ready, watch, start again after its death."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.supervise.child import Child
from bot.supervise.log import Log
from bot.supervise.parts import Part
from bot.supervise.policy import RestartPolicy

Probe = Callable[[str], Awaitable[bool]]
"""Does this health address answer?"""


@dataclass(frozen=True)
class Pace:
    """Seconds between looks at a part, and how long it may be silent."""

    while_starting: float = 0.25
    while_ready: float = 5.0
    slow_after: float = 60.0
    hung_after: float = 60.0
    stop_deadline: float = 10.0


class Keeper:
    """One part and its present child."""

    def __init__(self, part: Part, log: Log, probe: Probe, policy: RestartPolicy, pace: Pace) -> None:
        self.part = part
        self.ready = asyncio.Event()
        self._log = log
        self._probe = probe
        self._policy = policy
        self._pace = pace
        self._child: Child | None = None
        self._ready_at: float | None = None
        self._stopping = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """Process id while the part runs."""
        return self._child.pid if self._child else None

    async def run(self) -> None:
        """Keep the part alive until `stop` is called."""
        failures = 0
        while not self._stopping.is_set():
            healthy_for, ending = await self._one_life()
            if self._stopping.is_set():
                return
            restart = self._policy.after_death(failures, healthy_for)
            failures = restart.failures
            self._say(f"{self.part.name} died ({ending}); it is started again in {restart.delay:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), timeout=restart.delay)

    async def stop(self) -> None:
        """End the part: ask, wait for the deadline, then insist."""
        self._stopping.set()
        child = self._child
        if child is None:
            return
        child.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), timeout=self._pace.stop_deadline)
            return
        self._say(f"{self.part.name} did not stop in {self._pace.stop_deadline:g} s and is killed")
        child.kill()
        await child.wait()

    def kill(self) -> None:
        """End the part at once."""
        self._stopping.set()
        if self._child:
            self._child.kill()

    async def _one_life(self) -> tuple[float, str]:
        """Run one child to its end: seconds it was in good health, and how it ended."""
        try:
            child = await Child.start(self.part, lambda line: self._log.write(self.part.name, line))
        except OSError as error:
            return 0.0, f"could not be started: {error}"
        self._child, self._ready_at = child, None
        if self._stopping.is_set():  # asked to stop while it was being started
            child.kill()
        watch = asyncio.create_task(self._watch(child))
        try:
            ending = await child.wait()
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            self._child = None
            self.ready.clear()
        return (time.monotonic() - self._ready_at if self._ready_at else 0.0), ending

    async def _watch(self, child: Child) -> None:
        """Say when the part is ready. Kill it when it was ready and then answers nothing for too long."""
        born = time.monotonic()
        await self._until_ready(born)
        self._ready_at = last_answer = time.monotonic()
        self._say(f"{self.part.name} is ready after {last_answer - born:.1f} s")
        self.ready.set()
        while time.monotonic() - last_answer < self._pace.hung_after:
            await asyncio.sleep(self._pace.while_ready)
            if await self._probe(self.part.health_url):
                last_answer = time.monotonic()
        self._say(f"{self.part.name} has not answered for {self._pace.hung_after:g} s and is killed")
        child.kill()

    async def _until_ready(self, born: float) -> None:
        """Look often at first, then ever less; say once that it takes long."""
        told = False
        while not await self._probe(self.part.health_url):
            waited = time.monotonic() - born
            if waited > self._pace.slow_after and not told:
                self._say(f"{self.part.name} is not ready after {waited:.0f} s; its lines above may say why")
                told = True
            await asyncio.sleep(min(max(self._pace.while_starting, waited / 20), self._pace.while_ready))

    def _say(self, text: str) -> None:
        self._log.write("serve", text)
