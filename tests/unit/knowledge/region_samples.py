"""The sample regions as a gazetteer, read straight from the sample files."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import yaml

from knowledge.model import Region
from knowledge.regions import Gazetteer

FOLDER = Path(__file__).parents[3] / "knowledge" / "samples" / "regions"


@cache
def sample_gazetteer() -> Gazetteer:
    """Shandong with its districts, the provinces and cities of the country, the agreement zones."""
    with (FOLDER / "regions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [
            {k: v for k, v in row.items() if v and k in Region.model_fields} for row in csv.DictReader(file)
        ]
    for name in ("provinces.yml", "zones.yml"):
        rows += yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))["regions"]
    return Gazetteer(Region.model_validate(row) for row in rows)
