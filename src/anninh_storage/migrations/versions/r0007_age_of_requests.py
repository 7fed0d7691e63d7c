"""Store the age of request keys, so that old ones can be deleted; existing keys get no age, and are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column with the age of request keys, and the index that finds the oldest keys."""
    op.add_column("requests", sa.Column("at", sa.BigInteger))
    known = sa.text("at IS NOT NULL")
    op.create_index("requests_age", "requests", ["at"], sqlite_where=known, postgresql_where=known)
