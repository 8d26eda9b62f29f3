"""`python -m bot.store.new_migration "what changes"`: write a migration for a change of the tables.

It is made from the difference between `bot.store.tables` and the newest migration. Read it before you keep
it: a renamed column, for one, looks like one dropped and one added.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from bot.store.migrate import config, upgrade


def write_migration(title: str) -> Path:
    """Write the migration that leads from the newest one to the tables of today; out: its file."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/draft.db")
        with engine.begin() as connection:
            upgrade(connection)
            made = config(connection)
            scripts = ScriptDirectory.from_config(made)
            revision = f"{len(list(scripts.walk_revisions())) + 1:04d}"
            command.revision(made, title, autogenerate=True, rev_id=revision)
        engine.dispose()
    return next(Path(scripts.versions).glob(f"{revision}_*.py"))


if __name__ == "__main__":
    sys.stdout.write(f"{write_migration(' '.join(sys.argv[1:]) or 'change')}\n")
