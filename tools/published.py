"""How many records the database holds. Run with `.venv`'s Python: it is the one file here that needs more
than the standard library."""

from __future__ import annotations

import asyncio
import sys

from bot.settings import load_settings
from bot.store import Database, KnowledgeStore


async def _count() -> int:
    async with Database.open(load_settings().database_url) as database:
        return await KnowledgeStore(database).count_published()


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(_count())}\n")
