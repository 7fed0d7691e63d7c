"""Counters per year, so that a balance since the model began reads one row a year instead of twelve."""

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
    """Create the table, and fill it with the sums of the existing months."""
    op.create_table(
        "counters_year",
        _text("indicator"),
        _text("unit"),
        _number("year", key=True),
        _text("dims"),
        _number("amount"),
        sqlite_with_rowid=False,
    )
    op.execute(_FILL)


def _text(name: str) -> sa.Column[str]:
    words = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
    return sa.Column(name, words, primary_key=True, nullable=False)


def _number(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, primary_key=key, nullable=False, autoincrement=False)
