"""The current fixed tables of the database. Migrations bring a database to this schema, and a test compares the two.

Tables of records are made from the kinds' specs (`sql.kind_table`). Times are microseconds since 1970 in UTC, days are
`date.toordinal()`, months are `year * 12 + month - 1`, years those of the calendar.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects import postgresql

_SEARCH_TABLE = "search_rows"


def _text_column(name: str, *, key: bool = False, empty: bool = False) -> Column[str]:
    # The collation "C" sorts ids by their bytes.
    text_type = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
    return Column(name, text_type, primary_key=key, nullable=False, server_default="" if empty else None)


def _number_column(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=False, autoincrement=False)


def _bytes_column(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


def _add_index(table: Table, name: str, columns: str, predicate: str = "", *, unique: bool = False) -> None:
    condition = text(predicate) if predicate else None
    indexed_columns = [table.c[column] for column in columns.split()]
    Index(f"{table.name}_{name}", *indexed_columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def build_metadata(engine: str = "sqlite") -> MetaData:
    """Return the metadata of the fixed tables for an engine.

    Args:
        engine: `sqlite` or `postgresql`.
    """
    metadata = MetaData()
    _add_journal_tables(metadata)
    _add_inbox(metadata)
    _add_outbox(metadata)
    _add_counter_tables(metadata)
    _add_search(metadata, engine)
    _add_service_tables(metadata)
    return metadata


def _add_journal_tables(metadata: MetaData) -> None:
    seq = Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    Table("journal", metadata, seq, _text_column("previous"), _text_column("hash"), _bytes_column("content"))
    ref = (_text_column("ref", key=True), _number_column("is_look", key=True), _number_column("seq", key=True))
    Table("journal_ref", metadata, *ref, sqlite_with_rowid=False)
    request = (_text_column("request", key=True), _text_column("entry"), Column("at", BigInteger))
    requests = Table("requests", metadata, *request, sqlite_with_rowid=False)
    _add_index(requests, "age", "at", "at IS NOT NULL")
    Table("kinds", metadata, _text_column("kind", key=True), _text_column("spec"))


def _add_inbox(metadata: MetaData) -> None:
    inbox = Table(
        "inbox",
        metadata,
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
        Column("ready", SmallInteger, nullable=False, server_default="0"),
    )
    _add_index(inbox, "event", "source dedupe", unique=True)
    _add_index(inbox, "waiting", "conversation received_at id", "ready = 0 AND state IN ('new', 'claimed')")
    _add_index(inbox, "ready", "received_at id", "ready = 1")
    _add_index(inbox, "head", "conversation", "ready = 1")
    _add_index(inbox, "claimed", "conversation", "state = 'claimed'")
    _add_index(inbox, "state", "state id")


def _add_outbox(metadata: MetaData) -> None:
    outbox = Table(
        "outbox",
        metadata,
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
        Column("settled_at", BigInteger),
        _text_column("platform_id"),
        _text_column("proof"),
        _text_column("error"),
        Column("rank", SmallInteger, nullable=False),
        _number_column("until"),
        Column("open", SmallInteger, nullable=False),
        _text_column("delivery_method", empty=True),
        Column("deferred_until", BigInteger),
    )
    _add_index(outbox, "order", "created_seq", unique=True)
    _add_index(outbox, "open", "messenger conversation lane created_seq", "open = 1")
    _add_index(outbox, "after", "after_id", "after_id <> ''")
    _add_index(outbox, "platform", "messenger platform_id", "platform_id <> ''")
    _add_index(outbox, "state", "state rank due_at created_seq")
    _add_index(outbox, "cause", "cause id")


def _add_counter_tables(metadata: MetaData) -> None:
    for grain in ("day", "month", "year"):
        Table(
            f"counters_{grain}",
            metadata,
            _text_column("indicator", key=True),
            _text_column("unit", key=True),
            _number_column(grain, key=True),
            _text_column("dims", key=True),
            _number_column("amount"),
            sqlite_with_rowid=False,
        )
    Table(
        "counters_sets",
        metadata,
        _text_column("unit", key=True),
        _text_column("name", key=True),
        sqlite_with_rowid=False,
    )


def _add_search(metadata: MetaData, engine: str) -> None:
    """Add the table of search lines. SQLite's index is a virtual table, which metadata can't describe."""
    if engine == "sqlite":
        place = Column("place", Integer, primary_key=True, autoincrement=False)
        rows = Table(
            _SEARCH_TABLE,
            metadata,
            place,
            _text_column("kind"),
            _text_column("id"),
            _text_column("unit"),
            _number_column("at"),
            _text_column("line"),
        )
        _add_index(rows, "record", "kind id", unique=True)
        return
    terms = Column("terms", postgresql.TSVECTOR, Computed("array_to_tsvector(string_to_array(line, ' '))"))
    record = (_text_column("kind", key=True), _text_column("id", key=True))
    rows = Table(
        _SEARCH_TABLE, metadata, *record, _text_column("unit"), _number_column("at"), _text_column("line"), terms
    )
    Index(f"{_SEARCH_TABLE}_terms", rows.c.terms, postgresql_using="gin")
    _add_index(rows, "newest", "kind at id")
    _add_index(rows, "unit", "kind unit at id")


def _add_service_tables(metadata: MetaData) -> None:
    keyring = Table(
        "keyring",
        metadata,
        _text_column("scope", key=True),
        _text_column("epoch"),
        _bytes_column("wrapped"),
        _text_column("blind_index", empty=True),
    )
    _add_index(keyring, "epoch", "epoch scope")
    _add_index(keyring, "blind", "blind_index", "blind_index <> ''", unique=True)
    Table(
        "leases",
        metadata,
        _text_column("name", key=True),
        _text_column("holder"),
        _number_column("token"),
        _number_column("until"),
    )
    Table(
        "states",
        metadata,
        _text_column("owner", key=True),
        _text_column("name", key=True),
        _number_column("version"),
        _bytes_column("body"),
    )
