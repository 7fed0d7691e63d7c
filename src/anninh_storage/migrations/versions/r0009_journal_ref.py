"""Index the entries of the journal by the records that they touched or name."""

import json
import re
from collections.abc import Iterator
from itertools import islice

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
READS = ("journal",)

_WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_REF = re.compile(r"[a-z_]{1,40}:\S{1,200}", re.ASCII)
_UNINDEXED = ("conversation:", "identity:")
_BATCH = 5000
_LINES = sa.text("SELECT seq, content FROM journal WHERE seq > :after ORDER BY seq LIMIT :limit")
_ADD = sa.text("INSERT INTO journal_ref (ref, seq) VALUES (:ref, :seq)")


def upgrade() -> None:
    """Create the index table of the journal, and fill it from the existing lines."""
    op.create_table(
        "journal_ref",
        sa.Column("ref", _WORDS, primary_key=True, nullable=False),
        sa.Column("seq", sa.BigInteger, primary_key=True, nullable=False, autoincrement=False),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    refs = _iter_ref_rows(connection)
    while batch := list(islice(refs, _BATCH)):
        connection.execute(_ADD, batch)


def _iter_ref_rows(connection: sa.Connection) -> Iterator[dict[str, object]]:
    after = 0
    while rows := connection.execute(_LINES, {"after": after, "limit": _BATCH}).all():
        for seq, content in rows:
            yield from ({"ref": ref, "seq": seq} for ref in _parse_refs(content))
        after = rows[-1][0]


def _parse_refs(content: bytes | str) -> list[str]:
    """Return the references under which a journal line is indexed, or none if the line is unreadable: verifying the
    hash chain reports that.
    """
    try:
        entry = json.loads(content if isinstance(content, str) else bytes(content))
        found = [f"{touched['kind']}:{touched['id']}" for touched in entry.get("touched", ())]
        found += [fact for fact in entry.get("facts", {}).values() if isinstance(fact, str)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
    return [ref for ref in dict.fromkeys(found) if _REF.fullmatch(ref) and not ref.startswith(_UNINDEXED)]
