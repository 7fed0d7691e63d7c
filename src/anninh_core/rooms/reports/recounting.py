"""Maintenance of counters: recounting the facts of all records, and correcting counters that differ."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from attrs import astuple, frozen

from anninh_core.kernel.dates import Period
from anninh_core.kernel.errors import SealBroken
from anninh_core.kernel.refs import Ref
from anninh_core.ports.changes import Counter, Record
from anninh_core.ports.checking import filled
from anninh_core.ports.dumping import KeptRequest
from anninh_core.ports.maintenance import Drift
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.context import UseCaseContext
from anninh_core.work.draft import Draft
from anninh_core.work.kinds import Fact, Kind, counted
from anninh_core.work.look import Look
from anninh_core.work.marks import Room, command, query
from anninh_core.work.runner import UseCaseRunner

Key = tuple[str, str, date, str]
"""Indicator, unit, day, dimensions."""

_REQUEST = "recount:"


@frozen(kw_only=True)
class Difference:
    """A day whose sum differs between the counters and the records."""

    indicator: str
    unit: str
    day: date
    dims: str
    counted: int
    recounted: int


@frozen(kw_only=True)
class Recount:
    """What a recount found, of one moment.

    Attributes:
        records: how many there are.
        unreadable: `kind:id` of records whose key was destroyed: what they once counted can't be told from them.
        corrections: number of the last correction before that moment.
    """

    records: int
    differences: tuple[Difference, ...]
    unreadable: tuple[str, ...]
    corrections: int

    @property
    def correctable(self) -> tuple[Difference, ...]:
        """The differences that are errors. Where something is unreadable, what is counted beyond the rest may be it."""
        if not self.unreadable:
            return self.differences
        return tuple(one for one in self.differences if one.recounted > one.counted)


def recount(runner: UseCaseRunner, kinds: Sequence[Kind[Any]], period: Period | None = None) -> Recount:
    """Count the facts of every record, and compare them with the counters as they stood at the same moment.

    It doesn't block writers. Days outside the period are ignored.
    """
    counting = _Counting(runner, {kind.name: kind for kind in kinds}, period)
    for row in runner.context.storage.maintenance.dump():
        match row:
            case Record():
                counting.record(row)
            case Counter():
                counting.counter(row)
            case KeptRequest():
                counting.request(row.request)
            case _:
                pass
    return counting.ended()


class Recounting(Room):
    """Compares counters with the records, and corrects them."""

    room = "reports"

    def __init__(self, runner: UseCaseRunner, kinds: Sequence[Kind[Any]]) -> None:
        """Open it with every kind of record whose facts feed the counters."""
        super().__init__(runner)
        self._kinds = tuple(kinds)

    @query(Permission.REPORT_READ, traced=True)
    def recount(self, look: Look, start: date | None = None, end: date | None = None) -> Recount:
        """Count the records themselves over inclusive days, or all, and compare with the counters."""
        look.permit(self.context.district.root)
        found = recount(self.runner, self._kinds, Period(start, end) if start and end else None)
        look.facts |= {"records": found.records, "differences": len(found.differences)}
        return found

    @command(Permission.OPERATE)
    def correct_counters(self, draft: Draft, found: Recount) -> tuple[Difference, ...]:
        """Change the counters by what a recount found, and return it. What they grew by since then is kept.

        Raises:
            AlreadyDone: there was a correction after the recount; recount again.
        """
        draft.permit(self.context.district.root)
        draft.once(f"{_REQUEST}{found.corrections + 1}")
        draft.correct(*(_correction(one) for one in found.correctable))
        draft.facts |= {"records": found.records, "differences": len(found.correctable)}
        draft.event("counters.corrected")
        return found.correctable

    @query(Permission.OPERATE)
    def counter_drifts(self, look: Look) -> tuple[Drift, ...]:
        """Return the months and years of counters that aren't the sum of their days."""
        look.permit(self.context.district.root)
        return tuple(self.context.storage.maintenance.drifts())

    @command(Permission.OPERATE)
    def mend_counters(self, draft: Draft) -> tuple[Drift, ...]:
        """Make every month and year of the counters the sum of its days, and return those that weren't.

        It is done before its entry is written: after a crash between the two there is nothing left to mend.
        """
        draft.permit(self.context.district.root)
        found = tuple(self.context.storage.maintenance.mend())
        draft.facts["sums"] = len(found)
        draft.event("counters.mended")
        return found


class _Counting:
    """A recount in progress. All records must be added before the first counter."""

    def __init__(self, runner: UseCaseRunner, kinds: dict[str, Kind[Any]], period: Period | None) -> None:
        self._runner = runner
        self._context = runner.context
        self._kinds = kinds
        self._period = period
        self._records = 0
        self._unreadable: list[str] = []
        self._due: dict[Key, int] = {}
        self._differences: list[Difference] = []
        self.corrections = 0

    def record(self, record: Record) -> None:
        """Count what a record counts."""
        kind = self._kinds.get(record.kind)
        if kind is None:
            return
        self._records += 1
        if not kind.counts:
            return
        try:
            model = self._context.opened(kind, filled(kind.spec, record))
        except SealBroken:
            self._unreadable.append(str(Ref(record.kind, record.id)))
            return
        for key, amount in _amounts(self._context, kind.facts(model)):
            if self._period is None or self._period.contains(key[2]):
                self._due[key] = self._due.get(key, 0) + amount

    def request(self, name: str) -> None:
        """Note which correction was the last one; the keys of earlier ones may be forgotten."""
        number = name.removeprefix(_REQUEST)
        if number != name and number.isdecimal():
            self.corrections = max(self.corrections, int(number))

    def counter(self, counter: Counter) -> None:
        """Compare a counter with what was counted."""
        key = (counter.indicator, counter.unit, counter.day, counter.dims)
        if self._period is None or self._period.contains(counter.day):
            self._compare(key, counter.amount, self._due.pop(key, 0))

    def ended(self) -> Recount:
        """Return what was found."""
        for key, amount in self._due.items():
            self._compare(key, 0, amount)
        return Recount(
            records=self._records,
            differences=tuple(sorted(self._differences, key=astuple)),
            unreadable=tuple(self._unreadable),
            corrections=self.corrections,
        )

    def _compare(self, key: Key, counted: int, recounted: int) -> None:
        if counted != recounted:
            indicator, unit, day, dims = key
            found = Difference(indicator=indicator, unit=unit, day=day, dims=dims, counted=counted, recounted=recounted)
            self._differences.append(found)


def _correction(one: Difference) -> Counter:
    amount = one.recounted - one.counted
    return Counter(indicator=one.indicator, unit=one.unit, day=one.day, dims=one.dims, amount=amount)


def _amounts(context: UseCaseContext, facts: Iterable[Fact]) -> Iterator[tuple[Key, int]]:
    """Yield facts as amounts, those of residential areas for their commune too."""
    for (indicator, unit, day, dims), amount in counted(facts).items():
        for at in sorted({unit, context.district.counting_unit(unit)}):
            yield (indicator, at, day, dims), amount
