"""Rules about the key ring: S-113 to S-116, S-128, S-190, S-204, S-205."""

from attrs import evolve

from anninh_core.ports.storages.changes import NewKey, Outcome
from anninh_core.ports.storages.storage import Find, Storage
from anninh_core.testing.kits.storage.base import StorageKit, change, commit, commit_records, tip

COMMITTED = Outcome.COMMITTED
CONFLICT = Outcome.CONFLICT


def key(wrapped: bytes, epoch: str = "e1", replaces: str = "", *, index: str = "") -> NewKey:
    """Return a wrapped key of the scope `case:1`."""
    return NewKey(scope="case:1", epoch=epoch, wrapped=wrapped, replaces=replaces, blind_index=index)


class KeyringRules(StorageKit, kit=True):
    """Rules about the wrapped data keys of erasure scopes."""

    def test_keys(self, storage: Storage) -> None:
        """S-113 A scope has one key: a second key that replaces none conflicts, also within a batch."""
        assert storage.keyring.get("case:1") is None
        assert commit(storage, change(keys=(key(b"a"),)), change(keys=(key(b"b"),))) == [COMMITTED, CONFLICT]
        assert commit(storage, change(keys=(key(b"c", epoch="e2"),))) == [CONFLICT]
        stored_key = storage.keyring.get("case:1")
        assert stored_key is not None
        assert (stored_key.scope, stored_key.epoch, stored_key.wrapped) == ("case:1", "e1", b"a")
        assert storage.keyring.get_many(["case:0", "case:1", "case:1"]) == {"case:1": stored_key}
        assert storage.keyring.get_many([]) == {}

    def test_rewrap(self, storage: Storage) -> None:
        """S-114 A rewrapped key replaces the key that was read, and conflicts if another rewrap came first."""
        commit(storage, change(keys=(key(b"a"),)))
        assert [wrapped_key.scope for wrapped_key in storage.keyring.wrapped_by("e1")] == ["case:1"]
        assert commit(storage, change(keys=(key(b"b", "e2", replaces="e1"),))) == [COMMITTED]
        assert commit(storage, change(keys=(key(b"c", "e2", replaces="e1"),))) == [CONFLICT]
        assert storage.keyring.wrapped_by("e1") == []
        assert [wrapped_key.wrapped for wrapped_key in storage.keyring.wrapped_by("e2")] == [b"b"]

    def test_destroy(self, storage: Storage) -> None:
        """S-115 A destroyed key is gone, and no rewrap restores it."""
        commit(storage, change(keys=(key(b"a"),)))
        assert storage.keyring.destroy("case:1")
        assert not storage.keyring.destroy("case:1")
        assert storage.keyring.get("case:1") is None
        assert commit(storage, change(keys=(key(b"b", "e2", replaces="e1"),))) == [CONFLICT]

    def test_with_pages(self, storage: Storage) -> None:
        """S-128 A page with keys has exactly the stored keys of its records' scopes."""
        commit_records(storage, evolve(tip("a"), scope="case:1"), evolve(tip("b"), scope="case:2"))
        commit_records(storage, tip("c"))
        commit(storage, change(keys=(key(b"a"),)))
        page = storage.records.find(Find(kind="kit_tip", order="newest"))
        assert len(page.records) == 3
        assert page.keys is None or page.keys == {"case:1": key(b"a")}
        storage.keyring.destroy("case:1")
        assert not storage.records.find(Find(kind="kit_tip", order="newest")).keys

    def test_sealed_under(self, storage: Storage) -> None:
        """S-190 A change set sealed under a destroyed or replaced key conflicts, also within a batch."""
        commit(storage, change(keys=(key(b"a"),)))
        sealed = change(sealed_under=(key(b"a"),))
        rewrapped = change(keys=(key(b"b", "e2", replaces="e1"),))
        assert commit(storage, sealed, rewrapped, sealed) == [COMMITTED, COMMITTED, CONFLICT]
        assert commit(storage, change(tip("t1"), sealed_under=(key(b"b", "e2"),))) == [COMMITTED]
        storage.keyring.destroy("case:1")
        lost = change(tip("t2"), sealed_under=(key(b"b", "e2"),))
        assert commit(storage, lost, change(keys=(key(b"c", "e2"),)), lost) == [CONFLICT, COMMITTED, CONFLICT]
        assert storage.records.get_many("kit_tip", ["t1", "t2"]).keys() == {"t1"}

    def test_wrapped_by_limit(self, storage: Storage) -> None:
        """S-116 Keys under an epoch, and keys under other epochs, are listed sorted by scope, up to a limit."""
        keys = tuple(NewKey(scope=name, epoch="e1", wrapped=b"k") for name in "cab")
        commit(storage, change(keys=keys))
        commit(storage, change(keys=(NewKey(scope="d", epoch="e2", wrapped=b"k"),)))
        ring = storage.keyring
        assert [wrapped_key.scope for wrapped_key in ring.wrapped_by("e1", limit=2)] == ["a", "b"]
        assert [wrapped_key.scope for wrapped_key in ring.wrapped_otherwise("e2", limit=2)] == ["a", "b"]
        assert [wrapped_key.scope for wrapped_key in ring.wrapped_otherwise("e2", after="b")] == ["c"]
        assert [wrapped_key.scope for wrapped_key in ring.wrapped_otherwise("e1")] == ["d"]

    def test_blind_index(self, storage: Storage) -> None:
        """S-204 A scope is found by its blind index, which a rewrap keeps and `destroy` removes."""
        other = NewKey(scope="case:2", epoch="e1", wrapped=b"o")
        commit(storage, change(keys=(key(b"a", index="f00"), other)))
        assert storage.keyring.find(["f00", "f01", ""]) == {"f00": key(b"a", index="f00")}
        commit(storage, change(keys=(key(b"b", "e2", replaces="e1"),)))
        assert storage.keyring.find(["f00"]) == {"f00": key(b"b", "e2", index="f00")}
        assert storage.keyring.get("case:1") == key(b"b", "e2", index="f00")
        storage.keyring.destroy("case:1")
        assert storage.keyring.find(["f00"]) == {}
        assert commit(storage, change(keys=(evolve(other, scope="case:3", blind_index="f00"),))) == [COMMITTED]

    def test_one_blind_index(self, storage: Storage) -> None:
        """S-205 A blind index belongs to one scope: another scope's key with it conflicts, also within a batch."""
        first, second = key(b"a", index="f00"), NewKey(scope="case:2", epoch="e1", wrapped=b"b", blind_index="f00")
        assert commit(storage, change(keys=(first,)), change(keys=(second,))) == [COMMITTED, CONFLICT]
        assert commit(storage, change(keys=(second,)), change(tip("t1"), sealed_under=(first,))) == [
            CONFLICT,
            COMMITTED,
        ]
        assert [*storage.keyring.find(["f00"]).values()] == [first]
