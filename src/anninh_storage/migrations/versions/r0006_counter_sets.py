"""Add a table of the sets of units that have sums of their own in the counter tables; it is empty until an app opens
the database.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

_WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the empty table of sets of units."""
    columns = [sa.Column(name, _WORDS, primary_key=True, nullable=False) for name in ("unit", "name")]
    op.create_table("counters_sets", *columns, sqlite_with_rowid=False)
