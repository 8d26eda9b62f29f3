"""Train the model that is served; nothing is done when nothing it is made from has changed."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Iterable
from contextlib import redirect_stdout
from importlib.metadata import version
from pathlib import Path

from bot.rasa import logs, no_tensorflow
from bot.rasa.environment import ROOT, RasaEnvironment, quiet
from bot.rasa.errors import TrainingImpossible

_WRITTEN = (ROOT / "config.yml", ROOT / "bot" / "domain", ROOT / "bot" / "data")
_COMPONENTS = tuple(ROOT / "bot" / "rasa" / name for name in ("tokenizer.py", "classifier.py"))


def train(environment: RasaEnvironment, *, force: bool = False) -> bool:
    """Make `environment.model`; False when the one there is already made from these very inputs.

    A model in service is replaced in one step and stays in service until then.
    """
    generated = sorted(environment.generated_data.glob("*.yml"))
    if not generated:
        raise TrainingImpossible(
            f"There are no generated examples in {environment.generated_data}.",
            mend="Run `bangban train`: it makes them from the guides and then trains.",
        )
    digest = digest_of([*_WRITTEN, *_COMPONENTS, environment.generated_data])
    stamp = environment.models_dir.parent / "trained-from"
    if not force and environment.model.exists() and _read(stamp) == digest:
        return False
    # At this level Rasa draws no progress bars either.
    os.environ.update(quiet(environment.var_dir) | {"LOG_LEVEL": "ERROR"})
    made = _train(environment)
    environment.models_dir.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    os.replace(made, environment.model)
    made.parent.rmdir()
    stamp.write_text(digest + "\n", encoding="ascii")
    return True


def digest_of(paths: Iterable[Path]) -> str:
    """SHA-256 over names and contents of files and of the YAML files in folders, and Rasa's version."""
    total = hashlib.sha256(version("rasa").encode())
    for root in paths:
        files = [root] if root.is_file() else sorted(root.rglob("*.yml"))
        for file in files:
            name = file.name if file == root else file.relative_to(root).as_posix()
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            total.update(f"{name}\t{content}\n".encode())
    return total.hexdigest()


def _train(environment: RasaEnvironment) -> Path:
    import rasa.engine.recipes.default_components  # noqa: F401  (everything is imported before the seal)
    from rasa.model_training import train as rasa_train
    from rasa.shared.exceptions import RasaException

    no_tensorflow.seal()
    logs.configure("WARNING")
    config, domain, data = (str(path) for path in _WRITTEN)
    fresh = environment.models_dir.parent / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            result = rasa_train(
                domain=domain,
                config=config,
                training_files=[data, str(environment.generated_data)],
                output=str(fresh),
                force_training=True,
                fixed_model_name=environment.model.name.removesuffix(".tar.gz"),
            )
    except RasaException as error:
        raise TrainingImpossible(f"Rasa refused: {error}", mend="Correct it and train again.") from error
    if result.code != 0 or not result.model:
        raise TrainingImpossible(f"Rasa made no model. {said.getvalue()}", mend="Correct what it names.")
    return Path(result.model)


def _read(path: Path) -> str:
    return path.read_text(encoding="ascii").strip() if path.exists() else ""
