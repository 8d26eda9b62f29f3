"""All parts together: readiness in order, one clean stop in reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Sequence

import aiohttp

from bot.supervise.keeper import Keeper, Pace, Probe
from bot.supervise.log import Log
from bot.supervise.parts import Part
from bot.supervise.policy import RestartPolicy

_PROBE_TIMEOUT = aiohttp.ClientTimeout(total=3)


class Supervisor:
    """Starts `behind` at once and `front` when they are ready, or after `grace` seconds all the same:
    then people at least get an honest answer while the rest is still loading."""

    def __init__(
        self,
        behind: Sequence[Part],
        front: Part,
        log: Log,
        *,
        summary: str = "",
        grace: float = 45.0,
        policy: RestartPolicy | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._behind_parts = behind
        self._front_part = front
        self._log = log
        self._summary = summary
        self._grace = grace
        self._policy = policy or RestartPolicy()
        self._pace = pace or Pace()
        self.keepers: dict[str, Keeper] = {}
        self._stop_asked = asyncio.Event()

    def stop(self) -> None:
        """Ask for a clean stop; asked a second time, everything is killed at once."""
        if self._stop_asked.is_set():
            for keeper in self.keepers.values():
                keeper.kill()
        self._stop_asked.set()

    async def run(self) -> None:
        """Keep all parts alive until `stop` is called or the process gets SIGINT, SIGTERM or SIGHUP."""
        async with self._signals(), _prober() as probe:
            self.keepers = {part.name: self._keeper(part, probe) for part in self._behind_parts}
            behind = list(self.keepers.values())
            front = self._keeper(self._front_part, probe)
            self.keepers[self._front_part.name] = front
            running = [asyncio.create_task(keeper.run()) for keeper in behind]
            start = asyncio.create_task(self._start_front(behind, front, running))
            await self._stop_asked.wait()
            start.cancel()
            await asyncio.gather(start, return_exceptions=True)
            self._log.write("serve", "stopping")
            for keeper in reversed(self.keepers.values()):
                await keeper.stop()
            await asyncio.gather(*running)
            self._log.write("serve", "everything has stopped")

    def _keeper(self, part: Part, probe: Probe) -> Keeper:
        return Keeper(part, self._log, probe, self._policy, self._pace)

    async def _start_front(
        self, behind: Sequence[Keeper], front: Keeper, running: list[asyncio.Task[None]]
    ) -> None:
        all_behind = asyncio.gather(*(keeper.ready.wait() for keeper in behind))
        done, _ = await asyncio.wait([all_behind], timeout=self._grace)
        if not done:
            missing = " and ".join(keeper.part.name for keeper in behind if not keeper.ready.is_set())
            self._log.write("serve", f"front starts without {missing}: not ready after {self._grace:g} s")
        running.append(asyncio.create_task(front.run()))
        await asyncio.gather(all_behind, front.ready.wait())
        for line in self._summary.splitlines():
            self._log.write("serve", line)

    @contextlib.asynccontextmanager
    async def _signals(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        handled = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        for one in handled:
            loop.add_signal_handler(one, self.stop)
        try:
            yield
        finally:
            for one in handled:
                loop.remove_signal_handler(one)


@contextlib.asynccontextmanager
async def _prober() -> AsyncIterator[Probe]:
    """A probe over one HTTP session that keeps no connection: a part may die between two looks."""
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector, timeout=_PROBE_TIMEOUT) as session:

        async def answers(url: str) -> bool:
            try:
                async with session.get(url) as response:
                    return response.status == 200
            except (aiohttp.ClientError, TimeoutError, OSError):
                return False

        yield answers
