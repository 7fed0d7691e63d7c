"""Which revision a file has, and how it is brought to the newest."""

import sqlite3
from pathlib import Path

from anninh_core.kernel.errors import NewerDatabase, StorageError
from anninh_storage.migrations import REVISIONS
from anninh_storage.sqlite.connection import connect, translated
from anninh_storage.sqlite.turnstile import Turnstile

_MIGRATIONS = Path(__file__).parent.parent / "migrations"


def bring_up_to_date(path: Path) -> None:
    """Create the fixed tables or migrate them; nothing is done, and nothing imported, where they are up to date.

    Raises:
        NewerDatabase: the file's revision is unknown here; nothing was changed.
        StorageError: the file can't be opened, is no database, or holds somebody else's tables.
    """
    if _revision(path) == REVISIONS[-1]:
        return
    turnstile = Turnstile(path)
    try:
        with turnstile.turn():  # another process may have migrated it meanwhile
            if _revision(path) != REVISIONS[-1]:
                _migrate(path)
    finally:
        turnstile.close()


def _revision(path: Path) -> str:
    """Return the file's revision, "" where there is nothing yet. The file is only read."""
    if not path.exists() or path.stat().st_size == 0:
        return ""
    with translated(path):
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not tables:
                return ""
            if "alembic_version" not in tables:
                raise StorageError(f"{path} is a database of another program; name another file")
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
    revision = str(row[0]) if row else ""
    if revision and revision not in REVISIONS:
        raise NewerDatabase(
            f"{path} has revision {revision}, which this version doesn't know (newest known: {REVISIONS[-1]}); "
            "update anninh, or restore a backup made by this version. Nothing was changed"
        )
    return revision


def _migrate(path: Path) -> None:
    # Alembic and SQLAlchemy take longer to import than everything else together, and are seldom needed.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy import create_engine, event, pool  # noqa: PLC0415

    engine = create_engine("sqlite://", creator=lambda: connect(path), poolclass=pool.NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
