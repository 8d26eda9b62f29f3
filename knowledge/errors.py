"""The error tree of the knowledge package. Every error says what is wrong and the mend.

KnowledgeError
├── ImportFailed         a file could not be read at all (a bad row is a RowError in the report instead)
├── IndexMissing         no search index has been built yet
├── IndexMismatch        an index on disk was made by other settings, content or format
├── ModelMissing         the embedding model named in the settings cannot be loaded
└── UnknownRecord        an id that is not in the knowledge base
"""

from __future__ import annotations


class KnowledgeError(Exception):
    """Base class: `code` is stable and machine-readable, `mend` is the next step for a person."""

    code = "knowledge_error"

    def __init__(self, message: str, *, mend: str) -> None:
        super().__init__(f"{message} {mend}".strip())
        self.message = message
        self.mend = mend


class ImportFailed(KnowledgeError):
    code = "import_failed"


class IndexMissing(KnowledgeError):
    code = "index_missing"


class IndexMismatch(KnowledgeError):
    code = "index_mismatch"


class ModelMissing(KnowledgeError):
    code = "model_missing"


class UnknownRecord(KnowledgeError):
    code = "unknown_record"
