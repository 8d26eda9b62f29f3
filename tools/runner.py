"""Does steps one after the other and tells what happens, in plain lines with times."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TextIO

from tools.paths import LOGS, ROOT
from tools.step import Step, StepFailed

_HEARTBEAT = 30.0
_TAIL = 25


class Runner:
    """Runs steps. A finished one is skipped. A step of set-up that fails ends the run, for the next ones need
    it; after a check that fails the other checks still run, so that all there is to mend is seen at once."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self._out = stream
        self._live = stream.isatty()
        self._status = ""
        self._log: IO[str] | None = None

    def run(self, steps: Sequence[Step]) -> bool:
        """True when all steps are done."""
        begun, failed = time.monotonic(), []
        width = max(len(step.title) for step in steps)
        for number, step in enumerate(steps, start=1):
            label = f"[{number:>2}/{len(steps)}] {step.title:<{width}}"
            if not self._one(step, label):
                failed.append(step.title)
                if not step.shows_output:
                    return False
        if failed:
            passed = f"{len(steps) - len(failed)} of {len(steps)} steps are done"
            self._say(f"{passed} ({spoken(time.monotonic() - begun)}); failed: {', '.join(failed)}.")
            return False
        self._say(f"All {len(steps)} steps are done ({spoken(time.monotonic() - begun)}).")
        return True

    def _one(self, step: Step, label: str) -> bool:
        if step.finished():
            self._say(f"{label}  up to date")
            return True
        LOGS.mkdir(exist_ok=True)
        log = LOGS / f"{step.name}.log"
        begun = time.monotonic()
        digest = step.digest()
        step.forget()
        try:
            with log.open("w", encoding="utf-8") as self._log, self._progress(step, label):
                note = step.work(self.command if not step.shows_output else self.shown_command)
        except (StepFailed, OSError) as failure:
            self._failed(step, label, log, failure, time.monotonic() - begun)
            return False
        took = time.monotonic() - begun
        step.remember(digest, took)
        self._say(f"{label}  done in {spoken(took)}" + (f"  ({note})" if note else ""))
        return True

    def command(self, argv: Sequence[str | Path], env: Mapping[str, str]) -> str:
        """Run a command; its output goes to the step's log. StepFailed unless it ends well."""
        return self._execute(argv, env, shown=False)

    def shown_command(self, argv: Sequence[str | Path], env: Mapping[str, str]) -> str:
        """The same, with the output shown as it comes."""
        return self._execute(argv, env, shown=True)

    def _execute(self, argv: Sequence[str | Path], env: Mapping[str, str], *, shown: bool) -> str:
        assert self._log is not None
        words = [str(word) for word in argv]
        self._log.write(f"$ {shlex.join(words)}\n")
        self._log.flush()
        last = ""
        with subprocess.Popen(
            words,
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                self._log.write(line)
                self._log.flush()
                if shown:
                    self._out.write(line)
                    self._out.flush()
                elif line.strip():
                    self._status = last = line.strip()
        if process.returncode != 0:
            raise StepFailed(f"`{shlex.join(words)}` ended with exit code {process.returncode}")
        return last

    def _failed(self, step: Step, label: str, log: Path, failure: Exception, took: float) -> None:
        self._say(f"{label}  FAILED after {spoken(took)}")
        if not step.shows_output:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
            for line in lines[-_TAIL:]:
                self._say(f"    {line}")
        self._say(f"  What: {failure}")
        self._say(f"  Mend: {getattr(failure, 'mend', '') or step.mend}")
        self._say(f"  The whole log is in {log.relative_to(ROOT)}. Finished steps are not done again.")

    @contextmanager
    def _progress(self, step: Step, label: str) -> Iterator[None]:
        """While a step works: one changing line on a terminal, now and then a line elsewhere."""
        if step.shows_output:
            self._say(f"{label}  …")
            yield
            return
        done = threading.Event()
        begun = time.monotonic()
        self._status = ""

        def show() -> None:
            while not done.wait(1.0 if self._live else _HEARTBEAT):
                passed = f"{label}  … {spoken(time.monotonic() - begun)}"
                if self._live:
                    room = max(os.get_terminal_size(self._out.fileno()).columns - len(passed) - 3, 0)
                    self._out.write(f"\r\x1b[2K{passed}  {self._status[:room]}")
                    self._out.flush()
                else:
                    self._say(f"{passed}  {self._status[:100]}")

        if self._live:
            self._out.write(f"{label}  …")
            self._out.flush()
        thread = threading.Thread(target=show, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            if self._live:
                self._out.write("\r\x1b[2K")

    def _say(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


def spoken(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3 min 5 s`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
