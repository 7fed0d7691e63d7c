"""Mark the first inbox row of each conversation, so that claiming a row never reads those behind it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
READS = ("inbox",)

_MARK = """
    UPDATE inbox SET ready = 1 WHERE state IN ('new', 'claimed') AND (conversation = '' OR NOT EXISTS (
        SELECT 1 FROM inbox e WHERE e.conversation = inbox.conversation AND e.state IN ('new', 'claimed')
        AND (e.received_at, e.id) < (inbox.received_at, inbox.id)
    ))
"""


def upgrade() -> None:
    """Add the inbox column `ready`, and mark the first pending row of each conversation."""
    ready = sa.Column("ready", sa.SmallInteger, nullable=False, server_default="0")
    op.add_column("inbox", ready)
    op.execute(_MARK)
    _create_index("inbox_ready", "received_at id", "ready = 1")
    _create_index("inbox_head", "conversation", "ready = 1")
    _create_index("inbox_claimed", "conversation", "state = 'claimed'")
    op.drop_index("inbox_pending", "inbox")


def _create_index(name: str, columns: str, where: str) -> None:
    rule = sa.text(where)
    op.create_index(name, "inbox", columns.split(), sqlite_where=rule, postgresql_where=rule)
