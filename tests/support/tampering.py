"""An office in a SQLite file, for attacks by someone with the file but without keys."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from anninh_core.app import App
from anninh_core.app.factory import open_app
from anninh_core.app.injected_ports import Parts
from anninh_core.kernel.clock import SystemClock
from anninh_core.testing.apps import shipped_district
from anninh_core.testing.clock import SeededIds
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District
from anninh_storage import SqliteStorage


@frozen
class Office:
    """An app on a SQLite file that a test can alter directly.

    Attributes:
        path: path of the database file.
    """

    app: App
    path: Path

    def appoint_officer(self, name: str, role: str, unit: str = "hoa-lu") -> Actor:
        """Appoint an officer with a role, and return them as an actor."""
        return UnsafeLocalUsers(self.app).appoint(name, unit, role)

    def alter_file(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Change the database file directly, without the app, and return the number of changed rows."""
        with sqlite3.connect(self.path) as connection:
            changed = connection.execute(statement, values).rowcount
        connection.close()
        return changed

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the database file, read without the app."""
        with sqlite3.connect(self.path) as connection:
            rows = connection.execute(statement, values).fetchall()
        connection.close()
        return rows


def open_office(folder: Path, district: District | None = None) -> Office:
    """Open an app over a new file in a folder; the caller closes it."""
    path = folder / "anninh.db"
    clock = SystemClock()
    parts = Parts(
        storage=SqliteStorage(f"sqlite:///{path}"),
        keys=MemoryKeys(),
        blobs=MemoryBlobs(),
        clock=clock,
        ids=SeededIds(clock),
    )
    return Office(open_app(district or shipped_district(), None, parts), path)
