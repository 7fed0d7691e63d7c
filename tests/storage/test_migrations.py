"""The migrations lead to the tables that the schema describes."""

import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool

from anninh_storage import PostgresStorage, SqliteStorage, migrations, schema
from anninh_storage.migrations import REVISIONS


def test_migrated_file_equals_the_schema(tmp_path: Path) -> None:
    """A migrated file has exactly the tables, columns and indexes of the schema."""
    storage = SqliteStorage(f"sqlite:///{tmp_path / 'anninh.db'}")
    storage.prepare([])
    storage.close()
    engine = create_engine(f"sqlite:///{tmp_path / 'anninh.db'}", poolclass=pool.NullPool)
    # FTS5 keeps its index in tables of its own.
    theirs = {"include_name": lambda name, *_: not str(name).startswith("search_index")}
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=theirs), schema.build_metadata()) == []


def test_migrated_postgresql_equals_the_schema(postgres_url: str) -> None:
    """A migrated PostgreSQL database has exactly the tables, columns and indexes of the schema."""
    storage = PostgresStorage(postgres_url)
    storage.prepare([])
    storage.close()
    engine = create_engine(postgres_url.replace("://", "+psycopg://", 1), poolclass=pool.NullPool)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.build_metadata("postgresql")) == []


def test_known_revisions_equal_alembics() -> None:
    """The revisions known by name equal those that Alembic finds, in order."""
    scripts = ScriptDirectory(str(Path(str(migrations.__file__)).parent))
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(revisions)) == REVISIONS


def test_reopening_imports_no_alembic(tmp_path: Path) -> None:
    """Opening an up-to-date file imports neither Alembic nor SQLAlchemy."""
    url = f"sqlite:///{tmp_path / 'anninh.db'}"
    code = (
        "import sys; from anninh_storage import SqliteStorage;"
        f"storage = SqliteStorage({url!r}); storage.prepare([]); storage.close();"
        "print(sorted({'alembic', 'sqlalchemy'} & set(sys.modules)))"
    )
    results = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)
    ]
    assert [result.stdout.strip() for result in results] == ["['alembic', 'sqlalchemy']", "[]"]
