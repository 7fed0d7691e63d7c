"""Request keys know their age, so that old ones can be forgotten; those that are there keep none, and stay."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the age, and the index that leads to the oldest."""
    op.add_column("requests", sa.Column("at", sa.BigInteger))
    known = sa.text("at IS NOT NULL")
    op.create_index("requests_age", "requests", ["at"], sqlite_where=known, postgresql_where=known)
