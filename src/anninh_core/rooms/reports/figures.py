"""Computing the cells of a period from the counters."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property

from attrs import define

from anninh_core.kernel.dates import Period
from anninh_core.ports.storage import Counters
from anninh_core.rooms.reports.cells import Cell, Figures, packed
from anninh_core.rooms.reports.indicators import Count, Indicator, Register, Span
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.plan import Obligation

DatedQuery = Callable[[Sequence[str], date], Mapping[str, int]]
"""Called with units and a day; returns how many there were at the end of that day, by unit, whenever it is asked."""

_Sums = dict[tuple[str, str, str], tuple[int, int]]
_Amount = tuple[tuple[str, str, str], int]
"""(counter, unit, dimensions) and its sum."""
_Term = tuple[Indicator, Count, int, int]
"""An indicator, one of its counters, and how often an amount that fits counts for the part and for the whole."""
_Weight = tuple[str, str, int, int]
"""The same for amounts with the same dimensions: the indicator's id and the group."""


@define(frozen=True, kw_only=True, slots=False)  # not slotted: cached properties need a `__dict__`
class Counting:
    """What figures are computed from.

    Attributes:
        queries: answers to dated questions, by name.
    """

    counters: Counters
    indicators: Register
    queries: Mapping[str, DatedQuery]

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Indicators whose question nobody answers."""
        return tuple(one.id for one in self.indicators.values() if not one.queries <= self.queries.keys())

    def cells(
        self, units: Sequence[str], period: Period, model_start: date, *, by_unit: bool = True
    ) -> tuple[Cell, ...]:
        """Return the cells of units over a period; stocks gather from the first day of the model.

        Args:
            units: whose counters.
            period: which days.
            model_start: the first day of the model.
            by_unit: whether each unit has cells of its own; else they are of all together, their unit "".
        """
        sums: _Sums = {}
        for span, weights in self._weights.items():
            days = spanned(span, period, model_start)
            if days:
                weights.add(sums, self._amounts(weights.terms, units, days, by_unit=by_unit))
        self._add_queries(sums, units, period.end, by_unit=by_unit)
        return packed(sums)

    @cached_property
    def _known(self) -> tuple[Indicator, ...]:
        return tuple(one for one in self.indicators.values() if one.id not in self.unknown)

    @cached_property
    def _weights(self) -> Mapping[Span, "_Weights"]:
        """What counts in which span. A stock is the opening balance plus the flow: every amount is read once."""
        return {
            span: _Weights(_by_counter(one for one in self._known if one.span in (span, Span.STOCK)))
            for span in (Span.OPENING, Span.FLOW)
        }

    def _amounts(
        self, counters: Iterable[str], units: Sequence[str], days: Period, *, by_unit: bool
    ) -> Iterable[_Amount]:
        if by_unit:
            return self.counters.total(counters, units, days.start, days.end).items()
        found = self.counters.together(counters, units, days.start, days.end)
        return [((counter, "", dims), amount) for (counter, dims), amount in found.items()]

    def _add_queries(self, sums: _Sums, units: Sequence[str], day: date, *, by_unit: bool) -> None:
        asking = [one for one in self._known if one.queries]
        asked = sorted({name for one in asking for name in one.queries})
        answers = {name: self.queries[name](units, day) for name in asked}
        for one in asking:
            for unit, number in answers.get(one.query, {}).items():
                _add(sums, (one.id, unit if by_unit else "", ""), number, 0)
            for unit, number in answers.get(one.over_query, {}).items():
                _add(sums, (one.id, unit if by_unit else "", ""), 0, number)


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


def computed(
    counting: Counting, units: Sequence[str], period: Period, model_start: date, today: date, *, by_unit: bool = True
) -> Figures:
    """Return all numbers of units over a period, with those of a year before; each unit's own, or of all together."""
    before = previous_period(period, model_start)
    return Figures(
        period=period,
        cells=counting.cells(units, period, model_start, by_unit=by_unit),
        previous=counting.cells(units, before, model_start, by_unit=by_unit) if before else None,
        unknown=counting.unknown,
        taken_on=today,
    )


class _Weights:
    """The weights of amounts, computed once for each counter and its dimensions."""

    def __init__(self, terms: Mapping[str, Sequence[_Term]]) -> None:
        self.terms = terms
        self._found: dict[tuple[str, str], tuple[_Weight, ...]] = {}

    def add(self, sums: _Sums, amounts: Iterable[_Amount]) -> None:
        """Add amounts to the sums that they count for."""
        for (counter, unit, dims), amount in amounts:
            weights = self._found.get((counter, dims))
            if weights is None:
                weights = self._found[counter, dims] = tuple(_weights(self.terms[counter], dims))
            for indicator, group, part, whole in weights:
                _add(sums, (indicator, unit, group), part * amount, whole * amount)


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
