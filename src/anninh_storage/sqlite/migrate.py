"""Read the schema revision of a database file, and migrate the file to the newest revision."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from anninh_core.kernel.errors import StorageError
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.ports.storages.upgrading import Upgrade, UpgradeStep
from anninh_storage.migrations import REVISIONS
from anninh_storage.sql.maintenance.upgrade import list_steps, log_upgrade, require_known_revision, upgrade_tables
from anninh_storage.sqlite.connection import connect, translate_errors
from anninh_storage.sqlite.damaged_text import decode_text
from anninh_storage.sqlite.database import SqliteDatabase
from anninh_storage.sqlite.write_lock import WriteLock


def migrate(path: Path) -> None:
    """Create the fixed tables or migrate them; do nothing, and import nothing, if they are up to date.

    Raises:
        NewerDatabase: the file's revision is unknown here; nothing was changed.
        StorageError: the file can't be opened, is no database, or holds tables of another program.
    """
    if _read_revision(path) == REVISIONS[-1]:
        return
    write_lock = WriteLock(path)
    try:
        with write_lock.hold():  # Another process may have migrated the file meanwhile.
            if (revision := _read_revision(path)) != REVISIONS[-1]:
                _run_migrations(path, revision)
                log_upgrade(revision, str(path))
    finally:
        write_lock.close()


def find_pending_upgrade(database: SqliteDatabase, specs: Sequence[IndexSpec]) -> Upgrade:
    """Return the upgrade that a file needs, without changing or creating the file.

    Raises:
        NewerDatabase, StorageError: as for `migrate`.
    """
    path = database.path
    revision = _read_revision(path)
    size = 0
    required_steps = tuple[UpgradeStep, ...]()
    if revision:
        size = path.stat().st_size
        with _open_read_only(path) as connection:
            required_steps = list_steps(connection, database, revision, specs)
    return Upgrade(where=str(path), found=revision, newest=REVISIONS[-1], size=size, steps=required_steps)


def _read_revision(path: Path) -> str:
    """Return the file's revision, or "" for a missing or empty file. The file is only read."""
    if not path.exists() or path.stat().st_size == 0:
        return ""
    with _open_read_only(path) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return ""
        if "alembic_version" not in tables:
            raise StorageError("{path} is a database of another program: name another file.", path=path)
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return require_known_revision(str(row[0]) if row else "", str(path))


@contextmanager
def _open_read_only(path: Path) -> Iterator[sqlite3.Connection]:
    with translate_errors(path):
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.text_factory = decode_text
        try:
            yield connection
        finally:
            connection.close()


def _run_migrations(path: Path, revision: str) -> None:
    """Run the pending migrations in one transaction."""
    from sqlalchemy import create_engine, event, exc, pool  # noqa: PLC0415  seldom needed, and slow to import

    engine = create_engine("sqlite://", creator=lambda: connect(path), poolclass=pool.NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            upgrade_tables(connection)
    except exc.OperationalError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0)
        if error.orig is None or code != sqlite3.SQLITE_ERROR:
            with translate_errors(path):
                raise error.orig or error from error
        raise StorageError(
            "The tables of {path} don't match its revision (revision: {revision}; {reason}), and nothing was "
            "changed: restore it from a backup.",
            path=path,
            revision=tuple(filter(None, (revision,))),
            reason=error.orig,
        ) from error
