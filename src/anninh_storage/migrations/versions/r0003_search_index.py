"""Replace the table of search terms, which no release ever filled, by the database engine's own search index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

_WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    """Replace the table of terms by an empty search index."""
    op.drop_table("search_terms")
    if op.get_bind().dialect.name == "sqlite":
        _create_fts5_index()
    else:
        _create_gin_index()


def _text_columns(names: str, *, key: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, _WORDS, nullable=False, primary_key=key) for name in names.split()]


def _time_column() -> sa.Column[int]:
    return sa.Column("at", sa.BigInteger, nullable=False)


def _create_fts5_index() -> None:
    """Create the table of search lines, and an FTS5 index without a copy of the lines. The index needs no sizes, as
    hits aren't ranked.
    """
    place: sa.Column[int] = sa.Column("place", sa.Integer, primary_key=True, autoincrement=False)
    op.create_table("search_rows", place, *_text_columns("kind id unit"), _time_column(), *_text_columns("line"))
    op.create_index("search_rows_record", "search_rows", ["kind", "id"], unique=True)
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(line, content='search_rows', content_rowid='place',"
        " columnsize=0, tokenize=\"ascii tokenchars '_'\")"
    )


def _create_gin_index() -> None:
    """Create the table of search lines with a vector column without positions: PostgreSQL keeps at most 256 positions a
    word, up to 16,383.
    """
    vector = sa.Computed("array_to_tsvector(string_to_array(line, ' '))", persisted=True)
    terms = sa.Column("terms", postgresql.TSVECTOR, vector)
    op.create_table(
        "search_rows",
        *_text_columns("kind id", key=True),
        *_text_columns("unit"),
        _time_column(),
        *_text_columns("line"),
        terms,
    )
    # Every search reads the index's pending list; with an eighth of the default limit, the list is merged as fast.
    waiting = {"gin_pending_list_limit": 512}
    op.create_index("search_rows_terms", "search_rows", ["terms"], postgresql_using="gin", postgresql_with=waiting)
    op.create_index("search_rows_newest", "search_rows", ["kind", "at", "id"])
    op.create_index("search_rows_unit", "search_rows", ["kind", "unit", "at", "id"])
    # Ten times as many words (5,000) are recorded as common: all syllables in use, so that the others count as rare.
    op.execute("ALTER TABLE search_rows ALTER COLUMN terms SET STATISTICS 500")
