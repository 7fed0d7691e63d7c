"""Rules about counters, the journal, keys, leases, states and maintenance: S-100 to S-128, S-180, S-181, S-185, S-186,
S-190.
"""

from collections import Counter as Counts
from datetime import date, timedelta

import pytest

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import (
    GENESIS,
    Counter,
    Outcome,
    Scalar,
    chain_hash,
    entry_from,
)
from anninh_core.ports.storages.storage import StateValue, Storage
from anninh_core.testing.kits.storage.base import (
    DAY,
    LATER,
    NOW,
    TTL,
    StorageKit,
    change,
    commit,
    commit_records,
    entry,
    item,
    tip,
)
from anninh_core.testing.kits.storage.search import build_terms
from anninh_core.vocabulary.capability import Support

INDICATORS = ("tips", "posts")
COMMITTED = Outcome.COMMITTED
CONFLICT = Outcome.CONFLICT
FULL = Support.FULL


def build_counter(day: date, amount: int = 1, **others: str) -> Counter:
    """Return a counter row: `amount` is added to an indicator of a unit on a day."""
    return Counter(
        indicator=others.get("indicator", "tips"),
        unit=others.get("unit", "u1"),
        day=day,
        dims=others.get("dims", ""),
        amount=amount,
    )


class CounterRules(StorageKit, kit=True):
    """Rules about counters."""

    def test_sums(self, storage: Storage) -> None:
        """S-100 Amounts that are counted add up, within a change set, within a batch and between commits."""
        commit(
            storage,
            change(counters=(build_counter(DAY, 2), build_counter(DAY, 3))),
            change(counters=(build_counter(DAY, 5),)),
        )
        commit(storage, change(counters=(build_counter(DAY, -1),)))
        assert storage.counters.total(["tips"], ["u1"], DAY, DAY) == {("tips", "u1", ""): 9}

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ((2021, 8, 1), (2021, 8, 31)),
            ((2021, 7, 31), (2021, 9, 1)),
            ((2021, 8, 2), (2021, 8, 30)),
            ((2021, 1, 1), (2021, 12, 31)),
            ((2019, 12, 31), (2022, 1, 1)),
            ((2020, 12, 1), (2022, 11, 30)),
            ((2021, 8, 15), (2022, 2, 10)),
            ((2020, 2, 29), (2020, 2, 29)),
        ],
    )
    def test_grains(self, storage: Storage, start: tuple[int, int, int], end: tuple[int, int, int]) -> None:
        """S-101 Days, months and years agree: the sum of a period is that of its days, both ends included."""
        days = [date(2020, 2, 29) + timedelta(days=17 * step) for step in range(60)]
        commit(storage, change(counters=tuple(build_counter(day, amount=step + 1) for step, day in enumerate(days))))
        first, last = date(*start), date(*end)
        expected = sum(step + 1 for step, day in enumerate(days) if first <= day <= last)
        total = storage.counters.total(["tips"], ["u1"], first, last)
        assert total.get(("tips", "u1", ""), 0) == expected

    def test_apart(self, storage: Storage) -> None:
        """S-102 Indicators, units and dimensions are counted separately; only requested sums other than 0 are
        returned.
        """
        bumps = (
            build_counter(DAY),
            build_counter(DAY, unit="u2"),
            build_counter(DAY, indicator="posts"),
            build_counter(DAY, dims="kind=theft"),
        )
        commit(
            storage, change(counters=(*bumps, build_counter(DAY, 4, dims="x=1"), build_counter(DAY, -4, dims="x=1")))
        )
        assert storage.counters.total(["tips", "none"], ["u1"], DAY, DAY) == {
            ("tips", "u1", ""): 1,
            ("tips", "u1", "kind=theft"): 1,
        }
        commit(storage, change(counters=(build_counter(DAY, 2, unit="u3"), build_counter(DAY, -2, unit="u4"))))
        assert storage.counters.together(["tips"], ["u3", "u4"], DAY, DAY) == {}
        assert storage.counters.total([], ["u1"], DAY, DAY) == {}
        assert storage.counters.total(["tips"], [], DAY, DAY) == {}

    def test_replace(self, storage: Storage) -> None:
        """S-103 `replace` removes all counts of days, months and years and stores the given ones."""
        commit(storage, change(counters=(build_counter(DAY, 5), build_counter(DAY, 5, unit="u2"))))
        storage.counters.replace(iter([build_counter(DAY, 1), build_counter(DAY, 1)]))
        year = date(2021, 1, 1), date(2021, 12, 31)
        for first, last in [(DAY, DAY), (date(2021, 9, 1), date(2021, 9, 30)), year]:
            assert storage.counters.total(["tips"], ["u1", "u2"], first, last) == {("tips", "u1", ""): 2}

    def test_mend(self, storage: Storage) -> None:
        """S-181 After commits and a rebuild each month and year is the sum of its days, so that `mend` changes
        nothing.
        """
        days = [date(2019, 12, 31) + timedelta(days=11 * step) for step in range(80)]
        commit(storage, change(counters=tuple(build_counter(day, amount=step - 40) for step, day in enumerate(days))))
        assert (list(storage.maintenance.inconsistencies()), list(storage.maintenance.mend())) == ([], [])
        storage.counters.replace([build_counter(day, dims="x=1") for day in days])
        assert (list(storage.maintenance.inconsistencies()), list(storage.maintenance.mend())) == ([], [])
        assert storage.counters.total(["tips"], ["u1"], days[0], days[-1]) == {("tips", "u1", "x=1"): 80}

    def test_together(self, storage: Storage) -> None:
        """S-185 `together` is the sum of the units' totals, before and after gathering, counting and rebuilding."""
        days = [date(2020, 11, 20) + timedelta(days=13 * step) for step in range(40)]

        def assert_sums_agree() -> None:
            for units in (["u1", "u2"], ["u3", "u1", "u2"], ["u2", "none"], ["u1"], []):
                for first, last in [(days[0], days[-1]), (days[3], days[4]), (date(2021, 1, 1), date(2021, 12, 31))]:
                    sums: Counts[tuple[str, str]] = Counts()
                    for (indicator, _, dims), amount in storage.counters.total(INDICATORS, units, first, last).items():
                        sums[indicator, dims] += amount
                    total = storage.counters.together(INDICATORS, units, first, last)
                    assert total == {key: amount for key, amount in sums.items() if amount}
            assert storage.counters.together([], ["u1", "u2"], days[0], days[-1]) == {}

        def commit_counts(amount: int) -> None:
            bumps = (
                build_counter(day, amount, unit=f"u{day.day % 4}", indicator=INDICATORS[day.day % 2]) for day in days
            )
            commit(
                storage, change(counters=(*bumps, build_counter(DAY, amount), build_counter(DAY, -amount, unit="u2")))
            )

        commit_counts(2)
        for sets in (
            [["u1", "u2"], ["u1"]],
            [["u1", "u2"], ["u2", "u3", "u1"], ["u1", "u2", "u1"]],
            [["u4", "u5"]],
            [],
        ):
            storage.counters.gather(sets)
            assert_sums_agree()
            commit_counts(3)
            assert_sums_agree()
            storage.counters.gather(iter(sets))
            storage.counters.replace([build_counter(day, 7, unit=f"u{day.day % 3}") for day in days])
            assert_sums_agree()

    def test_gathered(self, storage: Storage) -> None:
        """S-186 Sums that were gathered in advance aren't in the dump, and no check reports them."""
        commit(storage, change(counters=(build_counter(DAY, 2), build_counter(DAY, 3, unit="u2"))))
        before = list(storage.maintenance.dump())
        storage.counters.gather([["u1", "u2"]])
        assert list(storage.maintenance.dump()) == before
        commit(storage, change(entry=entry("e2"), counters=(build_counter(DAY + timedelta(days=1)),)))
        assert [row.unit for row in storage.maintenance.dump() if isinstance(row, Counter)] == ["u1", "u1", "u2"]
        assert (list(storage.maintenance.check()), list(storage.maintenance.inconsistencies())) == ([], [])

    def test_backwards(self, storage: Storage) -> None:
        """S-104 Counters of a period that ends before it starts are refused."""
        with pytest.raises(BadInput):
            storage.counters.total(["tips"], ["u1"], DAY, DAY - timedelta(days=1))
        with pytest.raises(BadInput):
            storage.counters.together(["tips"], ["u1", "u2"], DAY, DAY - timedelta(days=1))


class JournalRules(StorageKit, kit=True):
    """Rules about the lines of the journal."""

    def test_chain(self, storage: Storage) -> None:
        """S-110 Lines are numbered from 1 without gaps, in the order of commits, each chained to the one before."""
        assert storage.journal.head() == (0, GENESIS)
        commit(storage, *(change(entry=entry(f"e{number}")) for number in range(3)))
        commit(storage, change(tip("t1"), entry=entry("e3")), change(tip("t1"), entry=entry("lost")))
        commit(storage, change(entry=entry("e4")))
        lines = storage.journal.read()
        assert [line.seq for line in lines] == [1, 2, 3, 4, 5]
        assert [entry_from(line.content).id for line in lines] == ["e0", "e1", "e2", "e3", "e4"]
        previous = GENESIS
        for line in lines:
            assert (line.previous, line.hash) == (previous, chain_hash(previous, line.content))
            previous = line.hash
        assert storage.journal.head() == (5, previous)

    def test_entry(self, storage: Storage) -> None:
        """S-111 An entry is read back from its line unchanged, with facts of every type."""
        facts: dict[str, Scalar] = {"text": "Đã nhận 🚨", "number": 3, "share": 0.5, "yes": True, "none": None}
        written = entry("e1", facts)
        commit(storage, change(entry=written))
        (line,) = storage.journal.read()
        assert entry_from(line.content) == written
        assert b'"action":"kit.change","actor":"system:kit"' in line.content

    def test_journal_pages(self, storage: Storage) -> None:
        """S-112 Lines are read after a sequence number, up to a limit."""
        commit(storage, *(change(entry=entry(f"e{number}")) for number in range(4)))
        assert [line.seq for line in storage.journal.read(after=1, limit=2)] == [2, 3]
        assert storage.journal.read(after=4) == []


class LeaseRules(StorageKit, kit=True):
    """Rules about leases, states and maintenance."""

    def test_named_lease(self, storage: Storage) -> None:
        """S-120 A lease belongs to one holder until it ends; the holder may extend it with the same token."""
        lease = storage.leases.acquire("job", "me", NOW, TTL)
        assert lease is not None
        assert (lease.name, lease.until) == ("job", NOW + TTL)
        assert storage.leases.acquire("job", "you", NOW, TTL) is None
        extended = storage.leases.acquire("job", "me", NOW + TTL / 2, TTL)
        assert extended is not None
        assert (extended.token, extended.until) == (lease.token, NOW + TTL / 2 + TTL)
        assert storage.leases.acquire("other", "you", NOW, TTL) is not None

    def test_lease_taken_over(self, storage: Storage) -> None:
        """S-121 A lease that expired or was released goes to the next holder, with a higher token."""
        first = storage.leases.acquire("job", "me", NOW, TTL)
        second = storage.leases.acquire("job", "you", NOW + TTL, TTL)
        assert first is not None
        assert second is not None
        storage.leases.release(first)  # The first lease is already lost, so that its release has no effect.
        assert storage.leases.acquire("job", "me", NOW + TTL, TTL) is None
        storage.leases.release(second)
        third = storage.leases.acquire("job", "me", NOW + TTL, TTL)
        assert third is not None
        assert first.token < second.token < third.token

    def test_states(self, storage: Storage) -> None:
        """S-122 A value is stored only if its version is still the version that was read; version 0 means no value."""
        put = storage.states.put
        get = storage.states.get
        assert get("zalo", "token") is None
        assert not put("zalo", "token", b"x", expected=1)
        assert put("zalo", "token", b"a", expected=0)
        assert not put("zalo", "token", b"b", expected=0)
        assert put("zalo", "token", b"", expected=1)
        assert not put("zalo", "token", b"c", expected=1)
        assert get("zalo", "token") == StateValue(2, b"")
        assert get("other", "token") is None

    def test_fence(self, storage: Storage) -> None:
        """S-123 A write under a lease that was taken over or released is refused."""
        old = storage.leases.acquire("job", "me", NOW, TTL)
        assert old is not None
        assert storage.states.put("a", "n", b"1", 0, fence=old)
        new = storage.leases.acquire("job", "you", LATER, TTL)
        assert new is not None
        assert not storage.states.put("a", "n", b"2", 1, fence=old)
        assert storage.states.put("a", "n", b"3", 1, fence=new)
        storage.leases.release(new)
        assert not storage.states.put("a", "n", b"4", 2, fence=new)
        assert storage.states.get("a", "n") == StateValue(2, b"3")

    def test_scan(self, storage: Storage) -> None:
        """S-124 A scan yields every record of a kind once, by id, in its newest version."""
        commit_records(storage, *(tip(f"t{number}") for number in (3, 1, 2, 0)), tip("t1", version=2), item("i1"))
        records = list(storage.maintenance.scan("kit_tip", batch=2))
        assert [(record.id, record.version) for record in records] == [("t0", 1), ("t1", 2), ("t2", 1), ("t3", 1)]

    def test_scan_after(self, storage: Storage) -> None:
        """S-180 A scan continues after any id, even if no record has that id any more."""
        commit_records(storage, *(tip(f"t{number}") for number in range(5)))
        for after, expected in [("t1", ["t2", "t3", "t4"]), ("t1x", ["t2", "t3", "t4"]), ("t3", ["t4"]), ("t4", [])]:
            scan = storage.maintenance.scan("kit_tip", batch=2, after=after)
            assert [record.id for record in scan] == expected

    def test_kinds(self, storage: Storage) -> None:
        """S-125 `kinds` lists the kinds, and a scan of another kind is refused."""
        assert list(storage.maintenance.kinds()) == ["kit_item", "kit_tip"]
        with pytest.raises(BadInput, match="nobody"):
            list(storage.maintenance.scan("nobody"))

    def test_check(self, storage: Storage) -> None:
        """S-126 A check reports no problem after ordinary work."""
        commit(
            storage,
            change(tip("t1"), counters=(build_counter(DAY),)),
            change(tip("t1", version=2), search=(build_terms("t1", "x"),)),
        )
        assert list(storage.maintenance.check()) == []

    def test_capabilities(self, storage: Storage) -> None:
        """S-127 A storage declares whether it is durable, and whether threads, processes and machines may share it."""
        abilities = storage.capabilities.abilities
        assert {"durable", "threads", "processes", "machines"} <= set(abilities)
        assert storage.name

    def test_reasons(self, storage: Storage) -> None:
        """S-218 Every ability that isn't fully supported has a note that explains why."""
        abilities = storage.capabilities.abilities
        assert [name for name, ability in abilities.items() if ability.support is not FULL and not ability.note] == []
