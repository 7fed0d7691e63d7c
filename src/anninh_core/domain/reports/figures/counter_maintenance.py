"""Maintenance of counters, which counts the facts of all records again and corrects counters that differ."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from attrs import astuple, frozen

from anninh_core.domain.reports.views import CounterDrift
from anninh_core.kernel.dates import Period
from anninh_core.kernel.errors import Damaged, KeysUnavailable, Purged
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Counter, Record
from anninh_core.ports.storages.dumping import KeptRequest
from anninh_core.ports.storages.maintenance import Drift
from anninh_core.ports.validation import fill_columns
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import Fact, Kind, sum_facts
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.permissions import Permission

CounterKey = tuple[str, str, date, str]
"""Key of a counter: its indicator, unit, day and dimensions."""

_REQUEST_PREFIX = "recount:"


@frozen(kw_only=True)
class CounterDifference:
    """A day with different sums in the counters and in the records.

    Attributes:
        counted: sum in the counters.
        recounted: sum in the records.
    """

    indicator: str
    unit: str
    day: date
    dims: str
    counted: int
    recounted: int


@frozen(kw_only=True)
class RecountResult:
    """The result of a recount, for a single point in time.

    Attributes:
        records: number of records.
        unreadable: `kind:id` of records that can't be opened and have no purge order that keeps their facts.
        corrections: number of the last correction before that time.
    """

    records: int
    differences: tuple[CounterDifference, ...]
    unreadable: tuple[str, ...]
    corrections: int

    @property
    def correctable_differences(self) -> tuple[CounterDifference, ...]:
        """The differences that are certainly errors of the counters. If records are unreadable, the surplus of a
        counter may be their facts.
        """
        if not self.unreadable:
            return self.differences
        return tuple(difference for difference in self.differences if difference.recounted > difference.counted)


def recount_records(runner: UseCaseRunner, kinds: Sequence[Kind[Any]], period: Period | None = None) -> RecountResult:
    """Count the facts of every record, and compare them with the counters of the same point in time.

    It doesn't block writers. Days outside the period are ignored.
    """
    run = _RecountRun(runner, {kind.name: kind for kind in kinds}, period)
    for row in runner.context.storage.maintenance.dump():
        match row:
            case Record():
                run.add_record(row)
            case Counter():
                run.add_counter(row)
            case KeptRequest():
                run.add_request(row.request)
            case _:
                pass
    return run.finish()


def find_wrong_counters(runner: UseCaseRunner, kinds: Sequence[Kind[Any]]) -> Iterator[str]:
    """Yield the wrong counters as sentences; see `RecountResult.correctable`."""
    for difference in recount_records(runner, kinds).correctable_differences:
        yield (
            f"the counter {difference.indicator} of {difference.unit} on {difference.day} says {difference.counted:,}, "
            f"and the records say {difference.recounted:,}"
        )


class CounterMaintenance(Service):
    """Use cases that compare counters with the records, and correct them."""

    action_prefix = "reports"

    def __init__(self, runner: UseCaseRunner, kinds: Sequence[Kind[Any]]) -> None:
        """Set up the service; `kinds` are all kinds of record with facts for the counters."""
        super().__init__(runner)
        self._kinds = tuple(kinds)

    @query(Permission.REPORT_READ, traced=True)
    def recount(self, session: ReadSession, start: date | None = None, end: date | None = None) -> RecountResult:
        """Count the records over inclusive days, or over all, and compare them with the counters."""
        session.permit(self.context.district.root)
        result = recount_records(self.runner, self._kinds, Period(start, end) if start and end else None)
        session.facts |= {"records": result.records, "differences": len(result.differences)}
        return result

    @command(Permission.OPERATE)
    def correct_counters(self, uow: UnitOfWork, found: RecountResult) -> tuple[CounterDifference, ...]:
        """Correct the counters by a recount's differences, and return these. Increments since the recount are kept.

        Raises:
            AlreadyDone: there was a correction after the recount; recount again.
        """
        uow.permit(self.context.district.root)
        uow.guard_request(f"{_REQUEST_PREFIX}{found.corrections + 1}")
        uow.adjust_counters(*(_build_correction(difference) for difference in found.correctable_differences))
        uow.facts |= {"records": found.records, "differences": len(found.correctable_differences)}
        uow.add_event("counters.corrected")
        return found.correctable_differences

    @query(Permission.OPERATE, public=True)
    def counter_drifts(self, session: ReadSession) -> tuple[CounterDrift, ...]:
        """Return the counters' monthly and yearly sums that differ from the sum of their days."""
        session.permit(self.context.district.root)
        return _build_drift_views(self.context.storage.maintenance.inconsistencies())

    @command(Permission.OPERATE)
    def mend_counters(self, uow: UnitOfWork) -> tuple[CounterDrift, ...]:
        """Correct the counters' monthly and yearly sums that differ from the sum of their days, and return them.

        The correction precedes its audit entry: after a crash between the two, nothing is left to correct.
        """
        uow.permit(self.context.district.root)
        corrected = _build_drift_views(self.context.storage.maintenance.mend())
        uow.facts["sums"] = len(corrected)
        uow.add_event("counters.mended")
        return corrected


class _RecountRun:
    """A recount in progress. All records must be added before the first counter."""

    def __init__(self, runner: UseCaseRunner, kinds: dict[str, Kind[Any]], period: Period | None) -> None:
        self._runner = runner
        self._context = runner.context
        self._kinds = kinds
        self._period = period
        self._records = 0
        self._unreadable: list[str] = []
        self._facts_of_others: dict[str, Sequence[Fact]] = {}
        self._due: dict[CounterKey, int] = {}
        self._differences: list[CounterDifference] = []
        self.corrections = 0

    def add_record(self, record: Record) -> None:
        kind = self._kinds.get(record.kind)
        if kind is None:
            return
        self._records += 1
        if not (kind.has_facts or kind.has_facts_of_others):
            return
        try:
            model = self._context.open_record(kind, fill_columns(kind.spec, record))
        except (Purged, Damaged, KeysUnavailable):
            self._unreadable.append(str(Ref(record.kind, record.id)))
            return
        self._facts_of_others |= {ref: [*facts] for ref, facts in kind.facts_of_others(model).items()}
        self._add_facts(kind.facts(model))

    def add_request(self, name: str) -> None:
        """Record the number of the last correction that a request's name contains; the keys of earlier corrections may
        be deleted already.
        """
        number = name.removeprefix(_REQUEST_PREFIX)
        if number != name and number.isdecimal():
            self.corrections = max(self.corrections, int(number))

    def add_counter(self, counter: Counter) -> None:
        """Compare a counter with the recounted sum."""
        self._add_purged()
        key = (counter.indicator, counter.unit, counter.day, counter.dims)
        if self._period is None or self._period.contains(counter.day):
            self._compare_sums(key, counter.amount, self._due.pop(key, 0))

    def finish(self) -> RecountResult:
        self._add_purged()
        for key, amount in self._due.items():
            self._compare_sums(key, 0, amount)
        return RecountResult(
            records=self._records,
            differences=tuple(sorted(self._differences, key=astuple)),
            unreadable=tuple(self._unreadable),
            corrections=self.corrections,
        )

    def _add_purged(self) -> None:
        """Add the facts of unreadable records, as far as other records keep them; a second call adds nothing."""
        if self._facts_of_others:
            for ref in self._facts_of_others.keys() & {*self._unreadable}:
                self._add_facts(self._facts_of_others[ref])
            self._unreadable = [ref for ref in self._unreadable if ref not in self._facts_of_others]
            self._facts_of_others = {}

    def _add_facts(self, facts: Iterable[Fact]) -> None:
        for key, amount in _iter_amounts(self._context, facts):
            if self._period is None or self._period.contains(key[2]):
                self._due[key] = self._due.get(key, 0) + amount

    def _compare_sums(self, key: CounterKey, counted: int, recounted: int) -> None:
        if counted != recounted:
            indicator, unit, day, dims = key
            difference = CounterDifference(
                indicator=indicator, unit=unit, day=day, dims=dims, counted=counted, recounted=recounted
            )
            self._differences.append(difference)


def _build_correction(difference: CounterDifference) -> Counter:
    amount = difference.recounted - difference.counted
    return Counter(
        indicator=difference.indicator, unit=difference.unit, day=difference.day, dims=difference.dims, amount=amount
    )


def _iter_amounts(context: UseCaseContext, facts: Iterable[Fact]) -> Iterator[tuple[CounterKey, int]]:
    """Yield the amounts of facts; those of residential areas also count for their commune."""
    for (indicator, unit, day, dims), amount in sum_facts(facts).items():
        for counted_unit in sorted({unit, context.district.counting_unit(unit)}):
            yield (indicator, counted_unit, day, dims), amount


def _build_drift_views(drifts: Iterable[Drift]) -> tuple[CounterDrift, ...]:
    return tuple(make_view(CounterDrift, drift) for drift in drifts)
