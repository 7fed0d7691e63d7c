"""Move a message's delivery method and the time until which it is deferred into columns of the outbox."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
READS = ("outbox",)

_WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_UNDONE = "under way, or cut off before its outcome was known"
_BY_METHOD = "SELECT id, error FROM outbox WHERE state = 'unknown' AND error LIKE 'rung %'"
_METHOD = "UPDATE outbox SET delivery_method = :method, error = :error WHERE id = :id"
_DEFERRED = """
    UPDATE outbox SET deferred_until = CASE WHEN state = 'failed' THEN coalesce(settled_at, due_at) ELSE due_at END
    WHERE error LIKE 'stepped aside%'
"""


def upgrade() -> None:
    """Add the outbox columns for delivery method and deferral, and fill them from the prefixes of the stored errors."""
    op.add_column("outbox", sa.Column("delivery_method", _WORDS, nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("deferred_until", sa.BigInteger))
    connection = op.get_bind()
    if methods := list(_iter_delivery_methods(connection)):
        connection.execute(sa.text(_METHOD), methods)
    connection.execute(sa.text(_DEFERRED))


def _iter_delivery_methods(connection: sa.Connection) -> Iterator[dict[str, str]]:
    for id, error in connection.execute(sa.text(_BY_METHOD)):
        method, _, reason = error.removeprefix("rung ").partition(": ")
        yield {"id": id, "method": method, "error": "" if reason == _UNDONE else reason}
