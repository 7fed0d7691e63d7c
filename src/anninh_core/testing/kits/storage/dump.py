"""Rules of dumping, loading and restoring records: S-170 to S-179, S-228 to S-230."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast, get_args

import pytest
from attrs import AttrsInstance, asdict, evolve, has

from anninh_core.kernel.errors import BadInput, StorageError, WrongStep
from anninh_core.ports.storages.changes import (
    ChangeSet,
    Counter,
    IndexSpec,
    JournalLine,
    NewKey,
    OutboxSettled,
    Outcome,
    Record,
)
from anninh_core.ports.storages.dumping import KeptInbox, KeptOutbox, Row
from anninh_core.ports.storages.maintenance import PutsBack
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import (
    DAY,
    HARD_TEXTS,
    LATER,
    NOW,
    SPECS,
    TIP,
    TTL,
    StorageKit,
    build_inbox_settlement,
    build_outbox_settlement,
    change,
    commit,
    commit_outbox,
    commit_records,
    entry,
    find_all,
    inbox_change,
    item,
    outbox_row,
    tip,
)
from anninh_core.testing.memory.storage import MemoryStorage
from anninh_core.vocabulary.delivery import Lane

_SETTLEMENTS: Mapping[OutboxState, Mapping[str, Any]] = {
    OutboxState.DELIVERED: {},
    OutboxState.UNKNOWN: {"delivery_method": "template"},
    OutboxState.FAILED: {"deferred_until": LATER},
}
"""The states into which outbox rows are settled, with the other values of each settlement."""


def make_storage() -> Storage:
    """Return an empty in-memory storage."""
    storage = MemoryStorage()
    storage.prepare(SPECS)
    return storage


def fill_storage(storage: Storage) -> Storage:
    """Fill a storage with rows of every type and with queue rows in every state, and return it."""
    for number, text in enumerate(HARD_TEXTS):
        commit_records(
            storage, tip(f"h{number}", state=text, assignees=(text, "an"), score=None), item(f"i{number}", text)
        )
    counter = Counter(indicator="tips", unit="u1", day=DAY, dims="", amount=2)
    others = (evolve(counter, day=DAY + timedelta(days=40), amount=-1), evolve(counter, dims="urgency=high"))
    first = change(tip("t1", received=-5, due=2**62, score=0.1), counters=(counter, *others), request="r1")
    keys = tuple(
        NewKey(scope=f"case:{number}", epoch="e1", wrapped=bytes([number]), blind_index="ab" * number)
        for number in range(3)
    )
    commit(storage, first, change(tip("t1", version=2, open=None), keys=keys, request="r2"), ChangeSet(request="r3"))
    storage.keyring.destroy("case:1")
    storage.states.put("zalo", "token", b"\x00\xff", 0)
    storage.states.put("zalo", "token", b"again", 1)
    _fill_inbox(storage)
    _fill_outbox(storage)
    return storage


def _fill_inbox(storage: Storage) -> None:
    commit(
        storage, *(inbox_change(f"e{number}", f"c{number % 3}", number) for number in range(8)), inbox_change("alone")
    )
    rows = storage.queues.claim_inbox(NOW, TTL, 4)
    commit(
        storage,
        build_inbox_settlement(rows[0].id, rows[0].token),
        build_inbox_settlement(rows[1].id, rows[1].token, state=InboxState.FAILED, error="why"),
    )
    storage.queues.retry_inbox(rows[2].id, rows[2].token, LATER, "later")


def _fill_outbox(storage: Storage) -> None:
    rows = [outbox_row(f"o{number:02}", f"c{number}") for number in range(8)]
    commit_outbox(
        storage,
        *rows,
        outbox_row("o08", "c0"),
        outbox_row("o09", "c7", lane=Lane.EMERGENCY),
        outbox_row("o10", "x", after="o05"),
    )
    claimed = {row.id: row.token for row in storage.queues.claim_outbox(NOW, TTL, 7)}
    for name in list(claimed)[:4]:
        storage.queues.start(name, claimed[name], NOW, TTL)
    commit(
        storage,
        *(
            build_outbox_settlement(
                name, claimed[name], state, platform_id=f"p-{name}", proof="seen", error="why", **_SETTLEMENTS[state]
            )
            for name, state in zip(claimed, _SETTLEMENTS, strict=False)
        ),
    )


def dump_rows(storage: Storage) -> list[Row]:
    """Return all rows of a storage's dump."""
    return list(storage.maintenance.dump())


def assert_empty(storage: Storage) -> None:
    """Assert, through the storage's ports, that it is empty."""
    assert [row for row in dump_rows(storage) if not isinstance(row, IndexSpec)] == []
    assert storage.journal.head()[0] == 0
    assert storage.queues.depth() == {}
    assert find_all(storage) == []
    assert list(storage.maintenance.check()) == []


class DumpRules(StorageKit, kit=True):
    """Rules about complete dumps and loads."""

    def test_out(self, storage: Storage) -> None:
        """S-170 A dump is complete: another storage that loads it has the same dump."""
        other = make_storage()
        other.maintenance.load(fill_storage(storage).maintenance.dump())
        assert dump_rows(other) == dump_rows(storage)
        assert_same(storage, other)

    def test_in(self, storage: Storage) -> None:
        """S-171 The dump of another storage is loaded completely, passes the check, and is dumped unchanged."""
        other = fill_storage(make_storage())
        storage.maintenance.load(other.maintenance.dump())
        assert dump_rows(storage) == dump_rows(other)
        assert list(storage.maintenance.check()) == []
        assert_same(storage, other)

    def test_order(self, storage: Storage) -> None:
        """S-172 A dump is sorted by part and key, and leaves out counters with the sum 0."""
        nothing = Counter(indicator="a", unit="u1", day=DAY, dims="", amount=0)
        plus = evolve(nothing, indicator="b", amount=1)
        commit(storage, change(counters=(nothing, plus)), change(counters=(evolve(plus, amount=-1),)))
        commit_records(storage, tip("z"), item("y"), tip("b"))
        fill_storage(storage)
        rows = dump_rows(storage)
        order = list(get_args(Row))
        assert [type(row) for row in rows] == sorted((type(row) for row in rows), key=order.index)
        records = [(row.kind, row.id) for row in rows if isinstance(row, Record)]
        assert records == sorted(records)
        assert all(row.amount for row in rows if isinstance(row, Counter))

    def test_one_moment(self, storage: Storage) -> None:
        """S-173 Changes committed while a dump is read aren't in it, and don't wait for the dump."""
        commit_records(storage, tip("t1"))
        before = dump_rows(storage)
        rows = storage.maintenance.dump()
        first = next(rows)
        commit(storage, change(tip("t2"), tip("t1", version=2), request="new"), inbox_change("e1"))
        assert [first, *rows] == before
        assert dump_rows(storage) != before

    def test_utc(self, storage: Storage) -> None:
        """S-228 Times are dumped in UTC, whatever time zone they were given in."""
        local_time = NOW.astimezone(timezone(timedelta(hours=7)))
        event = evolve(inbox_change("e1").inbox[0], received_at=local_time)
        rows = (
            outbox_row("a", due_at=local_time),
            outbox_row("b", "c2", due_at=local_time),
            outbox_row("c", "c3", due_at=local_time),
        )
        commit(storage, change(entry=evolve(entry("e1"), at=local_time), request="r", inbox=(event,), outbox=rows))
        storage.queues.claim_inbox(local_time, TTL, 1)
        claimed = storage.queues.claim_outbox(local_time, TTL, 2)
        end = OutboxSettled(
            id="a",
            token=claimed[0].token,
            state=OutboxState.FAILED,
            at=local_time,
            due_at=local_time,
            deferred_until=local_time,
        )
        commit(storage, ChangeSet(outbox_settled=end))
        zones = {moment.tzinfo for row in dump_rows(storage) for moment in _iter_times(row)}
        assert zones == {UTC}

    def test_left_unread(self, storage: Storage) -> None:
        """S-174 A dump that is closed before its end leaves the storage usable."""
        commit_records(storage, *(tip(f"t{number}") for number in range(5)))
        for _ in range(50):
            rows = storage.maintenance.dump()
            next(rows)
            assert isinstance(rows, Iterator)
            getattr(rows, "close", lambda: None)()
        commit_records(storage, tip("t9"))
        assert len(find_all(storage)) == 6

    @pytest.mark.parametrize(
        "what", [tip("t1"), inbox_change("e1"), ChangeSet(request="r")], ids=["record", "row", "key"]
    )
    def test_not_empty(self, storage: Storage, what: Record | ChangeSet) -> None:
        """S-175 Loading into a storage that isn't empty is refused, and changes nothing."""
        commit(storage, what if isinstance(what, ChangeSet) else change(what))
        before = dump_rows(storage)
        with pytest.raises(WrongStep, match="empty"):
            storage.maintenance.load(fill_storage(make_storage()).maintenance.dump())
        assert dump_rows(storage) == before

    def test_broken_off(self, storage: Storage) -> None:
        """S-176 An interrupted load leaves the storage empty at any point, and can be repeated."""
        rows = dump_rows(fill_storage(make_storage()))

        def iter_until_failure(at: int) -> Iterator[Row]:
            yield from rows[:at]
            raise StorageError("The file is damaged.")

        for at in range(0, len(rows), 7):
            with pytest.raises(StorageError, match="The file is damaged"):
                storage.maintenance.load(iter_until_failure(at))
            assert_empty(storage)
        storage.maintenance.load(rows)
        assert dump_rows(storage) == rows

    @pytest.mark.parametrize("bent", range(5))
    def test_wrong_rows(self, storage: Storage, bent: int) -> None:
        """S-177 Invalid rows are refused, and nothing is stored."""
        other = fill_storage(make_storage())
        with pytest.raises(BadInput):
            storage.maintenance.load(map(_DAMAGES[bent], dump_rows(other)))
        assert_empty(storage)

    def test_bent_line(self, storage: Storage) -> None:
        """S-229 A journal that was altered in the dump is loaded as it is, and the check finds it."""
        other = fill_storage(make_storage())
        rows = [_alter_line(row) if isinstance(row, JournalLine) and row.seq == 2 else row for row in dump_rows(other)]
        storage.maintenance.load(rows)
        assert list(storage.maintenance.check()) != []

    def test_other_columns(self, storage: Storage) -> None:
        """S-178 Loading drops columns that a kind no longer has, leaves new columns empty, and keeps unknown kinds."""
        old = evolve(TIP, columns={"gone": str, "state": str}, multi=(), orders={})
        unknown = IndexSpec(kind="kit_unknown", columns={"x": int}, orders={"x": ("-x",)})
        other = MemoryStorage()
        other.prepare([old, unknown])
        strange = Record(kind="kit_unknown", id="s1", unit="u1", version=1, schema=1, body=b"s", columns={"x": 7})
        bare = evolve(tip("t1"), columns={"gone": "x", "state": "new"}, multi={})
        commit(other, change(bare, strange))
        storage.maintenance.load(other.maintenance.dump())
        record = storage.records.get("kit_tip", "t1")
        assert record is not None
        assert dict(record.columns) == {"state": "new", "received": None, "due": None, "score": None, "open": None}
        storage.prepare([*SPECS, unknown])
        assert storage.records.get("kit_unknown", "s1") == strange

    def test_work_goes_on(self, storage: Storage) -> None:
        """S-179 After a load, leases expire, conversations keep their order and request keys count as before."""
        other = fill_storage(make_storage())
        storage.maintenance.load(other.maintenance.dump())
        for now in (NOW, LATER, LATER + TTL * 2):
            claims = [list(backend.queues.claim_inbox(now, TTL, 20)) for backend in (storage, other)]
            assert claims[0] == claims[1]
            outbox_claims = [list(backend.queues.claim_outbox(now, TTL, 20)) for backend in (storage, other)]
            assert outbox_claims[0] == outbox_claims[1]
            for backend in (storage, other):
                commit_outbox(backend, outbox_row(f"n{now.minute}", "c0"))
                assert backend.queues.release_held(now, timedelta()) == 1 or now == NOW
        assert commit(storage, change(tip("t5"), request="r1")) == [Outcome.DUPLICATE]
        assert commit(storage, change(tip("t1", version=3), request="r9"), inbox_change("e0")) == [
            Outcome.COMMITTED,
            Outcome.DUPLICATE,
        ]
        assert list(storage.maintenance.check()) == []

    def test_put_back(self, storage: Storage) -> None:
        """S-230 A restored record has its columns, lists and key again, and the journal doesn't change.

        A durable storage still has the record after it was closed and opened again.
        """
        maintenance = storage.maintenance
        # Since Python 3.12, isinstance doesn't see members that a wrapper forwards.
        if not hasattr(maintenance, "put_back"):
            pytest.skip("it can't put a record back: `anninh quarantine restore` says so")
        put_back = cast("PutsBack", maintenance).put_back
        whole = tip("t1", assignees=("a", "b"))
        keys = [NewKey(scope="case:1", epoch="e1", wrapped=wrapped) for wrapped in (b"whole", b"other")]
        commit(storage, change(whole, tip("t2"), keys=keys[:1]))
        damaged = tip("t1", version=2, unit="u2", body=b"damaged", assignees=("c",), state="lost")
        commit(storage, change(damaged))
        head = storage.journal.head()
        for key in (None, *reversed(keys)):
            put_back(whole, key)
            assert storage.records.get("kit_tip", "t1") == whole
            assert find_all(storage, where={"assignees": "b"}) == ["t1"]
            assert not find_all(storage, where={"assignees": "c"})
            assert find_all(storage, where={"state": "received"}) == ["t2", "t1"]
            assert storage.keyring.get("case:1") == (key or keys[0])
        assert storage.journal.head() == head
        assert list(storage.maintenance.check()) == []
        if storage.capabilities.can("durable"):
            storage.close()
            storage.prepare(SPECS)
            kept = (storage.records.get("kit_tip", "t1"), storage.keyring.get("case:1"))
            assert kept == (whole, keys[0]), "what `put_back` stored was lost by closing the storage"


def assert_same(first: Storage, second: Storage) -> None:
    """Assert that two storages give the same results to queries."""
    queries: tuple[Callable[[Storage], object], ...] = (
        lambda storage: storage.journal.head(),
        lambda storage: list(storage.journal.read()),
        lambda storage: find_all(storage, order="latest_due", limit=3),
        lambda storage: find_all(storage, where={"assignees": "an"}),
        lambda storage: dict(storage.counters.total(["tips"], ["u1"], DAY, DAY + timedelta(days=400))),
        lambda storage: (storage.keyring.get("case:1"), storage.keyring.wrapped_by("e1")),
        lambda storage: (
            storage.queues.depth(),
            list(storage.queues.outbox()),
            list(storage.queues.inbox([InboxState.FAILED])),
        ),
        lambda storage: storage.queues.by_platform_id("oa", "p-o00"),
        lambda storage: (storage.states.get("zalo", "token"), storage.requested("r3"), storage.requested("r4")),
    )
    for query in queries:
        assert query(first) == query(second)


def _iter_times(row: object) -> Iterator[datetime]:
    """Yield every time in a row of a dump, also in nested values."""
    if isinstance(row, datetime):
        yield row
    elif has(type(row)):
        for value in asdict(cast("AttrsInstance", row), recurse=False).values():
            yield from _iter_times(value)


def _alter_line(line: JournalLine) -> JournalLine:
    return evolve(line, content=line.content.replace(b"system:kit", b"system:cat"))


def _damage_kind(row: Row) -> Row:
    return evolve(row, kind='x"; DROP TABLE journal; --') if isinstance(row, IndexSpec) else row


def _damage_type(row: Row) -> Row:
    return evolve(row, columns={**row.columns, "state": 1}) if isinstance(row, Record) else row


def _damage_version(row: Row) -> Row:
    return evolve(row, version=0) if isinstance(row, Record) else row


def _damage_lane(row: Row) -> Row:
    return evolve(row, row=evolve(row.row, lane=cast("Lane", "fast"))) if isinstance(row, KeptOutbox) else row


def _damage_state(row: Row) -> Row:
    return evolve(row, row=evolve(row.row, state=cast("InboxState", "lost"))) if isinstance(row, KeptInbox) else row


_DAMAGES: tuple[Callable[[Row], Row], ...] = (_damage_kind, _damage_type, _damage_version, _damage_lane, _damage_state)
