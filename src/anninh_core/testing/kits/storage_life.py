"""Rules of opening, closing, reopening and of many threads: S-140 to S-149."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from attrs import evolve

from anninh_core.kernel.errors import BadInput, StorageError
from anninh_core.ports.changes import Counter, NewKey, Outcome, SearchTerms
from anninh_core.ports.storage import Find, Storage
from anninh_core.testing.kits.storage_base import (
    DAY,
    NOW,
    SPECS,
    TIP,
    TTL,
    Factory,
    StorageKit,
    change,
    commit,
    entry,
    find_all,
    keep,
    received,
    send,
    tip,
    to_send,
)
from anninh_core.testing.kits.storage_search import asked, found

T = TypeVar("T")

THREADS = 8
ROUNDS = 12


def together(work: Callable[[int], T]) -> list[T]:
    """Do the same in several threads that start at the same moment."""
    barrier = Barrier(THREADS)

    def one(number: int) -> T:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


class LifeRules(StorageKit, kit=True):
    """From opening to closing, and again."""

    def test_prepare_again(self, storage: Storage) -> None:
        """S-140 Preparing again changes nothing."""
        keep(storage, tip("t1"))
        storage.prepare(SPECS)
        assert storage.records.get("kit_tip", "t1") == tip("t1")

    def test_new_columns(self, storage: Storage) -> None:
        """S-141 A kind may get new columns and orders; records stored before have None and () there."""
        keep(storage, tip("t1"))
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
        keep(storage, evolve(tip("t2", place="tổ 5"), multi={"tags": ("x",)}))
        found = storage.records.find(Find(kind="kit_tip", order="place"))
        assert [record.id for record in found.records] == ["t1", "t2"]
        assert find_all(storage, where={"tags": "x"}) == ["t2"]

    def test_bad_spec(self, storage: Storage) -> None:
        """S-142 A spec that can't be kept is refused: odd names, untyped columns, orders over unknown columns."""
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
        """S-143 What was acknowledged is there after closing and opening again."""
        if not storage.capabilities.can("durable"):
            pytest.skip(storage.capabilities.of("durable").note)
        lease = storage.leases.acquire("job", "me", NOW, TTL)
        storage.states.put("zalo", "token", b"t", 0)
        send(storage, to_send("o1"))
        commit(
            storage,
            received("e1"),
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
        again = storage_factory()
        again.prepare(SPECS)
        try:
            assert again.records.get("kit_tip", "t1") == tip("t1", assignees=("an",))
            assert again.journal.head() == head
            assert again.keyring.get("case:1") is not None
            assert again.counters.total(["tips"], ["u1"], DAY, DAY) == {("tips", "u1", ""): 2}
            assert found(again, asked("x")) == ["t1"]
            assert again.queues.depth() == {"inbox.new": 1, "outbox.ready": 1}
            assert again.states.get("zalo", "token") is not None
            assert again.leases.acquire("job", "me", NOW, TTL) == lease
            assert commit(again, change(tip("t2"), request="r1")) == [Outcome.DUPLICATE]
        finally:
            again.close()

    def test_closed(self, storage: Storage) -> None:
        """S-144 Closing twice is harmless; a closed storage says so, and can be prepared again."""
        storage.close()
        storage.close()
        with pytest.raises(StorageError, match="prepare"):
            commit(storage, change(tip("t1")))
        with pytest.raises(StorageError, match="prepare"):
            storage.records.get("kit_tip", "t1")
        storage.prepare(SPECS)
        assert storage.records.get("kit_tip", "t1") is None

    def test_unprepared(self, storage_factory: Factory) -> None:
        """S-145 A storage that was never prepared says so."""
        with pytest.raises(StorageError, match="prepare"):
            storage_factory().commit([change(tip("t1"))])


class ThreadRules(StorageKit, kit=True):
    """Many threads at once."""

    def test_lost_update(self, storage: Storage) -> None:
        """S-146 No update is lost: what threads add by reading, changing and trying again is all there."""
        keep(storage, tip("t1", received=0))

        def add(number: int) -> None:
            left = ROUNDS
            while left:
                found = storage.records.get("kit_tip", "t1")
                assert found is not None
                more = {**found.columns, "received": int(found.columns["received"] or 0) + 1}
                left -= commit(storage, change(evolve(found, version=found.version + 1, columns=more))) == [
                    Outcome.COMMITTED
                ]

        together(add)
        final = storage.records.get("kit_tip", "t1")
        assert final is not None
        assert final.columns["received"] == final.version - 1 == THREADS * ROUNDS

    def test_chain_of_threads(self, storage: Storage) -> None:
        """S-147 Commits of many threads make one unbroken chain and one exact sum, also while sets are gathered."""

        def work(number: int) -> None:
            for turn in range(ROUNDS):
                one = Counter(indicator="tips", unit="u1", day=DAY, dims="", amount=1)
                commit(storage, change(tip(f"t{number}-{turn}"), entry=entry(f"{number}-{turn}"), counters=(one,)))
                if turn == number:  # while others count, what is gathered changes
                    storage.counters.gather([["u1", "u2"], ["u1", f"u{2 + number}"]])

        together(work)
        storage.counters.gather([["u1", "u2"]])
        for units in (["u1"], ["u1", "u2"], ["u1", "u3"]):
            assert storage.counters.together(["tips"], units, DAY, DAY) == {("tips", ""): THREADS * ROUNDS}
        assert storage.journal.head()[0] == THREADS * ROUNDS
        assert storage.counters.total(["tips"], ["u1"], DAY, DAY) == {("tips", "u1", ""): THREADS * ROUNDS}
        assert list(storage.maintenance.check()) == []

    def test_claims_of_threads(self, storage: Storage) -> None:
        """S-148 No row is claimed by two."""
        commit(storage, *(received(f"e{number}") for number in range(40)))
        send(storage, *(to_send(f"o{number}", f"c{number}") for number in range(40)))

        def work(number: int) -> list[str]:
            rows = [row.id for _ in range(4) for row in storage.queues.claim_inbox(NOW, TTL, 3)]
            return rows + [row.id for _ in range(4) for row in storage.queues.claim_outbox(NOW, TTL, 3)]

        claimed = [id for ids in together(work) for id in ids]
        assert len(claimed) == len(set(claimed)) == 80

    def test_others_unharmed(self, storage: Storage) -> None:
        """S-149 A thread whose values can't be stored fails alone; the work of the others is kept."""

        def work(number: int) -> str:
            try:
                for turn in range(ROUNDS):
                    keep(storage, tip(f"t{number}-{turn}", state="\ud800" if number == 0 else "fine"))
            except ValueError:
                return "refused"
            return "kept"

        assert together(work)[1:] == ["kept"] * (THREADS - 1)
        assert storage.records.count(Find(kind="kit_tip", order="newest", where={"state": "fine"})) == ROUNDS * (
            THREADS - 1
        )
