"""The steps of set-up, in order. Each says what it makes, from which inputs, and the mend if it fails."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.environment import make_venv, make_venv_rasa, venv_rasa_works, venv_works
from tools.node import WHEEL, find_node, npm, provide_node
from tools.paths import PYTHON, PYTHON_RASA, REQUIREMENTS, ROOT, VENV, VENV_RASA, WEB
from tools.step import Run, Step

TORCH = "torch==2.13.0"
TORCH_INDEX = os.environ.get("TORCH_INDEX_URL", "https://download.pytorch.org/whl/cpu")
"""PyTorch's own index of CPU builds; elsewhere torch comes with gigabytes of CUDA."""

_SAMPLES = [
    ROOT / "knowledge" / "samples" / name
    for name in ("regions", "national", "hotlines", "shandong", "demo_city")
]
_BANGBAN = VENV / "bin" / "bangban"
_NETWORK = "Check the network (or the mirror in your pip configuration), then run the same command again."


def _pip(python: Path, *arguments: str | Path) -> Callable[[Run], None]:
    def work(run: Run) -> None:
        run([python, "-m", "pip", "install", "--progress-bar=off", "--no-input", *arguments], {})

    return work


def _libraries(python: Path, lock: str) -> Callable[[Run], None]:
    """Install a lock exactly as it is written, then let pip confirm that nothing is missing."""

    def work(run: Run) -> None:
        _pip(python, "--no-deps", "-r", REQUIREMENTS / lock)(run)
        run([python, "-m", "pip", "check"], {})

    return work


def our_environment() -> list[Step]:
    """`.venv`: everything but Rasa."""
    return [
        Step(
            name="venv",
            title="Python environment .venv",
            work=make_venv,
            mend="sudo apt-get install python3-venv, then run the same command again.",
            stamp=VENV / ".setup" / "venv.json",
            works=venv_works,
        ),
        Step(
            name="torch",
            title="torch (CPU build)",
            work=_pip(PYTHON, "--no-deps", TORCH, "--index-url", TORCH_INDEX),
            mend=f"{_NETWORK} Another index with CPU builds: TORCH_INDEX_URL=https://… make run",
            stamp=VENV / ".setup" / "torch.json",
            facts=lambda: TORCH,
        ),
        Step(
            name="libraries",
            title="Libraries (requirements/main.lock)",
            work=_libraries(PYTHON, "main.lock"),
            mend=_NETWORK,
            stamp=VENV / ".setup" / "libraries.json",
            inputs=[REQUIREMENTS / "main.lock"],
        ),
        Step(
            name="project",
            title="Bangban itself, editable",
            work=_pip(PYTHON, "--no-deps", "--no-build-isolation", "-q", "-e", ROOT),
            mend="Correct pyproject.toml, then run the same command again.",
            stamp=VENV / ".setup" / "project.json",
            inputs=[ROOT / "pyproject.toml"],
        ),
    ]


def web() -> list[Step]:
    """Chat widget and staff console: Node, the libraries they are built with, and what the front serves."""
    libraries = [WEB / "package.json", WEB / "package-lock.json"]
    bundle, console = WEB / "widget" / "dist", WEB / "console"
    return [
        Step(
            name="node",
            title="Node for widget and console",
            work=provide_node,
            mend=f"{_NETWORK} Or install Node with npm yourself.",
            stamp=VENV / ".setup" / "node.json",
            facts=lambda: WHEEL,
            works=lambda: find_node() is not None,
        ),
        Step(
            name="web-libraries",
            title="Libraries of widget and console (web/package-lock.json)",
            work=npm("ci"),
            mend="Check the network (or the registry in your npm configuration), then run the same command again.",
            stamp=WEB / "node_modules" / ".setup" / "libraries.json",
            inputs=libraries,
        ),
        Step(
            name="widget",
            title="Chat widget",
            work=npm("run", "build:widget"),
            mend="Correct the lines named above, then run the same command again.",
            stamp=bundle / ".setup" / "widget.json",
            inputs=[WEB / "widget" / "src", WEB / "vite.config.ts", WEB / "tsconfig.json", *libraries],
            works=lambda: (bundle / "widget.js").exists(),
        ),
        Step(
            name="console",
            title="Staff console",
            work=npm("run", "build:console"),
            mend="Correct the lines named above, then run the same command again.",
            stamp=console / "dist" / ".setup" / "console.json",
            inputs=[
                console / "src",
                *(console / name for name in ("index.html", "vite.config.ts", "tsconfig.json")),
                WEB / "tsconfig.json",
                *libraries,
            ],
            works=lambda: (console / "dist" / "index.html").exists(),
        ),
    ]


def rasa_environment() -> list[Step]:
    """`.venv-rasa`: Rasa alone, on Python 3.10."""
    return [
        Step(
            name="venv-rasa",
            title="Rasa's environment .venv-rasa",
            work=make_venv_rasa,
            mend="Remove .venv-rasa and run the same command again.",
            stamp=VENV_RASA / ".setup" / "venv.json",
            works=venv_rasa_works,
        ),
        Step(
            name="rasa",
            title="Rasa (requirements/rasa.lock)",
            work=_libraries(PYTHON_RASA, "rasa.lock"),
            mend=_NETWORK,
            stamp=VENV_RASA / ".setup" / "rasa.json",
            inputs=[REQUIREMENTS / "rasa.lock"],
        ),
    ]


def development() -> list[Step]:
    """What the checks need on top."""
    return [
        Step(
            name="development",
            title="Checking tools (requirements/dev.lock)",
            work=_libraries(PYTHON, "dev.lock"),
            mend=_NETWORK,
            stamp=VENV / ".setup" / "development.json",
            inputs=[REQUIREMENTS / "dev.lock"],
        )
    ]


def browser() -> list[Step]:
    """A Chromium for the browser tests."""
    return [
        Step(
            name="chromium",
            title="Chromium for the browser tests",
            work=_install_chromium,
            mend=f"{CHROMIUM_MEND} Then run the same command again.",
            stamp=VENV / ".setup" / "chromium.json",
            works=lambda: find_chromium() is not None,
        )
    ]


CHROMIUM_MEND = "apt-get install chromium (as root), or set CHROMIUM to the path of yours."


def find_chromium() -> str | None:
    """The browser the tests would take, as tests/support/chromium.py finds it."""
    given = os.environ.get("CHROMIUM")
    names = [given] if given else ["chromium", "chromium-browser", "google-chrome", "chrome"]
    return next((found for name in names if (found := shutil.which(name))), None)


def _install_chromium(run: Run) -> str:
    """Root may install it; everybody else is told how, and the browser tests fail until it is there."""
    asked_for = os.environ.get("CHROMIUM")
    if find_chromium() is None and not asked_for and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-q"], quiet)
        run(
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-noto-cjk"], quiet
        )
    return find_chromium() or f"there is none: {CHROMIUM_MEND}"


@dataclass(frozen=True)
class Installation:
    """One var folder with its database, index and models."""

    var_dir: Path
    env: Mapping[str, str] = field(default_factory=dict)

    def stamp(self, name: str) -> Path:
        """Where a step leaves its stamp."""
        return self.var_dir / ".setup" / f"{name}.json"

    def setting(self, name: str) -> str:
        """A setting as the commands will see it."""
        return {**os.environ, **self.env}.get(name, "")


def installation() -> Installation:
    """The one that `make run` serves."""
    return Installation(ROOT / (os.environ.get("BANGBAN_VAR_DIR") or "var"))


def test_installation() -> Installation:
    """The one of the checks, in var/test: default settings, whatever the person has exported."""
    ours = [
        name for name in os.environ if name.startswith("BANGBAN_") or name in ("DATABASE_URL", "REDIS_URL")
    ]
    var_dir = ROOT / "var" / "test"
    return Installation(var_dir, {**dict.fromkeys(ours, ""), "BANGBAN_VAR_DIR": str(var_dir)})


def content(made: Installation) -> list[Step]:
    """Guides in the database, then what is trained from them."""

    # A database is filled with samples only while it is empty; from then on it follows them.
    database = hashlib.sha256(made.setting("DATABASE_URL").encode()).hexdigest()[:12]
    ours = made.stamp("samples").with_name(f"samples-in-{database}")

    def import_samples(run: Run) -> str:
        if not ours.exists() and int(run([PYTHON, "-m", "tools.published"], made.env)) > 0:
            return "left out: the database holds guides of its own"
        ours.parent.mkdir(parents=True, exist_ok=True)
        ours.touch()
        return run([_BANGBAN, "import", *_SAMPLES], made.env)

    return [
        Step(
            name="samples",
            title="Sample guides",
            work=import_samples,
            mend="Correct the rows named above (docs/guide-authoring.md), then run the same command again.",
            stamp=made.stamp("samples"),
            inputs=_SAMPLES,
            facts=lambda: made.setting("DATABASE_URL"),
            works=lambda: bool(made.setting("DATABASE_URL")) or (made.var_dir / "bangban.db").exists(),
        ),
        _training(
            made,
            "embedding",
            "Embedding model",
            inputs=_KNOWLEDGE,
            settings=("DATABASE_URL", "BANGBAN_EMBEDDING_MODEL", "BANGBAN_SEED"),
            product=made.var_dir / "embedding",
        ),
        _training(
            made,
            "index",
            "Search index",
            inputs=[*_KNOWLEDGE, *_INDEX_READS, made.var_dir / "embedding" / "trained-from"],
            settings=("DATABASE_URL", *_INDEX_SETTINGS),
            product=Path(made.setting("BANGBAN_INDEX_DIR") or made.var_dir / "index") / "current",
        ),
        _training(
            made,
            "rasa",
            "Rasa model",
            inputs=[*_SAMPLES, *(ROOT / path for path in _RASA_INPUTS)],
            settings=("DATABASE_URL", "BANGBAN_SEED"),
            facts=_rasa_version,
            product=made.var_dir / "rasa" / "models" / "bangban.tar.gz",
        ),
    ]


_KNOWLEDGE = [*_SAMPLES, *(ROOT / "knowledge" / name for name in ("model", "lexicon", "search", "text.py"))]
_INDEX_READS = [ROOT / "knowledge" / name for name in ("regions", "base.py", "shelf.py")]
_INDEX_SETTINGS = tuple(
    f"BANGBAN_{name}"
    for name in (
        "EMBEDDING_DIMENSION",
        "EMBEDDING_MODEL",
        "EMBEDDING_NORMALIZE",
        "EMBEDDING_QUERY_PROMPT",
        "INDEX_DIR",
        "SEED",
    )
)
_RASA_INPUTS = (
    "config.yml",
    "bot/domain",
    "bot/data",
    "bot/training",
    "bot/rasa/tokenizer.py",
    "bot/rasa/classifier.py",
)


def _training(
    made: Installation,
    part: str,
    title: str,
    *,
    inputs: Sequence[Path],
    settings: Sequence[str],
    product: Path,
    facts: Callable[[], str] = str,
) -> Step:
    """One part of `bangban train`. A model named in the settings is not trained, so nothing is looked for."""
    trained_here = part != "embedding" or not made.setting("BANGBAN_EMBEDDING_MODEL")

    def work(run: Run) -> None:
        run([_BANGBAN, "train", "--only", part], made.env)

    return Step(
        name=f"train-{part}",
        title=title,
        work=work,
        mend="The lines above say what is wrong; correct it, then run the same command again.",
        stamp=made.stamp(part),
        inputs=inputs,
        facts=lambda: "\n".join([facts(), *map(made.setting, settings)]),
        works=lambda: not trained_here or product.exists(),
    )


def _rasa_version() -> str:
    """Another Rasa reads no model of this one."""
    lines = (REQUIREMENTS / "rasa.lock").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("rasa=="))
