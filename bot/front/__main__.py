"""`python -m bot.front`: run the front with the settings of the environment."""

from __future__ import annotations

import sys

from bot.errors import BangbanError
from bot.front.main import run
from bot.settings import load_settings
from knowledge.errors import KnowledgeError

if __name__ == "__main__":
    try:
        run(load_settings())
    except (BangbanError, KnowledgeError) as error:
        sys.exit(str(error))
