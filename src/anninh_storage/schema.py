"""The fixed tables as they stand today; migrations bring a database here, and a test compares the two.

Tables of records are made from the kinds' specs (`sql.kinds`). Times are microseconds since 1970 in UTC, days are
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

_ROWS = "search_rows"


def _text(name: str, *, key: bool = False, empty: bool = False) -> Column[str]:
    words = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")  # ids in the order of their bytes
    return Column(name, words, primary_key=key, nullable=False, server_default="" if empty else None)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=False, autoincrement=False)


def _bytes(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


def _index(table: Table, name: str, columns: str, where: str = "", *, unique: bool = False) -> None:
    rule = text(where) if where else None
    parts = [table.c[column] for column in columns.split()]
    Index(f"{table.name}_{name}", *parts, unique=unique, sqlite_where=rule, postgresql_where=rule)


def build(engine: str = "sqlite") -> MetaData:
    """Return the metadata.

    Args:
        engine: `sqlite` or `postgresql`.
    """
    metadata = MetaData()
    _add_trail(metadata)
    _add_inbox(metadata)
    _add_outbox(metadata)
    _add_figures(metadata)
    _add_search(metadata, engine)
    _add_small(metadata)
    return metadata


def _add_trail(metadata: MetaData) -> None:
    seq = Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    Table("journal", metadata, seq, _text("previous"), _text("hash"), _bytes("content"))
    request = (_text("request", key=True), _text("entry"), Column("at", BigInteger))
    requests = Table("requests", metadata, *request, sqlite_with_rowid=False)
    _index(requests, "age", "at", "at IS NOT NULL")
    Table("kinds", metadata, _text("kind", key=True), _text("spec"))


def _add_inbox(metadata: MetaData) -> None:
    inbox = Table(
        "inbox",
        metadata,
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
        Column("ready", SmallInteger, nullable=False, server_default="0"),
    )
    _index(inbox, "event", "source dedupe", unique=True)
    _index(inbox, "waiting", "conversation received_at id", "ready = 0 AND state IN ('new', 'claimed')")
    _index(inbox, "ready", "received_at id", "ready = 1")
    _index(inbox, "head", "conversation", "ready = 1")
    _index(inbox, "claimed", "conversation", "state = 'claimed'")
    _index(inbox, "state", "state id")


def _add_outbox(metadata: MetaData) -> None:
    outbox = Table(
        "outbox",
        metadata,
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
        Column("settled_at", BigInteger),
        _text("platform_id"),
        _text("proof"),
        _text("error"),
        Column("rank", SmallInteger, nullable=False),
        _number("until"),
        Column("open", SmallInteger, nullable=False),
        _text("delivery_method", empty=True),
        Column("deferred_until", BigInteger),
    )
    _index(outbox, "order", "created_seq", unique=True)
    _index(outbox, "open", "messenger conversation lane created_seq", "open = 1")
    _index(outbox, "after", "after_id", "after_id <> ''")
    _index(outbox, "platform", "messenger platform_id", "platform_id <> ''")
    _index(outbox, "state", "state rank due_at created_seq")
    _index(outbox, "cause", "cause id")


def _add_figures(metadata: MetaData) -> None:
    for grain in ("day", "month", "year"):
        Table(
            f"counters_{grain}",
            metadata,
            _text("indicator", key=True),
            _text("unit", key=True),
            _number(grain, key=True),
            _text("dims", key=True),
            _number("amount"),
            sqlite_with_rowid=False,
        )
    Table("counters_sets", metadata, _text("unit", key=True), _text("name", key=True), sqlite_with_rowid=False)


def _add_search(metadata: MetaData, engine: str) -> None:
    """Add the lines of the index. SQLite's index itself is a virtual table, which no metadata describe."""
    if engine == "sqlite":
        place = Column("place", Integer, primary_key=True, autoincrement=False)
        rows = Table(_ROWS, metadata, place, _text("kind"), _text("id"), _text("unit"), _number("at"), _text("line"))
        _index(rows, "record", "kind id", unique=True)
        return
    terms = Column("terms", postgresql.TSVECTOR, Computed("array_to_tsvector(string_to_array(line, ' '))"))
    record = (_text("kind", key=True), _text("id", key=True))
    rows = Table(_ROWS, metadata, *record, _text("unit"), _number("at"), _text("line"), terms)
    Index(f"{_ROWS}_terms", rows.c.terms, postgresql_using="gin")
    _index(rows, "newest", "kind at id")
    _index(rows, "unit", "kind unit at id")


def _add_small(metadata: MetaData) -> None:
    keyring = Table("keyring", metadata, _text("scope", key=True), _text("epoch"), _bytes("wrapped"))
    _index(keyring, "epoch", "epoch scope")
    Table(
        "leases",
        metadata,
        _text("name", key=True),
        _text("holder"),
        _number("token"),
        _number("until"),
    )
    Table(
        "states",
        metadata,
        _text("owner", key=True),
        _text("name", key=True),
        _number("version"),
        _bytes("body"),
    )
