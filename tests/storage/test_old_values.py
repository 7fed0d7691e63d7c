"""Values that a reindex removes from clear columns are gone from a SQLite file, and from its log after a checkpoint."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.tampering import Office, open_office

from anninh_core.domain.conversations.model import MESSAGE
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import system
from anninh_core.usecase.indexing.reindex import reindex
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

LUA = Address("oa", Place.PERSON, "p-1")
NEEDLE = b"platform-message-"
COUNT = 20
AT = datetime(2021, 9, 1, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An office with messages that have the platform's ids in clear, as an earlier version wrote them."""
    keyed = dict(MESSAGE.keyed_columns)
    opened = open_office(tmp_path)
    object.__setattr__(MESSAGE, "keyed_columns", {})
    try:
        for number in range(COUNT):
            message = InboundMessage(
                id=f"{NEEDLE.decode()}{number}", conversation=LUA, sender=LUA, text="chào", sent_at=AT
            )
            run_step(
                opened.app.internals.services.conversations.record_message, system("router"), message, kind="chatter"
            )
    finally:
        object.__setattr__(MESSAGE, "keyed_columns", keyed)
    with opened.app:
        yield opened


def count_old_values(office: Office) -> dict[str, int]:
    """Return how often a clear platform id of the earlier version occurs in the bytes of each database file."""
    files = {suffix: Path(f"{office.path}{suffix}") for suffix in ("", "-wal")}
    return {suffix or "file": path.read_bytes().count(NEEDLE) for suffix, path in files.items() if path.exists()}


def test_old_values_are_overwritten(office: Office) -> None:
    """After a reindex and a checkpoint no old value is in the file, not even in free pages."""
    office.ask("PRAGMA wal_checkpoint(TRUNCATE)")
    before = count_old_values(office)
    list(reindex(office.app.internals.runner, office.appoint_officer("Quản trị", "operator"), [MESSAGE]))
    logged = count_old_values(office)
    office.ask("PRAGMA wal_checkpoint(TRUNCATE)")
    checkpointed = count_old_values(office)
    with sqlite3.connect(office.path) as connection:
        connection.execute("VACUUM")
    connection.close()
    office.ask("PRAGMA wal_checkpoint(TRUNCATE)")
    vacuumed = count_old_values(office)
    assert before["file"] >= COUNT
    assert logged["file"] == before["file"]
    assert checkpointed == vacuumed == {"file": 0, "-wal": 0}
