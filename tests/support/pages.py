"""The fictional city as records, for tests of the pages."""

from __future__ import annotations

from pathlib import Path

import knowledge
from knowledge.importers import read_path
from knowledge.model import Record

SAMPLES = Path(knowledge.__file__).parent / "samples"
_BATCH = read_path(SAMPLES / "demo_city")
DEMO: tuple[Record, ...] = (
    *_BATCH.regions,
    *_BATCH.items,
    *_BATCH.halls,
    *_BATCH.guides,
    *_BATCH.bundles,
)
