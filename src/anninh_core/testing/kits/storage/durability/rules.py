"""Rules about data that must survive its process, and about several storages open on one place: S-219 to S-223."""

from collections.abc import Iterator

import pytest
from attrs import evolve

from anninh_core.ports.storages.changes import NewKey, Outcome
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import (
    LATER,
    NOW,
    SPECS,
    TTL,
    Factory,
    StorageKit,
    build_inbox_settlement,
    build_outbox_settlement,
    change,
    commit,
    commit_outbox,
    commit_records,
    entry,
    inbox_change,
    make_checked_storage,
    outbox_row,
    require_ability,
    require_all_members,
    tip,
)
from anninh_core.testing.kits.storage.dump import make_storage
from anninh_core.testing.kits.storage.durability.acts import ACTS, DurableAct
from anninh_core.testing.kits.storage.durability.killing import start_victim
from anninh_core.testing.kits.storage.durability.observation import find_differences

COMMITTED, CONFLICT, DUPLICATE, LEASE_LOST = Outcome


def open_prepared_storage(factory: Factory) -> Storage:
    """Return a new storage, prepared, on the place that the factory's storages share."""
    storage = make_checked_storage(factory)
    storage.prepare(SPECS)
    return storage


class DurabilityRules(StorageKit, kit=True):
    """Rules about acknowledged changes, which must be kept even if the process is killed."""

    @pytest.mark.parametrize("act", ACTS, ids=str)
    def test_kept_closing(self, storage: Storage, storage_factory: Factory, act: DurableAct) -> None:
        """S-219 After closing and opening again, the last acknowledged change is there, and nothing else has
        changed.
        """
        require_ability(storage, "durable")
        twin = make_storage()
        for backend in (storage, twin):
            act.before(backend)
            act.last(backend)
        storage.close()
        reopened = open_prepared_storage(storage_factory)
        try:
            assert find_differences(reopened, twin) == [], f"acknowledged, and lost by closing: {act}"
        finally:
            reopened.close()

    def test_kept_killed(self, storage: Storage, storage_factory: Factory) -> None:
        """S-220 After its process was killed, the last acknowledged change is there, and nothing else has changed."""
        require_ability(storage, "durable")
        require_all_members(storage_factory)  # Storages in other processes couldn't report missing members.
        storage.close()
        twin = make_storage()
        with start_victim(storage_factory) as kill_after:
            for act in ACTS:
                kill_after(act.name)
                act.before(twin)
                act.last(twin)
                reopened = open_prepared_storage(storage_factory)
                try:
                    assert find_differences(reopened, twin) == [], f"a process was killed after it did: {act}"
                finally:
                    reopened.close()

    def test_goes_on(self, storage: Storage, storage_factory: Factory) -> None:
        """S-221 Work continues after reopening: numbers and tokens rise, and conversations keep their order."""
        require_ability(storage, "durable")
        commit_outbox(storage, outbox_row("a", due_at=NOW), outbox_row("b"))
        commit(storage, inbox_change("e1", "c1", 1), change(tip("t1"), entry=entry("e1")))
        (event,) = storage.queues.claim_inbox(NOW, TTL, 1)
        (message,) = storage.queues.claim_outbox(NOW, TTL, 1)
        lease = storage.leases.acquire("job", "me", NOW, TTL)
        storage.close()
        reopened = open_prepared_storage(storage_factory)
        try:
            commit_outbox(reopened, outbox_row("c"))
            assert commit(reopened, change(tip("t1"), entry=entry("e2"))) == [CONFLICT]
            assert commit(reopened, change(tip("t1", 2), entry=entry("e2"))) == [COMMITTED]
            assert [line.seq for line in reopened.journal.read()] == [1, 2]
            assert list(reopened.maintenance.check()) == []
            (later,) = reopened.queues.claim_inbox(LATER, TTL, 1)
            assert later.token > event.token
            assert commit(reopened, build_inbox_settlement("e1", event.token)) == [LEASE_LOST]
            taken = reopened.leases.acquire("job", "you", LATER, TTL)
            assert lease is not None
            assert taken is not None
            assert taken.token > lease.token
            sent = []
            while rows := reopened.queues.claim_outbox(LATER, TTL, 5):
                sent += [row.id for row in rows]
                assert rows[0].token > message.token or rows[0].id != "a"
                commit(reopened, build_outbox_settlement(rows[0].id, rows[0].token))
            assert sent == ["a", "b", "c"]
        finally:
            reopened.close()


class OpenerRules(StorageKit, kit=True):
    """Rules about several storages open on the same place at once, if a backend supports several processes."""

    @pytest.fixture
    def other(self, storage: Storage, storage_factory: Factory) -> Iterator[Storage]:
        """Yield a second storage, open on the place of `storage`."""
        require_ability(storage, "processes")
        other = open_prepared_storage(storage_factory)
        yield other
        other.close()

    @pytest.mark.parametrize("act", ACTS, ids=str)
    def test_seen_at_once(self, storage: Storage, other: Storage, act: DurableAct) -> None:
        """S-222 A change acknowledged by one open storage is seen at once by another that was open all the time."""
        twin = make_storage()
        for backend in (storage, twin):
            act.before(backend)
        find_differences(other, twin)  # The first comparison fills the caches of a storage that has any.
        act.last(storage)
        act.last(twin)
        assert find_differences(other, twin) == [], f"acknowledged, and not seen by another opener: {act}"

    def test_openers(self, storage: Storage, other: Storage) -> None:
        """S-223 Commits, keys, request keys, claims and leases of one open storage bind the others like their own."""
        key = NewKey(scope="case:1", epoch="e1", wrapped=b"k")
        commit(storage, change(tip("t1"), keys=(key,), request="r1"))
        assert commit(other, change(tip("t1", 2), request="r1")) == [DUPLICATE]
        assert commit(other, change(tip("t1", 2), sealed_under=(key,))) == [COMMITTED]
        assert commit(storage, change(tip("t1", 2))) == [CONFLICT]
        storage.keyring.destroy("case:1")
        rewrap = evolve(key, epoch="e2", replaces="e1")
        lost = (change(tip("t1", 3), sealed_under=(key,)), change(keys=(rewrap,)))
        assert commit(other, *lost) == [CONFLICT, CONFLICT]
        commit(storage, inbox_change("e1"))
        commit_outbox(other, outbox_row("o1"))
        assert commit(other, inbox_change("e2", dedupe="e1")) == [DUPLICATE]
        assert [len(opener.queues.claim_inbox(NOW, TTL, 5)) for opener in (storage, other)] == [1, 0]
        (row,) = storage.queues.claim_outbox(NOW, TTL, 5)
        assert not other.queues.claim_outbox(NOW, TTL, 5)
        assert other.queues.start("o1", row.token, NOW, TTL)
        assert not storage.queues.start("o1", row.token, NOW, TTL)
        assert storage.leases.acquire("job", "me", NOW, TTL)
        assert other.leases.acquire("job", "you", NOW, TTL) is None
        assert storage.states.put("a", "n", b"1", 0)
        assert not other.states.put("a", "n", b"2", 0)
        commit_records(other, tip("t1", 3))
