"""Importers: files of guides, halls, regions, FAQs and bundles → records, with a report for every row left out.

`read_path` reads (YAML, JSONL, CSV, Excel), `check` compares with what is known. Neither stores anything.
"""

from knowledge.importers.check import check
from knowledge.importers.known import NOTHING_KNOWN, Known
from knowledge.importers.limits import LIMITS, Limits
from knowledge.importers.reading import read_path, read_paths
from knowledge.importers.report import Batch, Place, RowError
from knowledge.importers.writing import guide_yaml, records_yaml
from knowledge.model import Kind

__all__ = [
    "LIMITS",
    "NOTHING_KNOWN",
    "Batch",
    "Kind",
    "Known",
    "Limits",
    "Place",
    "RowError",
    "check",
    "guide_yaml",
    "read_path",
    "read_paths",
    "records_yaml",
]
