"""Read a database's revision, and migrate it to the newest."""

from collections.abc import Sequence
from typing import Any

import psycopg

from anninh_core.kernel.errors import StorageError
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.ports.storages.upgrading import Upgrade
from anninh_storage.migrations import REVISIONS
from anninh_storage.postgres.connection import PostgresConnection, configure, display_name, translate_errors
from anninh_storage.postgres.database import PostgresDatabase
from anninh_storage.sql.maintenance.upgrade import list_steps, log_upgrade, require_known_revision, upgrade_tables

_TABLES = """
    SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
"""
_MIGRATION_LOCK = b"SELECT pg_advisory_lock(hashtext('anninh migration'), hashtext(current_schema()))"


def migrate(conninfo: str) -> None:
    """Create the fixed tables or migrate them; do nothing if they are up to date.

    Raises:
        NewerDatabase: the revision is unknown here; nothing was changed.
        StorageError: the server can't be reached, or the schema holds tables of another program.
    """
    name = display_name(conninfo)
    with translate_errors(name), psycopg.connect(conninfo, autocommit=True) as connection:
        configure(connection)
        if _read_revision(connection, name) == REVISIONS[-1]:
            return
        connection.execute("SET lock_timeout = 0")
        connection.execute(_MIGRATION_LOCK)  # The lock is released when the connection is closed.
        if (revision := _read_revision(connection, name)) != REVISIONS[-1]:
            _run_migrations(conninfo)
            log_upgrade(revision, name)


def find_pending_upgrade(database: PostgresDatabase, specs: Sequence[IndexSpec]) -> Upgrade:
    """Return the upgrade that a database needs, without changing the database.

    Raises:
        NewerDatabase, StorageError: as for `migrate`.
    """
    conninfo = database.conninfo
    name = database.name
    with translate_errors(name), psycopg.connect(conninfo, autocommit=True) as raw:
        revision = _read_revision(raw, name)
        connection = PostgresConnection(raw)
        size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        required_steps = list_steps(connection, database, revision, specs) if revision else ()
    return Upgrade(
        where=name, found=revision, newest=REVISIONS[-1], size=size[0] if revision and size else 0, steps=required_steps
    )


def _read_revision(connection: "psycopg.Connection[Any]", name: str) -> str:
    """Return the database's revision, or "" for an empty schema."""
    row = connection.execute("SELECT current_schema()").fetchone()
    if row is None or row[0] is None:
        raise StorageError(
            "{storage} has no schema to work in: create the one that `search_path` in the URL names.", storage=name
        )
    tables = {row[0] for row in connection.execute(_TABLES)}
    if not tables:
        return ""
    if "alembic_version" not in tables:
        raise StorageError(
            "{storage} holds tables of another program: give anninh its own database or schema.", storage=name
        )
    version_row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return require_known_revision(str(version_row[0]) if version_row else "", name)


def _run_migrations(conninfo: str) -> None:
    from sqlalchemy import create_engine, pool  # noqa: PLC0415  seldom needed, and slow to import

    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(conninfo), poolclass=pool.NullPool)
    with engine.begin() as connection:
        upgrade_tables(connection)
