"""Rules about reading records: S-30 to S-47, S-130, S-131."""

from typing import Any

import pytest

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.storage import Find, Storage
from anninh_core.testing.kits.storage.base import StorageKit, commit_records, find_all, item, page_ids, tip


class RecordRules(StorageKit, kit=True):
    """Rules about reading records by id, in lists and as counts."""

    def test_absent(self, storage: Storage) -> None:
        """S-30 A missing record is read as None, even if a record of another kind has its id."""
        commit_records(storage, item("i1"))
        assert storage.records.get("kit_tip", "i1") is None
        assert storage.records.get_many("kit_tip", ["i1"]) == {}

    def test_unknown_kind(self, storage: Storage) -> None:
        """S-31 A kind that wasn't prepared is refused by `BadInput` that names it."""
        with pytest.raises(BadInput, match="nobody"):
            storage.records.get("nobody", "x")
        with pytest.raises(BadInput, match="nobody"):
            storage.records.find(Find(kind="nobody", order="newest"))
        with pytest.raises(BadInput, match="nobody"):
            storage.records.get_many("nobody", ["x"])
        with pytest.raises(BadInput, match="nobody"):
            storage.records.count(Find(kind="nobody", order="newest"))

    def test_orders(self, storage: Storage) -> None:
        """S-32 Records are listed in the order that the query names."""
        commit_records(storage, tip("a", received=2, due=9), tip("b", received=3, due=1), tip("c", received=1, due=5))
        assert find_all(storage, order="newest") == ["b", "a", "c"]
        assert find_all(storage, order="due") == ["b", "c", "a"]

    def test_whole_records(self, storage: Storage) -> None:
        """S-33 A page contains whole records."""
        records = [tip("a", received=2, assignees=("x", "y")), tip("b", received=1, open=None)]
        commit_records(storage, *records)
        assert list(storage.records.find(Find(kind="kit_tip", order="newest")).records) == records

    def test_many_at_once(self, storage: Storage) -> None:
        """S-47 Many records are read at once; missing ones are left out, and an id given twice counts once."""
        records = [tip(f"t{number}", received=number, assignees=("x",)) for number in range(1200)]
        commit_records(storage, *records)
        wanted = ["nobody", *(record.id for record in records), "t0"]
        assert storage.records.get_many("kit_tip", wanted) == {record.id: record for record in records}
        assert storage.records.get_many("kit_tip", []) == {}

    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
    def test_pages(self, storage: Storage, limit: int) -> None:
        """S-34 Pages have no gaps and no repeated records, even if many records are equal in the order."""
        commit_records(storage, *(tip(f"t{number}", received=number // 3) for number in range(8)))
        assert find_all(storage, limit=limit) == [f"t{number}" for number in (7, 6, 5, 4, 3, 2, 1, 0)]

    def test_last_page(self, storage: Storage) -> None:
        """S-35 The cursor is empty on the last page, also if that page is exactly full."""
        commit_records(storage, tip("a"), tip("b"))
        assert storage.records.find(Find(kind="kit_tip", order="newest", limit=2)).cursor == ""
        assert storage.records.find(Find(kind="kit_item", order="title", limit=2)).cursor == ""

    @pytest.mark.parametrize("limit", [1, 2, 9])
    @pytest.mark.parametrize(("order", "found"), [("due", "bdaec"), ("latest_due", "ceadb")])
    def test_none_in_order(self, storage: Storage, order: str, found: str, limit: int) -> None:
        """S-36 None sorts before every value, or after every value in a descending order, also across pages."""
        dues = {"a": 1, "b": None, "c": 3, "d": None, "e": 1}
        commit_records(storage, *(tip(name, due=due) for name, due in dues.items()))
        assert "".join(find_all(storage, order=order, limit=limit)) == found

    @pytest.mark.parametrize("limit", [1, 2, 9])
    def test_mixed_directions(self, storage: Storage, limit: int) -> None:
        """S-37 An order may ascend in one column and descend in the next."""
        rows = {"a": ("new", 1), "b": ("new", 3), "c": ("closed", 2), "d": (None, 1), "e": ("new", 3)}
        commit_records(storage, *(tip(name, state=state, received=number) for name, (state, number) in rows.items()))
        assert find_all(storage, order="state", limit=limit) == ["d", "c", "e", "b", "a"]

    def test_arrivals_between_pages(self, storage: Storage) -> None:
        """S-38 Records that arrive between two pages shift nothing: each earlier record is seen once."""
        commit_records(storage, *(tip(f"t{number}", received=number) for number in range(4)))
        first = storage.records.find(Find(kind="kit_tip", order="newest", limit=2))
        commit_records(storage, tip("new", received=9), tip("old", received=-1))
        second = storage.records.find(Find(kind="kit_tip", order="newest", limit=9, after=first.cursor))
        assert page_ids(first) + page_ids(second) == ["t3", "t2", "t1", "t0", "old"]

    @pytest.mark.parametrize(
        ("question", "found"),
        [
            ({"where": {"state": "new"}}, "ac"),
            ({"where": {"state": ("new", "closed")}}, "abc"),
            ({"where": {"state": ()}}, ""),
            ({"where": {"due": None}}, "ad"),
            ({"where": {"due": (None, 5)}}, "abd"),
            ({"where": {"open": True}}, "ab"),
            ({"where": {"open": False, "state": "new"}}, "c"),
            ({"where": {"score": 2.0}}, "d"),
            ({"where": {"score": 2}}, "d"),
            ({"where": {"assignees": "an"}}, "ab"),
            ({"where": {"assignees": ("binh", "chi")}}, "bc"),
            ({"where": {"assignees": "an", "state": "closed"}}, "b"),
            ({"excluding": {"excluded": "an"}}, "abd"),
            ({"excluding": {"excluded": "an"}, "where": {"open": False}}, "d"),
            ({"excluding": {"excluded": ("an", "nobody")}}, "abd"),
            ({"units": ["u1"]}, "abc"),
            ({"units": ["u2", "u3"]}, "d"),
            ({"units": []}, ""),
            ({"units": ["u1"], "where": {"state": "new"}, "excluding": {"excluded": "an"}}, "a"),
        ],
        ids=str,
    )
    def test_filters(self, storage: Storage, question: dict[str, Any], found: str) -> None:
        """S-39 Filters are: equal, one of, contained, excluded, of a unit. They combine, and `count` agrees with
        `find`.
        """
        commit_records(
            storage,
            tip("a", received=4, state="new", assignees=("an",)),
            tip("b", received=3, state="closed", due=5, assignees=("an", "binh")),
            tip("c", received=2, state="new", due=6, open=False, assignees=("chi",), excluded=("an",)),
            tip("d", received=1, state=None, open=False, score=2.0, unit="u2"),
        )
        assert "".join(find_all(storage, **question)) == found
        assert "".join(find_all(storage, limit=1, **question)) == found
        assert storage.records.count(Find(kind="kit_tip", order="newest", **question)) == len(found)

    @pytest.mark.parametrize("name", ["colour", "id", "body"])
    def test_unknown_filter(self, storage: Storage, name: str) -> None:
        """S-40 A filter on an unknown column is refused by an error that names the kind and its columns."""
        questions: list[dict[str, Any]] = [{"where": {name: "x"}}, {"excluding": {name: "x"}}]
        for question in questions:
            with pytest.raises(BadInput, match=r"kit_tip.*assignees"):
                find_all(storage, **question)

    def test_wrong_filter(self, storage: Storage) -> None:
        """S-41 A filter of the wrong type, an exclusion by a column with a single value, and a page size of 0 are
        refused.
        """
        for question in ({"where": {"state": 5}}, {"where": {"open": 1}}, {"excluding": {"state": "x"}}, {"limit": 0}):
            with pytest.raises(BadInput):
                find_all(storage, **question)

    @pytest.mark.parametrize("order", ["", "received", "oldest"])
    def test_unknown_order(self, storage: Storage, order: str) -> None:
        """S-42 An unknown order is refused by an error that names the kind's orders."""
        with pytest.raises(BadInput, match=r"kit_tip.*newest"):
            storage.records.find(Find(kind="kit_tip", order=order))

    def test_damaged_cursor(self, storage: Storage) -> None:
        """S-43 A damaged cursor, and a cursor of another order, are refused."""
        commit_records(storage, tip("a", due=1), tip("b", due=2))
        cursor = storage.records.find(Find(kind="kit_tip", order="newest", limit=1)).cursor
        for order, wrong in [("newest", cursor[:-2]), ("newest", "x"), ("newest", "é"), ("due", cursor)]:
            with pytest.raises(BadInput):
                storage.records.find(Find(kind="kit_tip", order=order, after=wrong))

    @pytest.mark.parametrize("limit", [1, 2, 3])
    @pytest.mark.parametrize(
        "question",
        [
            {"order": "newest"},
            {"order": "due"},
            {"order": "latest_due"},
            {"order": "state"},
            {"order": "newest", "units": ["u1", "u2"], "where": {"state": ("new", None)}},
            {"order": "newest", "where": {"assignees": "an"}},
        ],
        ids=str,
    )
    def test_pages_before(self, storage: Storage, question: dict[str, Any], limit: int) -> None:
        """S-130 A page before a cursor has the same records and order as the earlier page, back to the first."""
        dues = {"a": 1, "b": None, "c": 3, "d": None, "e": 1, "f": 2, "g": 3}
        commit_records(
            storage,
            *(
                tip(
                    name,
                    due=due,
                    received=len(dues) - number // 2,
                    state=("new", None, "closed")[number % 3],
                    unit=f"u{number % 2 + 1}",
                    assignees=("an",),
                )
                for number, (name, due) in enumerate(dues.items())
            ),
        )
        pages = [storage.records.find(Find(kind="kit_tip", limit=limit, **question))]
        assert pages[0].previous == ""
        while pages[-1].cursor:
            pages.append(storage.records.find(Find(kind="kit_tip", limit=limit, after=pages[-1].cursor, **question)))
            assert len(pages) <= len(dues), "the pages don't end"
        for earlier, later in zip(pages[-2::-1], pages[:0:-1], strict=True):
            back = storage.records.find(Find(kind="kit_tip", limit=limit, before=later.previous, **question))
            assert page_ids(back) == page_ids(earlier)
            assert (back.cursor, back.previous) == (earlier.cursor, earlier.previous)

    def test_page_between(self, storage: Storage) -> None:
        """S-131 A page begins after a cursor or ends before a cursor; giving both cursors is refused."""
        commit_records(storage, *(tip(f"t{number}", received=number) for number in range(3)))
        cursor = storage.records.find(Find(kind="kit_tip", order="newest", limit=1)).cursor
        with pytest.raises(BadInput):
            storage.records.find(Find(kind="kit_tip", order="newest", after=cursor, before=cursor))

    def test_count(self, storage: Storage) -> None:
        """S-44 A count stops at `cap` and ignores the page of the query."""
        commit_records(storage, *(tip(f"t{number}") for number in range(5)))
        question = Find(kind="kit_tip", order="newest", limit=1)
        assert storage.records.count(question) == 5
        assert storage.records.count(question, cap=3) == 3

    def test_moves(self, storage: Storage) -> None:
        """S-45 A changed record is found by its new values, and no longer by its old ones."""
        commit_records(storage, tip("a", state="new", assignees=("an", "binh")))
        commit_records(storage, tip("a", version=2, state="closed", assignees=("binh", "chi"), unit="u2"))
        for old_filter in ({"where": {"state": "new"}}, {"where": {"assignees": "an"}}, {"units": ["u1"]}):
            assert find_all(storage, **old_filter) == []
        for new_filter in ({"where": {"state": "closed"}}, {"where": {"assignees": "chi"}}, {"units": ["u2"]}):
            assert find_all(storage, **new_filter) == ["a"]

    def test_exact(self, storage: Storage) -> None:
        """S-46 Filters are exact: case, tone marks and Unicode composition count."""
        composed = "Ng\u00f5"
        decomposed = "Ngo\u0303"
        commit_records(
            storage, tip("a", state=composed), tip("b", state=decomposed), tip("c", state="ngõ"), tip("d", state="Ngo")
        )
        assert find_all(storage, where={"state": composed}) == ["a"]
        assert find_all(storage, where={"state": decomposed}) == ["b"]
