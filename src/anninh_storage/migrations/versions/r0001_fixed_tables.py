"""Migration that creates the fixed tables, in their first version."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the fixed tables in an empty database."""
    _create_journal_tables()
    _create_inbox()
    _create_outbox()
    _create_counter_tables()
    _create_small_tables()


def _text_column(name: str, *, key: bool = False) -> sa.Column[Any]:
    words = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
    return sa.Column(name, words, primary_key=key, nullable=False)


def _number_column(name: str, *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, primary_key=key, nullable=False, autoincrement=False)


def _bytes_column(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _create_index(name: str, table: str, columns: str, where: str = "", *, unique: bool = False) -> None:
    rule = sa.text(where) if where else None
    op.create_index(name, table, columns.split(), unique=unique, sqlite_where=rule, postgresql_where=rule)


def _create_journal_tables() -> None:
    # In SQLite this column is the rowid, which needs no second index.
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    seq: sa.Column[Any] = sa.Column("seq", number, primary_key=True, autoincrement=False)
    op.create_table("journal", seq, _text_column("previous"), _text_column("hash"), _bytes_column("content"))
    op.create_table("requests", _text_column("request", key=True), _text_column("entry"), sqlite_with_rowid=False)
    op.create_table("kinds", _text_column("kind", key=True), _text_column("spec"))


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        _text_column("id", key=True),
        _text_column("source"),
        _text_column("dedupe"),
        _text_column("conversation"),
        _number_column("received_at"),
        _text_column("scope"),
        _bytes_column("body"),
        _text_column("state"),
        _number_column("attempts"),
        _number_column("token"),
        _text_column("error"),
        _number_column("until"),
    )
    pending = "state IN ('new', 'claimed')"
    _create_index("inbox_event", "inbox", "source dedupe", unique=True)
    _create_index("inbox_pending", "inbox", "received_at id", pending)
    _create_index("inbox_conversation", "inbox", "conversation received_at id", pending)
    _create_index("inbox_state", "inbox", "state id")


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        _text_column("id", key=True),
        _text_column("messenger"),
        _text_column("conversation"),
        _text_column("lane"),
        _number_column("due_at"),
        _text_column("cause"),
        _text_column("purpose"),
        _text_column("scope"),
        _bytes_column("body"),
        _text_column("after_id"),
        _text_column("state"),
        _number_column("attempts"),
        _number_column("token"),
        _number_column("created_seq"),
        sa.Column("settled_at", sa.BigInteger),
        _text_column("platform_id"),
        _text_column("proof"),
        _text_column("error"),
        sa.Column("rank", sa.SmallInteger, nullable=False),
        _number_column("until"),
        sa.Column("open", sa.SmallInteger, nullable=False),
    )
    _create_index("outbox_order", "outbox", "created_seq", unique=True)
    _create_index("outbox_open", "outbox", "messenger conversation lane created_seq", "open = 1")
    _create_index("outbox_after", "outbox", "after_id", "after_id <> ''")
    _create_index("outbox_platform", "outbox", "messenger platform_id", "platform_id <> ''")
    _create_index("outbox_state", "outbox", "state rank due_at created_seq")
    _create_index("outbox_cause", "outbox", "cause id")


def _create_counter_tables() -> None:
    for grain in ("day", "month"):
        op.create_table(
            f"counters_{grain}",
            _text_column("indicator", key=True),
            _text_column("unit", key=True),
            _number_column(grain, key=True),
            _text_column("dims", key=True),
            _number_column("amount"),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "search_terms",
        _text_column("kind", key=True),
        _text_column("term", key=True),
        _number_column("at", key=True),
        _text_column("id", key=True),
        _text_column("unit"),
        sqlite_with_rowid=False,
    )
    _create_index("search_terms_record", "search_terms", "kind id")


def _create_small_tables() -> None:
    op.create_table("keyring", _text_column("scope", key=True), _text_column("epoch"), _bytes_column("wrapped"))
    _create_index("keyring_epoch", "keyring", "epoch scope")
    op.create_table(
        "leases",
        _text_column("name", key=True),
        _text_column("holder"),
        _number_column("token"),
        _number_column("until"),
    )
    op.create_table(
        "states",
        _text_column("owner", key=True),
        _text_column("name", key=True),
        _number_column("version"),
        _bytes_column("body"),
    )
