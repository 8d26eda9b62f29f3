"""A real browser for tests: Chromium as Debian has it, or the one Playwright installed.

`CHROMIUM` may name another one. Without any, `NoBrowser` says the mend; tests fail with it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MEND = "Install one: apt-get install chromium (or set CHROMIUM to the path of yours)."


class NoBrowser(Exception):
    """There is no Chromium here; the text says the mend."""


def chromium(playwrights: str = "") -> str:
    """Path of the browser. In: where Playwright would keep its own, if it has one."""
    given = os.environ.get("CHROMIUM", "")
    if given:
        if shutil.which(given) is None:
            raise NoBrowser(f"CHROMIUM names {given}, which cannot be run. {MEND}")
        return given
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    if playwrights and Path(playwrights).is_file():
        return playwrights
    raise NoBrowser(f"There is no Chromium for the browser tests. {MEND}")


def arguments() -> list[str]:
    """Command line of the browser. Its sandbox does not run for root, as in a container."""
    return ["--disable-gpu", "--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
