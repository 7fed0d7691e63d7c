"""What an operator needs of a database."""

from typing import ClassVar

from anninh_storage.sql.maintenance.maintenance import SqlMaintenance


class PostgresMaintenance(SqlMaintenance):
    """Checks, scans, dumps and loads."""

    snapshot: ClassVar[str] = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
