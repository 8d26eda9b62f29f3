"""Import this first in a check: Rasa, quietly and without TensorFlow, as our launcher imports it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bot.rasa import logs, no_tensorflow
from bot.rasa.environment import quiet

logs.hush_libraries()
os.environ.update(quiet(Path(tempfile.gettempdir())) | {"LOG_LEVEL": "ERROR"})
no_tensorflow.install()

import rasa.core.run  # noqa: E402
import rasa.engine.recipes.default_components  # noqa: E402, F401

no_tensorflow.seal()
logs.configure("ERROR")
