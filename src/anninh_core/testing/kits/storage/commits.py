"""Rules about `commit`: S-01 to S-22, S-224."""

from typing import cast

import pytest
from attrs import evolve

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import ChangeSet, Counter, Guard, NewKey, NoneLeft, Outcome, Record, SearchTerms
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import (
    DAY,
    HARD_TEXTS,
    NOW,
    StorageKit,
    build_outbox_settlement,
    change,
    commit,
    commit_records,
    entry,
    find_all,
    inbox_change,
    item,
    outbox_row,
    tip,
)
from anninh_core.testing.kits.storage.search import build_query, search_ids
from anninh_core.vocabulary.delivery import Lane

COMMITTED = Outcome.COMMITTED
CONFLICT = Outcome.CONFLICT
DUPLICATE = Outcome.DUPLICATE


class CommitRules(StorageKit, kit=True):
    """Rules about committing change sets atomically."""

    def test_round_trip(self, storage: Storage) -> None:
        """S-01 A committed record is read back unchanged, in its newest version."""
        first = tip("t1", state="new", received=5, due=7, score=1.25, open=False, assignees=("a", "b"))
        commit_records(storage, first)
        assert storage.records.get("kit_tip", "t1") == first
        second = tip("t1", version=2, state="closed", body=b"other", excluded=("c",), unit="u2")
        second = evolve(second, scope="case:2", schema=2)
        commit_records(storage, second)
        assert storage.records.get("kit_tip", "t1") == second

    def test_left_out_columns(self, storage: Storage) -> None:
        """S-02 Columns that a record leaves out are read as None, and columns of several values as empty."""
        bare = Record(kind="kit_tip", id="t1", unit="u1", version=1, schema=1, body=b"")
        commit_records(storage, bare)
        record = storage.records.get("kit_tip", "t1")
        assert record is not None
        assert set(record.columns.values()) == {None}
        assert record.multi == {"assignees": (), "excluded": ()}
        commit_records(storage, tip("t1", version=2, due=1, assignees=("a",)), evolve(bare, version=3))
        assert storage.records.get("kit_tip", "t1") == evolve(record, version=3)
        assert find_all(storage, where={"assignees": "a"}) == []

    @pytest.mark.parametrize("text", HARD_TEXTS, ids=range(len(HARD_TEXTS)))
    def test_hard_texts(self, storage: Storage, text: str) -> None:
        """S-03 Texts and bodies are kept to the byte: composed or decomposed, emoji, quotes, empty, very long."""
        record = tip("t1", state=text, body=text.encode(), assignees=(text,))
        commit_records(storage, record)
        assert storage.records.get("kit_tip", "t1") == record
        assert find_all(storage, where={"state": text, "assignees": text}) == ["t1"]

    def test_any_bytes(self, storage: Storage) -> None:
        """S-04 A body may contain any bytes, and megabytes of them."""
        body = bytes(range(256)) * 8192
        commit_records(storage, tip("t1", body=body))
        record = storage.records.get("kit_tip", "t1")
        assert record is not None
        assert record.body == body

    @pytest.mark.parametrize("version", [1, 2, 4])
    def test_wrong_version(self, storage: Storage, version: int) -> None:
        """S-05 A version that doesn't follow the stored one conflicts and changes nothing."""
        commit_records(storage, tip("t1"), tip("t1", version=2))
        assert commit(storage, change(tip("t1", version=version, state="lost"))) == [CONFLICT]
        assert storage.records.get("kit_tip", "t1") == tip("t1", version=2)

    def test_first_version(self, storage: Storage) -> None:
        """S-06 The first version of a record has to be 1."""
        assert commit(storage, change(tip("t1", version=2))) == [CONFLICT]
        assert storage.records.get("kit_tip", "t1") is None

    def test_two_writers(self, storage: Storage) -> None:
        """S-07 If two writers commit the same version of a record, one succeeds and the other conflicts."""
        commit_records(storage, tip("t1"))
        mine = tip("t1", version=2, state="mine")
        theirs = tip("t1", version=2, state="theirs")
        assert commit(storage, change(mine), change(theirs)) == [COMMITTED, CONFLICT]
        assert storage.records.get("kit_tip", "t1") == mine

    def test_all_or_nothing(self, storage: Storage) -> None:
        """S-08 A change set that conflicts stores nothing of any of its parts."""
        commit_records(storage, tip("t1"))
        everything = change(
            item("i1"),
            tip("t1"),
            keys=(NewKey(scope="case:1", epoch="e1", wrapped=b"k"),),
            inbox=inbox_change("in1").inbox,
            outbox=(outbox_row("out1"),),
            counters=(Counter(indicator="tips", unit="u1", day=DAY, dims="", amount=1),),
            search=(SearchTerms(kind="kit_item", id="i1", unit="u1", at=NOW, terms=("x",)),),
            request="r1",
        )
        assert commit(storage, everything) == [CONFLICT]
        assert storage.records.get("kit_item", "i1") is None
        assert storage.keyring.get("case:1") is None
        assert storage.queues.depth() == {}
        assert storage.counters.total(["tips"], ["u1"], DAY, DAY) == {}
        assert search_ids(storage, build_query("x"), kind="kit_item") == []
        assert storage.journal.head()[0] == 1
        assert not storage.requested("r1")
        # Without the records that conflicted, the same change set is committed.
        assert commit(storage, evolve(everything, records=())) == [COMMITTED]

    def test_neighbours(self, storage: Storage) -> None:
        """S-09 The other change sets of a batch are committed if one conflicts."""
        outcomes = commit(storage, change(tip("t1")), change(tip("t1")), change(tip("t2")))
        assert outcomes == [COMMITTED, CONFLICT, COMMITTED]
        assert find_all(storage) == ["t2", "t1"]

    def test_batch_order(self, storage: Storage) -> None:
        """S-10 Later change sets of a batch see the changes of earlier ones."""
        outcomes = commit(
            storage,
            change(tip("t1")),
            change(tip("t1", version=2)),
            change(item("i1"), guards=(Guard("kit_tip", "t1", 2),)),
            change(item("i2"), guards=(Guard("kit_tip", "t1", 1),)),
        )
        assert outcomes == [COMMITTED, COMMITTED, COMMITTED, CONFLICT]

    def test_guard(self, storage: Storage) -> None:
        """S-11 A guard holds while the record has the guard's version; version 0 means that no record exists."""
        commit_records(storage, tip("t1"))
        guarded = change(item("i1"), guards=(Guard("kit_tip", "t1", 1), Guard("kit_tip", "t2", 0)))
        broken = [
            change(item("i2"), guards=(Guard("kit_tip", name, version),)) for name, version in [("t1", 0), ("t2", 1)]
        ]
        assert commit(storage, guarded, *broken) == [COMMITTED, CONFLICT, CONFLICT]

    def test_guard_before(self, storage: Storage) -> None:
        """S-12 A guard checks the record before the change set's own records are applied."""
        commit_records(storage, tip("t1"))
        assert commit(storage, change(tip("t1", version=2), guards=(Guard("kit_tip", "t1", 1),))) == [COMMITTED]

    def test_none_left(self, storage: Storage) -> None:
        """S-13 `NoneLeft` conflicts while a stored record matches all of its filters."""
        commit_records(storage, tip("t1", state="open", assignees=("an", "binh")))
        filters = [{"state": "open"}, {"assignees": "binh"}, {"state": "open", "assignees": "chi"}, {"state": "closed"}]
        outcomes = commit(storage, *(change(guards=(NoneLeft("kit_tip", conditions),)) for conditions in filters))
        assert outcomes == [CONFLICT, CONFLICT, COMMITTED, COMMITTED]

    def test_none_left_after(self, storage: Storage) -> None:
        """S-14 `NoneLeft` is checked after the change set's own records are applied."""
        commit_records(storage, tip("t1", assignees=("an",)))
        none_assigned = NoneLeft("kit_tip", {"assignees": "an"})
        assert commit(storage, change(tip("t2", assignees=("an",)), tip("t1", version=2), guards=(none_assigned,))) == [
            CONFLICT
        ]
        assert commit(storage, change(item("t1"), guards=(none_assigned,))) == [CONFLICT]
        assert commit(storage, change(tip("t1", version=2, assignees=("chi",)), guards=(none_assigned,))) == [COMMITTED]

    def test_none_left_batch(self, storage: Storage) -> None:
        """S-15 `NoneLeft` sees the changes of earlier change sets of the batch, in both directions."""
        none_open = NoneLeft("kit_tip", {"state": "open"})
        outcomes = commit(
            storage,
            change(tip("t1", state="open")),
            change(item("i1"), guards=(none_open,)),
            change(tip("t1", version=2, state="closed")),
            change(item("i2"), guards=(none_open,)),
        )
        assert outcomes == [COMMITTED, CONFLICT, COMMITTED, COMMITTED]

    def test_request(self, storage: Storage) -> None:
        """S-16 A change set with a request key that was committed before is a duplicate, also within a batch."""
        assert commit(storage, change(tip("t1"), request="r1"), change(tip("t2"), request="r1")) == [
            COMMITTED,
            DUPLICATE,
        ]
        assert commit(storage, change(tip("t3"), request="r1")) == [DUPLICATE]
        assert find_all(storage) == ["t1"]
        assert storage.journal.head()[0] == 1
        assert storage.requested("r1")
        assert not storage.requested("r2")

    def test_request_again(self, storage: Storage) -> None:
        """S-17 A request that conflicted may be repeated under its key."""
        commit_records(storage, tip("t1"))
        assert commit(storage, change(tip("t1"), request="r1")) == [CONFLICT]
        assert commit(storage, change(tip("t1", version=2), request="r1")) == [COMMITTED]

    def test_duplicate_first(self, storage: Storage) -> None:
        """S-18 A repeated request is a duplicate even if its records would conflict."""
        commit(storage, change(tip("t1"), request="r1"))
        assert commit(storage, change(tip("t1"), request="r1")) == [DUPLICATE]

    @pytest.mark.parametrize(
        "wrong",
        [
            Record(kind="nobody", id="x", unit="u", version=1, schema=1, body=b""),
            tip("x", colour="red"),
            tip("x", state=5),
            tip("x", received="5"),
            tip("x", open=1),
            tip("x", received=1 << 63),
            tip("x", version=0),
        ],
        ids=["kind", "column", "text", "number", "truth", "size", "version"],
    )
    def test_refused(self, storage: Storage, wrong: Record) -> None:
        """S-19 A record that doesn't fit its spec is refused by `BadInput`, and the whole batch is dropped."""
        with pytest.raises(BadInput):
            commit(storage, change(tip("t1")), change(wrong))
        assert find_all(storage) == []

    def test_refused_queues(self, storage: Storage) -> None:
        """S-20 An unknown lane or state, or the same event twice in one change set, is refused by `BadInput`."""
        twice = ChangeSet(inbox=(*inbox_change("a", dedupe="d").inbox, *inbox_change("b", dedupe="d").inbox))
        for wrong in (
            ChangeSet(outbox=(outbox_row("o", lane=cast("Lane", "express")),)),
            build_outbox_settlement("o", None, cast("OutboxState", "lost")),
            twice,
        ):
            with pytest.raises(BadInput):
                commit(storage, wrong)

    def test_several_kinds(self, storage: Storage) -> None:
        """S-21 One change set may change several records of several kinds."""
        records = (tip("t2"), item("i1", "Đ"), tip("t1"))
        assert commit(storage, change(*records)) == [COMMITTED]
        assert all(storage.records.get(record.kind, record.id) == record for record in records)

    def test_record_twice(self, storage: Storage) -> None:
        """S-224 A change set may contain two successive versions of a record: the newer one is stored."""
        first, second = tip("t1", state="new", assignees=("a",)), tip("t1", version=2, state="closed")
        assert commit(storage, change(first, second)) == [COMMITTED]
        assert storage.records.get("kit_tip", "t1") == second
        assert find_all(storage, where={"assignees": "a"}) == []
        assert commit(storage, change(tip("t1", version=3), tip("t1", version=3))) == [CONFLICT]

    def test_nothing(self, storage: Storage) -> None:
        """S-22 An empty batch has no outcomes; a change set without an entry adds no line to the journal."""
        assert commit(storage) == []
        assert commit(storage, ChangeSet(), change(entry=entry("e1"))) == [COMMITTED, COMMITTED]
        assert storage.journal.head()[0] == 1
