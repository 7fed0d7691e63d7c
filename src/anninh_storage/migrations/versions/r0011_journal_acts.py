"""Separate acts from other entries in the journal's index, so that the few acts on a record are found among its many
reads.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
READS = ("journal",)

_WORDS = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_REF = re.compile(r"[a-z_]{1,40}:\S{1,200}", re.ASCII)
_UNINDEXED = ("conversation:", "identity:")
_BATCH = 5000
_LINES = sa.text("SELECT seq, content FROM journal WHERE seq > :after ORDER BY seq LIMIT :limit")
_ADD = sa.text("INSERT INTO journal_ref (ref, is_look, seq) VALUES (:ref, :is_look, :seq)")


def upgrade() -> None:
    """Replace the index table of the journal, and fill it from the existing lines."""
    op.drop_table("journal_ref")
    op.create_table(
        "journal_ref",
        sa.Column("ref", _WORDS, primary_key=True, nullable=False),
        sa.Column("is_look", sa.BigInteger, primary_key=True, nullable=False, autoincrement=False),
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
            yield from ({"ref": ref, "is_look": is_look, "seq": seq} for ref, is_look in _parse_refs(content))
        after = rows[-1][0]


def _parse_refs(content: bytes | str) -> list[tuple[str, int]]:
    """Return the references under which a journal line is indexed, or none if the line is unreadable: verifying the
    hash chain reports that.
    """
    try:
        entry = json.loads(content if isinstance(content, str) else bytes(content))
        is_look = int(entry.get("outcome", "done") != "done")
        found = [f"{touched['kind']}:{touched['id']}" for touched in entry.get("touched", ())]
        found += [name.rpartition("@")[0] or name for name in entry.get("named", ())]
        found += [fact for fact in entry.get("facts", {}).values() if _is_ref(fact)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
    return [(ref, is_look) for ref in dict.fromkeys(found) if not ref.startswith(_UNINDEXED)]


def _is_ref(fact: object) -> bool:
    return isinstance(fact, str) and _REF.fullmatch(fact) is not None
