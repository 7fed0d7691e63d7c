"""The fixed tables, in their first version."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the fixed tables in an empty database."""
    _trail()
    _inbox()
    _outbox()
    _figures()
    _small()


def _text(name: str, *, key: bool = False) -> sa.Column[Any]:
    words = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
    return sa.Column(name, words, primary_key=key, nullable=False)


def _number(name: str, *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, primary_key=key, nullable=False, autoincrement=False)


def _bytes(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _index(name: str, table: str, columns: str, where: str = "", *, unique: bool = False) -> None:
    rule = sa.text(where) if where else None
    op.create_index(name, table, columns.split(), unique=unique, sqlite_where=rule, postgresql_where=rule)


def _trail() -> None:
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite's rowid: no second index
    seq: sa.Column[Any] = sa.Column("seq", number, primary_key=True, autoincrement=False)
    op.create_table("journal", seq, _text("previous"), _text("hash"), _bytes("content"))
    op.create_table("requests", _text("request", key=True), _text("entry"), sqlite_with_rowid=False)
    op.create_table("kinds", _text("kind", key=True), _text("spec"))


def _inbox() -> None:
    op.create_table(
        "inbox",
        _text("id", key=True),
        _text("source"),
        _text("dedupe"),
        _text("conversation"),
        _number("received_at"),
        _text("scope"),
        _bytes("body"),
        _text("state"),
        _number("attempts"),
        _number("token"),
        _text("error"),
        _number("until"),
    )
    pending = "state IN ('new', 'claimed')"
    _index("inbox_event", "inbox", "source dedupe", unique=True)
    _index("inbox_pending", "inbox", "received_at id", pending)
    _index("inbox_conversation", "inbox", "conversation received_at id", pending)
    _index("inbox_state", "inbox", "state id")


def _outbox() -> None:
    op.create_table(
        "outbox",
        _text("id", key=True),
        _text("messenger"),
        _text("conversation"),
        _text("lane"),
        _number("due_at"),
        _text("cause"),
        _text("purpose"),
        _text("scope"),
        _bytes("body"),
        _text("after_id"),
        _text("state"),
        _number("attempts"),
        _number("token"),
        _number("created_seq"),
        sa.Column("settled_at", sa.BigInteger),
        _text("platform_id"),
        _text("proof"),
        _text("error"),
        sa.Column("rank", sa.SmallInteger, nullable=False),
        _number("until"),
        sa.Column("open", sa.SmallInteger, nullable=False),
    )
    _index("outbox_order", "outbox", "created_seq", unique=True)
    _index("outbox_open", "outbox", "messenger conversation lane created_seq", "open = 1")
    _index("outbox_after", "outbox", "after_id", "after_id <> ''")
    _index("outbox_platform", "outbox", "messenger platform_id", "platform_id <> ''")
    _index("outbox_state", "outbox", "state rank due_at created_seq")
    _index("outbox_cause", "outbox", "cause id")


def _figures() -> None:
    for grain in ("day", "month"):
        op.create_table(
            f"counters_{grain}",
            _text("indicator", key=True),
            _text("unit", key=True),
            _number(grain, key=True),
            _text("dims", key=True),
            _number("amount"),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "search_terms",
        _text("kind", key=True),
        _text("term", key=True),
        _number("at", key=True),
        _text("id", key=True),
        _text("unit"),
        sqlite_with_rowid=False,
    )
    _index("search_terms_record", "search_terms", "kind id")


def _small() -> None:
    op.create_table("keyring", _text("scope", key=True), _text("epoch"), _bytes("wrapped"))
    _index("keyring_epoch", "keyring", "epoch scope")
    op.create_table("leases", _text("name", key=True), _text("holder"), _number("token"), _number("until"))
    op.create_table("states", _text("owner", key=True), _text("name", key=True), _number("version"), _bytes("body"))
