"""The index in use by a running process, exchanged when another one is published."""

from __future__ import annotations

import logging
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.search import artifact
from knowledge.search.index import open_index
from knowledge.search.searcher import Searcher
from knowledge.settings import KnowledgeSettings

log = logging.getLogger(__name__)


class LiveIndex:
    """Holds the searcher of the current index. `refresh` may be called every second: it reads one
    link, and opens an index only when the link changed. An index that cannot be opened is tried once,
    named in `error`, and the one in use stays in use."""

    def __init__(self, root: Path, settings: KnowledgeSettings) -> None:
        self._root = root
        self._settings = settings
        self._searcher: Searcher | None = None
        self._seen: Path | None = None
        self.error: KnowledgeError | None = None
        self.refresh()

    @property
    def searcher(self) -> Searcher:
        """The searcher of now; the error that kept the first index from being opened otherwise."""
        if self._searcher is None:
            raise self.error or AssertionError("refresh leaves a searcher or an error")
        return self._searcher

    @property
    def ready(self) -> bool:
        return self._searcher is not None

    def refresh(self) -> bool:
        """Exchange the searcher if another index became current. Whether it was exchanged."""
        try:
            folder = artifact.current(self._root)
        except KnowledgeError as error:
            self.error = error
            return False
        if folder == self._seen:
            return False
        self._seen = folder
        try:
            self._searcher = open_index(self._root, self._settings)
        except KnowledgeError as error:
            log.error("the index %s cannot be used: %s", folder.name, error)
            self.error = error
            return False
        self.error = None
        return True
