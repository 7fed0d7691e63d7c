"""Shared parts of the storage rules: fixtures, specs, and helpers that build change sets."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from anninh_core._moved import keep_old_imports
from anninh_core.plugins.members import find_missing_members, find_refused_arguments
from anninh_core.ports.storages.changes import (
    ChangeSet,
    Entry,
    InboxSettled,
    IndexSpec,
    NewInbox,
    NewOutbox,
    OutboxSettled,
    Outcome,
    Queued,
    Record,
    Scalar,
    Touched,
)
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.ports.storages.storage import Find, RecordPage, Storage
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.testing.kits.members import IncompleteBackend
from anninh_core.testing.kits.steps import describe_missing_member, describe_missing_members
from anninh_core.vocabulary.delivery import Lane

NOW = datetime(2021, 9, 2, 1, 30, tzinfo=UTC)
DAY = date(2021, 9, 2)
TTL = timedelta(minutes=1)
LATER = NOW + timedelta(minutes=2)
"""A time after the end of every lease that was taken at `NOW` for `TTL`."""

TIP = IndexSpec(
    kind="kit_tip",
    columns={"state": str, "received": int, "due": int, "score": float, "open": bool},
    multi=("assignees", "excluded"),
    orders={"newest": ("-received",), "due": ("due",), "latest_due": ("-due",), "state": ("state", "-received")},
)
ITEM = IndexSpec(kind="kit_item", columns={"title": str}, orders={"title": ("title",)}, sealed=False)
SPECS = (TIP, ITEM)

HARD_TEXTS = (
    "",
    "Đường Trần Phú, tổ 5: mất trộm xe",
    "\u0110\u01b0o\u031b\u0300ng Tra\u0302\u0300n Phu\u0301",
    "Tổ 5 🚨👨‍👩‍👧",
    "'; DROP TABLE records; --",
    '"quoted" % _ \\ \t\n',
    "x" * 20_000,
)

Factory = Callable[[], Storage]


class StorageKit(ConformanceKit, kit=True):
    """Fixtures that all storage rules use, and the rule that runs before all others."""

    @pytest.fixture
    def storage_factory(self) -> Factory:
        """Return a factory of unprepared storages that all use the same place, which is empty at first. Override this
        fixture.

        A backend that isn't `durable` may give an empty storage each time. The factory of a durable one must be
        picklable, such as `partial(MyStorage, url)`: processes that are killed use it, too.
        """
        raise NotImplementedError("override the fixture storage_factory with one that returns a factory")

    @pytest.fixture
    def storage(self, storage_factory: Factory) -> Iterator[Storage]:
        """Yield an open, empty storage that was prepared with two kinds of records."""
        storage = make_checked_storage(storage_factory)
        storage.prepare(SPECS)
        assert storage.journal.head()[0] == 0, "the factory must begin in an empty place"
        yield storage
        storage.close()

    def test_members_of_port(self, storage_factory: Factory) -> None:
        """S-217 Every member of the port exists, and each method accepts the port's arguments, with its defaults."""
        storage = storage_factory()
        missing = [*find_missing_members(Storage, storage), *find_refused_arguments(Storage, storage)]
        assert not missing, describe_missing_members(missing)


def make_checked_storage(factory: Factory) -> Storage:
    """Make a storage; a rule that uses a member missing in it fails with a sentence about that member."""
    storage = factory()
    if find_missing_members(Storage, storage):
        return cast("Storage", IncompleteBackend(storage, Storage, describe_missing_member))
    return storage


def require_all_members(factory: Factory) -> None:
    """Fail a rule that needs all members of the storage port, with a sentence about the first missing member."""
    for path in find_missing_members(Storage, factory()):
        pytest.fail(describe_missing_member(path), pytrace=False)


def require_ability(storage: Storage, name: str) -> None:
    """Skip a rule if the storage declares that it lacks the ability `name`; the storage's note is the reason."""
    if not storage.capabilities.can(name):
        pytest.skip(storage.capabilities.of(name).note)


def tip(name: str, version: int = 1, **others: Any) -> Record:
    """Return a record of the kind `kit_tip` with every column set."""
    columns: dict[str, Scalar] = {"state": "received", "received": 1, "due": None, "score": 0.5, "open": True}
    unit = others.pop("unit", "u1")
    body = others.pop("body", b"body")
    multi = {key: others.pop(key, ()) for key in TIP.multi}
    columns.update(others)
    return Record(
        kind="kit_tip",
        id=name,
        unit=unit,
        version=version,
        schema=1,
        body=body,
        scope="case:1",
        columns=columns,
        multi=multi,
    )


def item(name: str, title: str = "", version: int = 1) -> Record:
    """Return a record of the public kind `kit_item`."""
    return Record(
        kind="kit_item", id=name, unit="u1", version=version, schema=1, body=title.encode(), columns={"title": title}
    )


def entry(id: str = "entry", facts: Mapping[str, Scalar] | None = None) -> Entry:
    """Return a journal entry that touches the record `kit_tip:t1`."""
    return Entry(
        id=id,
        at=NOW,
        actor="system:kit",
        action="kit.change",
        unit="u1",
        touched=(Touched("kit_tip", "t1", 1, "hash", "hash of the columns"),),
        facts=facts or {},
        queued=(Queued("o1", "hash of the row"),),
    )


def change(*records: Record, **others: Any) -> ChangeSet:
    """Return a change set with these records and a journal entry."""
    return ChangeSet(entry=others.pop("entry", entry()), records=records, **others)


def commit(storage: Storage, *changes: ChangeSet) -> list[Outcome]:
    """Commit change sets in one batch and return their outcomes."""
    return list(storage.commit(changes))


def commit_records(storage: Storage, *records: Record) -> None:
    """Commit records, each in a change set of its own, and assert that all are committed."""
    assert set(commit(storage, *(change(record) for record in records))) <= {Outcome.COMMITTED}


def inbox_change(name: str, conversation: str = "", seconds: int = 0, **others: Any) -> ChangeSet:
    """Return a change set with one inbox row and no journal entry, as for an event that was received."""
    row = NewInbox(
        id=name,
        source=others.pop("source", "oa"),
        dedupe=others.pop("dedupe", name),
        conversation=conversation,
        received_at=NOW - timedelta(hours=1) + timedelta(seconds=seconds),
        scope="inbox:1",
        body=others.pop("body", b"raw"),
    )
    return ChangeSet(inbox=(row,), **others)


def outbox_row(name: str, conversation: str = "c1", lane: Lane = Lane.REPLY, **others: Any) -> NewOutbox:
    """Return an outbox row to be committed."""
    defaults: dict[str, Any] = {
        "messenger": "oa",
        "due_at": NOW,
        "cause": "kit_tip:t1",
        "purpose": "kit.answer",
        "scope": "case:1",
        "body": b"sealed",
    }
    return NewOutbox(id=name, conversation=conversation, lane=lane, **{**defaults, **others})


def commit_outbox(storage: Storage, *rows: NewOutbox) -> None:
    """Commit outbox rows in one change set, and assert that it is committed."""
    assert commit(storage, ChangeSet(outbox=rows)) == [Outcome.COMMITTED]


def build_inbox_settlement(name: str, token: int | None, **others: Any) -> ChangeSet:
    """Return a change set that settles an inbox row."""
    return ChangeSet(inbox_settled=InboxSettled(id=name, token=token, **others))


def build_outbox_settlement(
    name: str, token: int | None, state: OutboxState = OutboxState.DELIVERED, **others: Any
) -> ChangeSet:
    """Return a change set that settles an outbox row."""
    return ChangeSet(outbox_settled=OutboxSettled(id=name, token=token, state=state, at=NOW, **others))


def page_ids(page: RecordPage) -> list[str]:
    """Return the ids on a page."""
    return [record.id for record in page.records]


def find_all(storage: Storage, limit: int = 50, **query: Any) -> list[str]:
    """Return the ids on all pages of a query for `kit_tip`, newest first unless an order is given."""
    query.setdefault("order", "newest")
    all_ids: list[str] = []
    cursors = [""]
    while True:
        page = storage.records.find(Find(kind="kit_tip", after=cursors[-1], limit=limit, **query))
        all_ids += page_ids(page)
        if not page.cursor:
            return all_ids
        assert len(page.records) == limit, "only the last page may be short"
        assert page.cursor not in cursors, "a page leads back to where a page began before"
        cursors.append(page.cursor)


keep_old_imports(__name__)
