"""Computing the cells of a period from the counters."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from attrs import frozen

from anninh_core.kernel.dates import Period
from anninh_core.ports.storage import Counters
from anninh_core.rooms.reports.cells import Cell, Figures, packed
from anninh_core.rooms.reports.indicators import Count, Indicator, Register, Span
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.plan import Obligation

DatedQuery = Callable[[Sequence[str], date], Mapping[str, int]]
"""Called with units and a day; returns how many there were at the end of that day, by unit, whenever it is asked."""

_Sums = dict[tuple[str, str, str], tuple[int, int]]
_Term = tuple[Indicator, Count, int, int]
"""An indicator, one of its counters, and how often an amount that fits counts for the part and for the whole."""
_Weight = tuple[str, str, int, int]
"""The same for amounts with the same dimensions: the indicator's id and the group."""


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
        unknown = set(self.unknown)
        known = [one for one in self.indicators.values() if one.id not in unknown]
        sums: _Sums = {}
        # A stock is what had gathered before and what came in the period, so every amount is read once.
        for span in (Span.OPENING, Span.FLOW):
            days = spanned(span, period, model_start)
            if days:
                self._add_counts(sums, [one for one in known if one.span in (span, Span.STOCK)], units, days)
        self._add_queries(sums, known, units, period.end)
        return packed(sums)

    def _add_counts(self, sums: _Sums, indicators: Sequence[Indicator], units: Sequence[str], days: Period) -> None:
        terms = _by_counter(indicators)
        weighed: dict[tuple[str, str], tuple[_Weight, ...]] = {}
        for (counter, unit, dims), amount in self.counters.total(terms, units, days.start, days.end).items():
            weights = weighed.get((counter, dims))
            if weights is None:
                weights = weighed[counter, dims] = tuple(_weights(terms[counter], dims))
            for indicator, group, part, whole in weights:
                _add(sums, (indicator, unit, group), part * amount, whole * amount)

    def _add_queries(self, sums: _Sums, indicators: Sequence[Indicator], units: Sequence[str], day: date) -> None:
        asked = sorted({name for one in indicators for name in one.queries})
        answers = {name: self.queries[name](units, day) for name in asked}
        for one in indicators:
            for unit, number in answers.get(one.query, {}).items():
                _add(sums, (one.id, unit, ""), number, 0)
            for unit, number in answers.get(one.over_query, {}).items():
                _add(sums, (one.id, unit, ""), 0, number)


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


def _by_counter(indicators: Iterable[Indicator]) -> Mapping[str, Sequence[_Term]]:
    """Return counter -> what it counts for."""
    found: dict[str, list[_Term]] = {}
    for one in indicators:
        for count in one.counts:
            found.setdefault(count.counter, []).append((one, count, count.sign, 0))
        for count in one.over:
            found.setdefault(count.counter, []).append((one, count, 0, count.sign))
    return found


def _weights(terms: Sequence[_Term], dims: str) -> Iterator[_Weight]:
    """Yield what an amount with these dimensions counts for."""
    pairs = dict(pair.split("=", 1) for pair in dims.split(";") if pair)
    for one, count, part, whole in terms:
        if count.fits(pairs):
            yield one.id, pairs.get(one.split, "") if one.split else "", part, whole


def _add(sums: _Sums, key: tuple[str, str, str], part: int, whole: int) -> None:
    old_part, old_whole = sums.get(key, (0, 0))
    sums[key] = (old_part + part, old_whole + whole)
