"""`make lock`: write requirements/*.lock anew, the newest versions that fit together.

main.lock   what pyproject.toml asks for at run time, with everything that asks for in turn (torch apart: its
            CPU build is installed first, from PyTorch's own index, and nothing here may replace it)
dev.lock    what the checks need on top
rasa.lock   requirements/rasa.in, resolved by Python 3.10

pip resolves and reports; nothing is installed. To keep some versions, name them in a file and set
PIP_CONSTRAINT to it.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.paths import REQUIREMENTS, ROOT
from tools.python310 import find_python310
from tools.steps import TORCH, TORCH_INDEX

_HEADER = "# Made by `make lock` from {source}. Do not edit by hand.\n"


def main(python: str) -> None:
    """Write all three lock files with the given Python ≥ 3.11."""
    python310 = find_python310()
    if python310 is None:
        raise SystemExit("No Python 3.10 was found. `make setup` fetches one; then run `make lock` again.")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with tempfile.TemporaryDirectory(prefix="bangban-lock-") as folder:
        pip = _fresh_pip(python, Path(folder, "venv"))
        wheels = Path(folder, "wheels")
        _run([*pip, "download", "-q", "--no-deps", "-d", wheels, TORCH, "--index-url", TORCH_INDEX])
        main_pins = _resolve(pip, project["dependencies"], wheels)
        all_pins = _resolve(pip, project["dependencies"] + _dev(project), wheels, keep=main_pins)
        rasa_pip = _fresh_pip(str(python310), Path(folder, "venv310"))
        rasa_pins = _resolve(rasa_pip, ["-r", str(REQUIREMENTS / "rasa.in")], wheels)
    without_torch = {name: pin for name, pin in main_pins.items() if name != "torch"}
    _write("main.lock", "pyproject.toml, dependencies", without_torch.values())
    extra = [pin for name, pin in all_pins.items() if name not in main_pins]
    _write("dev.lock", "pyproject.toml, optional-dependencies.dev", extra)
    _write("rasa.lock", "requirements/rasa.in", rasa_pins.values())


def _dev(project: dict[str, dict[str, list[str]]]) -> list[str]:
    return project["optional-dependencies"]["dev"]


def _fresh_pip(python: str, folder: Path) -> list[str | Path]:
    """A pip of today in an environment of its own: the one that comes with Python may be too old."""
    _run([python, "-m", "venv", folder])
    pip: list[str | Path] = [folder / "bin" / "python", "-m", "pip"]
    _run([*pip, "install", "-q", "--upgrade", "pip"])
    return pip


def _resolve(
    pip: Sequence[str | Path], wanted: list[str], wheels: Path, keep: dict[str, str] | None = None
) -> dict[str, str]:
    """Normal name → `name==version` of everything pip would install."""
    with tempfile.TemporaryDirectory() as folder:
        report, constraints = Path(folder, "report.json"), Path(folder, "constraints.txt")
        constraints.write_text("\n".join((keep or {}).values()), encoding="utf-8")
        into: list[str | Path] = ["--dry-run", "--ignore-installed", "-q", "--report", report]
        _run([*pip, "install", *into, "--find-links", wheels, "-c", constraints, *wanted])
        chosen = json.loads(report.read_text(encoding="utf-8"))["install"]
    pins = {}
    for one in chosen:
        name, version = one["metadata"]["name"], one["metadata"]["version"]
        pins[re.sub(r"[-_.]+", "-", name).lower()] = f"{name}=={version}"
    return pins


def _write(name: str, source: str, pins: Iterable[str]) -> None:
    lines = sorted(pins, key=str.lower)
    path = REQUIREMENTS / name
    path.write_text(_HEADER.format(source=source) + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(lines)} packages")


def _run(command: Sequence[str | Path]) -> None:
    subprocess.run(command, check=True)
