"""`python -m actions`: serve the actions Rasa calls."""

from __future__ import annotations

import logging
import sys

from aiohttp import web

from actions.server import init_app
from actions.settings import load_settings
from knowledge.errors import KnowledgeError


def main() -> int:
    """Serve until stopped. 2 when a setting is wrong."""
    try:
        settings = load_settings()
    except KnowledgeError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s %(message)s")
    app = init_app(settings)
    web.run_app(app, host=settings.actions_host, port=settings.actions_port, print=None, access_log=None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
