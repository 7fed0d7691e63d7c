"""Functions that run the migrations, which are the same for every engine, and list the steps of an upgrade.

A migration that reads or rewrites a whole table names it in `READS` or `REWRITES`.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from anninh_core.kernel.errors import NewerDatabase
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.ports.storages.upgrading import UpgradeStep
from anninh_storage.migrations import REVISIONS
from anninh_storage.sql.database import Connection as Reading
from anninh_storage.sql.database import Database
from anninh_storage.sql.maintenance.dumping import read_kinds
from anninh_storage.sql.records.kind_table import KindTable

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

_log = logging.getLogger(__name__)

_MIGRATIONS = Path(__file__).parents[2] / "migrations"


def require_known_revision(revision: str, name: str) -> str:
    """Return a database's revision unchanged if this version knows it.

    Raises:
        NewerDatabase: this version doesn't know it.
    """
    if revision and revision not in REVISIONS:
        raise NewerDatabase(
            "{storage} has revision {revision}, which this version doesn't know (newest known: {newest}), "
            "and nothing was changed: update anninh, or restore a backup made by this version.",
            storage=name,
            revision=revision,
            newest=REVISIONS[-1],
        )
    return revision


def upgrade_tables(connection: "Connection") -> None:
    """Bring the fixed tables to the newest revision, inside the connection's transaction."""
    from alembic import command  # noqa: PLC0415  seldom needed, and slow to import

    config = _build_alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def log_upgrade(old_revision: str, name: str) -> None:
    """Log that a database was upgraded; a new database (no old revision) isn't logged."""
    if old_revision:
        _log.warning("upgraded %s from revision %s to %s", name, old_revision, REVISIONS[-1])


def list_steps(
    connection: Reading, database: Database, old_revision: str, specs: Sequence[IndexSpec]
) -> tuple[UpgradeStep, ...]:
    """Return the steps that upgrade a database of a known revision."""
    migrations = _list_migration_steps(connection, old_revision) if old_revision != REVISIONS[-1] else ()
    return (*migrations, *_list_kind_steps(connection, database, specs))


def _list_migration_steps(connection: Reading, old_revision: str) -> Iterator[UpgradeStep]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415  seldom needed, and slow to import

    scripts = ScriptDirectory.from_config(_build_alembic_config())
    for revision in REVISIONS[REVISIONS.index(old_revision) + 1 :]:
        script = scripts.get_revision(revision)
        yield UpgradeStep(
            name=revision,
            what=script.doc,
            reads=_count_rows(connection, getattr(script.module, "READS", ())),
            rewrites=_count_rows(connection, getattr(script.module, "REWRITES", ())),
        )


def _list_kind_steps(connection: Reading, database: Database, specs: Sequence[IndexSpec]) -> Iterator[UpgradeStep]:
    stored = read_kinds(connection, database, {})
    for spec in specs:
        kind = KindTable(spec, database)
        stored_kind = stored.get(spec.kind)
        if stored_kind is None:
            yield UpgradeStep(name=spec.kind, what="The kind is new.")
        elif description := kind.describe_growth(stored_kind):
            yield UpgradeStep(name=spec.kind, what=description, reads=_count_rows(connection, [kind.table.strip('"')]))


def _count_rows(connection: Reading, tables: Iterable[str]) -> dict[str, int]:
    return {table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables}


def _build_alembic_config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415  seldom needed, and slow to import

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
