"""Rules about opening, closing and reopening a storage, and about many threads: S-140 to S-149, S-202 and S-203."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from attrs import evolve

from anninh_core.kernel.errors import BadInput, StorageError
from anninh_core.ports.storages.changes import Counter, NewKey, Outcome, SearchTerms
from anninh_core.ports.storages.storage import Find, Storage
from anninh_core.testing.kits.storage.base import (
    DAY,
    NOW,
    SPECS,
    TIP,
    TTL,
    Factory,
    StorageKit,
    change,
    commit,
    commit_outbox,
    commit_records,
    entry,
    find_all,
    inbox_change,
    make_checked_storage,
    outbox_row,
    require_ability,
    tip,
)
from anninh_core.testing.kits.storage.search import build_query, search_ids

T = TypeVar("T")

THREADS = 8
ROUNDS = 12


def run_in_threads(work: Callable[[int], T]) -> list[T]:
    """Run `work` in several threads that start at the same time; return the results."""
    barrier = Barrier(THREADS)

    def wait_and_work(number: int) -> T:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(wait_and_work, range(THREADS)))


class LifecycleRules(StorageKit, kit=True):
    """Rules about opening, closing and reopening a storage."""

    def test_prepare_again(self, storage: Storage) -> None:
        """S-140 Preparing a storage again changes nothing."""
        commit_records(storage, tip("t1"))
        storage.prepare(SPECS)
        assert storage.records.get("kit_tip", "t1") == tip("t1")

    def test_new_columns(self, storage: Storage) -> None:
        """S-141 A kind may get new columns and orders; in earlier records the new columns are None or ()."""
        commit_records(storage, tip("t1"))
        grown = evolve(
            TIP,
            columns={**TIP.columns, "place": str},
            multi=(*TIP.multi, "tags"),
            orders={**TIP.orders, "place": ("place",)},
        )
        storage.prepare([grown])
        old = storage.records.get("kit_tip", "t1")
        assert old is not None
        assert (old.columns["place"], old.multi["tags"]) == (None, ())
        commit_records(storage, evolve(tip("t2", place="tổ 5"), multi={"tags": ("x",)}))
        page = storage.records.find(Find(kind="kit_tip", order="place"))
        assert [record.id for record in page.records] == ["t1", "t2"]
        assert find_all(storage, where={"tags": "x"}) == ["t2"]

    def test_bad_spec(self, storage: Storage) -> None:
        """S-142 An invalid spec is refused: invalid names, columns without a type, orders by unknown columns."""
        wrong = [
            evolve(TIP, kind='x"; DROP TABLE y'),
            evolve(TIP, columns={"state": dict}),
            evolve(TIP, orders={"newest": ("-nothing",)}),
            evolve(TIP, multi=("state",)),
        ]
        for spec in wrong:
            with pytest.raises(BadInput):
                storage.prepare([spec])

    def test_reopened(self, storage: Storage, storage_factory: Factory) -> None:
        """S-143 Acknowledged changes are there after closing and opening again."""
        require_ability(storage, "durable")
        lease = storage.leases.acquire("job", "me", NOW, TTL)
        storage.states.put("zalo", "token", b"t", 0)
        commit_outbox(storage, outbox_row("o1"))
        commit(
            storage,
            inbox_change("e1"),
            change(
                tip("t1", assignees=("an",)),
                keys=(NewKey(scope="case:1", epoch="e1", wrapped=b"k"),),
                counters=(Counter(indicator="tips", unit="u1", day=DAY, dims="", amount=2),),
                search=(SearchTerms(kind="kit_tip", id="t1", unit="u1", at=NOW, terms=("x",)),),
                request="r1",
            ),
        )
        head = storage.journal.head()
        storage.close()
        reopened = make_checked_storage(storage_factory)
        reopened.prepare(SPECS)
        try:
            assert reopened.records.get("kit_tip", "t1") == tip("t1", assignees=("an",))
            assert reopened.journal.head() == head
            assert reopened.keyring.get("case:1") is not None
            assert reopened.counters.total(["tips"], ["u1"], DAY, DAY) == {("tips", "u1", ""): 2}
            assert search_ids(reopened, build_query("x")) == ["t1"]
            assert reopened.queues.depth() == {"inbox.new": 1, "outbox.ready": 1}
            assert reopened.states.get("zalo", "token") is not None
            assert reopened.leases.acquire("job", "me", NOW, TTL) == lease
            assert commit(reopened, change(tip("t2"), request="r1")) == [Outcome.DUPLICATE]
        finally:
            reopened.close()

    def test_closed(self, storage: Storage) -> None:
        """S-144 Closing twice is harmless; a closed storage raises `StorageError`, and can be prepared again."""
        storage.close()
        storage.close()
        with pytest.raises(StorageError, match="prepare"):
            commit(storage, change(tip("t1")))
        with pytest.raises(StorageError, match="prepare"):
            storage.records.get("kit_tip", "t1")
        storage.prepare(SPECS)
        assert storage.records.get("kit_tip", "t1") is None

    def test_tried_write(self, storage: Storage) -> None:
        """S-202 `try_write` can be called any number of times: it leaves nothing to read, dump or claim."""
        commit(storage, inbox_change("e1"), change(tip("t1")))
        before = list(storage.maintenance.dump())
        for _ in range(3):
            storage.try_write()
        assert list(storage.maintenance.dump()) == before
        assert storage.queues.depth() == {"inbox.new": 1}
        assert storage.leases.acquire("job", "me", NOW, TTL) is not None
        assert list(storage.maintenance.check()) == []

    def test_tried_write_closed(self, storage: Storage) -> None:
        """S-203 `try_write` raises `StorageError` if the storage is closed."""
        storage.close()
        with pytest.raises(StorageError, match="prepare"):
            storage.try_write()

    def test_unprepared(self, storage_factory: Factory) -> None:
        """S-145 A storage that was never prepared raises `StorageError`."""
        with pytest.raises(StorageError, match="prepare"):
            make_checked_storage(storage_factory).commit([change(tip("t1"))])


class ThreadRules(StorageKit, kit=True):
    """Rules about many threads that use a storage at once."""

    def test_lost_update(self, storage: Storage) -> None:
        """S-146 No update is lost when threads read, change and retry."""
        commit_records(storage, tip("t1", received=0))

        def increment(number: int) -> None:
            remaining = ROUNDS
            while remaining:
                record = storage.records.get("kit_tip", "t1")
                assert record is not None
                columns = {**record.columns, "received": int(record.columns["received"] or 0) + 1}
                remaining -= commit(storage, change(evolve(record, version=record.version + 1, columns=columns))) == [
                    Outcome.COMMITTED
                ]

        run_in_threads(increment)
        final = storage.records.get("kit_tip", "t1")
        assert final is not None
        assert final.columns["received"] == final.version - 1 == THREADS * ROUNDS

    def test_chain_of_threads(self, storage: Storage) -> None:
        """S-147 Commits of many threads make one unbroken chain and exact sums, also while `gather` runs."""

        def commit_and_gather(number: int) -> None:
            for turn in range(ROUNDS):
                counter = Counter(indicator="tips", unit="u1", day=DAY, dims="", amount=1)
                commit(storage, change(tip(f"t{number}-{turn}"), entry=entry(f"{number}-{turn}"), counters=(counter,)))
                if turn == number:  # Other threads update the counters while the sets of gathered units change.
                    storage.counters.gather([["u1", "u2"], ["u1", f"u{2 + number}"]])

        run_in_threads(commit_and_gather)
        storage.counters.gather([["u1", "u2"]])
        for units in (["u1"], ["u1", "u2"], ["u1", "u3"]):
            assert storage.counters.together(["tips"], units, DAY, DAY) == {("tips", ""): THREADS * ROUNDS}
        assert storage.journal.head()[0] == THREADS * ROUNDS
        assert storage.counters.total(["tips"], ["u1"], DAY, DAY) == {("tips", "u1", ""): THREADS * ROUNDS}
        assert list(storage.maintenance.check()) == []

    def test_claims_of_threads(self, storage: Storage) -> None:
        """S-148 No row is claimed twice by threads that claim at the same time."""
        commit(storage, *(inbox_change(f"e{number}") for number in range(40)))
        commit_outbox(storage, *(outbox_row(f"o{number}", f"c{number}") for number in range(40)))

        def claim_rows(number: int) -> list[str]:
            rows = [row.id for _ in range(4) for row in storage.queues.claim_inbox(NOW, TTL, 3)]
            return rows + [row.id for _ in range(4) for row in storage.queues.claim_outbox(NOW, TTL, 3)]

        claimed_ids = [id for ids in run_in_threads(claim_rows) for id in ids]
        assert len(claimed_ids) == len(set(claimed_ids)) == 80

    def test_others_unharmed(self, storage: Storage) -> None:
        """S-149 A thread with values that can't be stored fails alone; the commits of other threads are kept."""

        def commit_value(number: int) -> str:
            try:
                for turn in range(ROUNDS):
                    commit_records(storage, tip(f"t{number}-{turn}", state="\ud800" if number == 0 else "fine"))
            except ValueError:
                return "refused"
            return "kept"

        assert run_in_threads(commit_value)[1:] == ["kept"] * (THREADS - 1)
        assert storage.records.count(Find(kind="kit_tip", order="newest", where={"state": "fine"})) == ROUNDS * (
            THREADS - 1
        )
