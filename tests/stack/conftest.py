"""One running stack for all tests that talk to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import stack as stacks
from tests.support.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack, ready. Tests talk to it as people do, each as a sender of its own."""
    try:
        with stacks.running(tmp_path_factory.mktemp("stack")) as running:
            yield running
    except stacks.NoStack as reason:
        pytest.skip(str(reason))
