"""Computing the cells of a period from the counters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from attrs import frozen

from anninh_core.kernel.dates import Period
from anninh_core.ports.storage import Counters
from anninh_core.rooms.reports.cells import Cell, Figures, packed
from anninh_core.rooms.reports.indicators import Count, Indicator, Register, Span
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.plan import Obligation

DatedQuery = Callable[[Sequence[str], date], Mapping[str, int]]
"""Called with units and a day; returns how many there were at the end of that day, by unit. Reads records, not time."""

_Amounts = Mapping[tuple[str, str, str], int]
_Sums = dict[tuple[str, str, str], tuple[int, int]]


@frozen(kw_only=True)
class Counting:
    """What figures are computed from.

    Attributes:
        queries: answers to dated questions, by name.
    """

    counters: Counters
    indicators: Register
    queries: Mapping[str, DatedQuery]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Indicators whose question nobody answers."""
        return tuple(one.id for one in self.indicators.values() if not one.queries <= self.queries.keys())

    def cells(self, units: Sequence[str], period: Period, model_start: date) -> tuple[Cell, ...]:
        """Return the cells of units over a period; stocks gather from the first day of the model."""
        known = [one for one in self.indicators.values() if one.id not in self.unknown]
        sums: _Sums = {}
        for span in Span:
            group = [one for one in known if one.span is span]
            days = spanned(span, period, model_start)
            amounts = self._amounts(group, units, days) if days else {}
            for indicator in group:
                _add_counts(sums, indicator, amounts)
        for indicator in known:
            self._add_queries(sums, indicator, units, period.end)
        return packed(sums)

    def _amounts(self, indicators: Iterable[Indicator], units: Sequence[str], days: Period) -> _Amounts:
        counters = sorted({counter for one in indicators for counter in one.counters})
        return self.counters.total(counters, units, days.start, days.end)

    def _add_queries(self, sums: _Sums, indicator: Indicator, units: Sequence[str], day: date) -> None:
        for name, is_part in ((indicator.query, True), (indicator.over_query, False)):
            answers = self.queries[name](units, day) if name else {}
            for unit, number in answers.items():
                _add(sums, (indicator.id, unit, ""), number if is_part else 0, 0 if is_part else number)


def spanned(span: Span, period: Period, model_start: date) -> Period | None:
    """Return the days that an indicator counts, None where there are none. Nothing before the model counts."""
    first = model_start if span is not Span.FLOW else max(period.start, model_start)
    last = period.start - timedelta(days=1) if span is Span.OPENING else period.end
    return Period(first, last) if first <= last else None


def model_start_of(district: District, obligation: Obligation) -> date:
    """Return the first day that belongs to the model."""
    return max(obligation.model_start, district.valid_from)


def previous_period(period: Period, model_start: date) -> Period | None:
    """Return the same period a year before, None where the model didn't stand for the whole of it."""
    before = period.a_year_before()
    return before if before.start >= model_start else None


def computed(counting: Counting, units: Sequence[str], period: Period, model_start: date, today: date) -> Figures:
    """Return all numbers of units over a period, with those of a year before."""
    before = previous_period(period, model_start)
    return Figures(
        period=period,
        cells=counting.cells(units, period, model_start),
        previous=counting.cells(units, before, model_start) if before else None,
        unknown=counting.unknown,
        taken_on=today,
    )


def _add_counts(sums: _Sums, indicator: Indicator, amounts: _Amounts) -> None:
    for (counter, unit, dims), amount in amounts.items():
        pairs = dict(pair.split("=", 1) for pair in dims.split(";") if pair)
        key = (indicator.id, unit, pairs.get(indicator.split, "") if indicator.split else "")
        part = _counted(indicator.counts, counter, pairs) * amount
        whole = _counted(indicator.over, counter, pairs) * amount
        if part or whole:
            _add(sums, key, part, whole)


def _counted(counts: tuple[Count, ...], counter: str, dims: Mapping[str, str]) -> int:
    return sum(count.sign for count in counts if count.counter == counter and count.fits(dims))


def _add(sums: _Sums, key: tuple[str, str, str], part: int, whole: int) -> None:
    old_part, old_whole = sums.get(key, (0, 0))
    sums[key] = (old_part + part, old_whole + whole)
