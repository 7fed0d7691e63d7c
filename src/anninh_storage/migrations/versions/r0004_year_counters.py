"""Add counters per year, so that a balance since the model began reads one row a year instead of twelve."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
READS = ("counters_month",)

_FILL = """
    INSERT INTO counters_year (indicator, unit, year, dims, amount)
    SELECT indicator, unit, month / 12, dims, CAST(sum(amount) AS BIGINT) FROM counters_month
    GROUP BY indicator, unit, month / 12, dims
"""


def upgrade() -> None:
    """Create the table of yearly counters, and fill it with the sums of the existing months."""
    op.create_table(
        "counters_year",
        _text_column("indicator"),
        _text_column("unit"),
        _number_column("year", key=True),
        _text_column("dims"),
        _number_column("amount"),
        sqlite_with_rowid=False,
    )
    op.execute(_FILL)


def _text_column(name: str) -> sa.Column[str]:
    words = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
    return sa.Column(name, words, primary_key=True, nullable=False)


def _number_column(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, primary_key=key, nullable=False, autoincrement=False)
