"""Limit the inbox's index of conversations to rows that wait behind another row; most rows never do."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
READS = ("inbox",)

_WAITING = sa.text("ready = 0 AND state IN ('new', 'claimed')")


def upgrade() -> None:
    """Replace the inbox's index of conversations. The first row of a conversation is found by the index
    `inbox_head`.
    """
    op.drop_index("inbox_conversation", "inbox")
    columns = ["conversation", "received_at", "id"]
    op.create_index("inbox_waiting", "inbox", columns, sqlite_where=_WAITING, postgresql_where=_WAITING)
