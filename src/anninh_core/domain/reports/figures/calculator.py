"""Functions that compute the cells of a period from the counters."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property

from attrs import define

from anninh_core.domain.reports.figures.cells import Cell, ReportFigures, build_cells
from anninh_core.domain.reports.figures.indicators import Register
from anninh_core.kernel.dates import Period
from anninh_core.ports.storages.storage import Counters
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.plan import CounterTerm, Indicator, IndicatorSpan, Obligation

DatedQuery = Callable[[Sequence[str], date], Mapping[str, int]]
"""Type of a function that takes units and a day, and returns a number by unit for the end of that day, independent of
the time of the call.
"""

_Sums = dict[tuple[str, str, str], tuple[int, int]]
_Amount = tuple[tuple[str, str, str], int]
"""Type of an amount: its counter, unit and dimensions, with its sum."""
_Term = tuple[Indicator, CounterTerm, int, int]
"""Type of a term: an indicator, one of its counters, and the factors with which a matching amount counts for the part
and for the whole.
"""
_Weight = tuple[str, str, int, int]
"""Type of a weight: the indicator's id, the group, and the factors for part and whole, for amounts with the same
dimensions.
"""


@define(frozen=True, kw_only=True, slots=False)  # The class has no slots, since cached properties need a `__dict__`.
class IndicatorCalculator:
    """Computes indicators from counters and dated queries.

    Attributes:
        queries: dated queries, by name.
    """

    counters: Counters
    indicators: Register
    queries: Mapping[str, DatedQuery]

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Ids of the indicators that need a query which isn't registered."""
        return tuple(
            indicator.id for indicator in self.indicators.values() if not indicator.queries <= self.queries.keys()
        )

    def cells(
        self, units: Sequence[str], period: Period, model_start: date, *, by_unit: bool = True
    ) -> tuple[Cell, ...]:
        """Return the cells of units over a period; stocks are summed from the first day of the model.

        Args:
            units: units to count.
            period: days to count.
            model_start: first day of the model.
            by_unit: whether each unit has cells of its own; otherwise the cells are for all units together, with unit
                "".
        """
        sums: _Sums = {}
        for span, weights in self._weights_by_span.items():
            days = get_counted_days(span, period, model_start)
            if days:
                weights.add(sums, self._read_amounts(weights.terms, units, days, by_unit=by_unit))
        self._add_query_results(sums, units, period.end, by_unit=by_unit)
        return build_cells(sums)

    @cached_property
    def _computable_indicators(self) -> tuple[Indicator, ...]:
        return tuple(indicator for indicator in self.indicators.values() if indicator.id not in self.unknown)

    @cached_property
    def _weights_by_span(self) -> Mapping[IndicatorSpan, "_AmountWeights"]:
        """The factors of the counters' amounts, by span. A stock is its opening balance plus its flow, so every amount
        is read only once.
        """
        return {
            span: _AmountWeights(
                _group_terms_by_counter(
                    indicator
                    for indicator in self._computable_indicators
                    if indicator.span in (span, IndicatorSpan.STOCK)
                )
            )
            for span in (IndicatorSpan.OPENING, IndicatorSpan.FLOW)
        }

    def _read_amounts(
        self, counters: Iterable[str], units: Sequence[str], days: Period, *, by_unit: bool
    ) -> Iterable[_Amount]:
        if by_unit:
            return self.counters.total(counters, units, days.start, days.end).items()
        totals = self.counters.together(counters, units, days.start, days.end)
        return [((counter, "", dims), amount) for (counter, dims), amount in totals.items()]

    def _add_query_results(self, sums: _Sums, units: Sequence[str], day: date, *, by_unit: bool) -> None:
        querying = [indicator for indicator in self._computable_indicators if indicator.queries]
        names = sorted({name for indicator in querying for name in indicator.queries})
        answers = {name: self.queries[name](units, day) for name in names}
        for indicator in querying:
            for unit, number in answers.get(indicator.query, {}).items():
                _add_to_sums(sums, (indicator.id, unit if by_unit else "", ""), number, 0)
            for unit, number in answers.get(indicator.over_query, {}).items():
                _add_to_sums(sums, (indicator.id, unit if by_unit else "", ""), 0, number)


def get_counted_days(span: IndicatorSpan, period: Period, model_start: date) -> Period | None:
    """Return the days that an indicator counts, or None. Days before the model's start don't count."""
    first = model_start if span is not IndicatorSpan.FLOW else max(period.start, model_start)
    last = period.start - timedelta(days=1) if span is IndicatorSpan.OPENING else period.end
    return Period(first, last) if first <= last else None


def get_model_start(district: District, obligation: Obligation) -> date:
    """Return the first day of the model: of the obligation or of the district's profile, the later one."""
    return max(obligation.model_start, district.valid_from)


def get_previous_period(period: Period, model_start: date) -> Period | None:
    """Return the same period a year before; None if it begins before the model's start."""
    previous = period.a_year_before()
    return previous if previous.start >= model_start else None


def compute_figures(
    counting: IndicatorCalculator,
    units: Sequence[str],
    period: Period,
    model_start: date,
    today: date,
    *,
    by_unit: bool = True,
) -> ReportFigures:
    """Return all figures of units over a period, with those of a year before; for each unit or for all together."""
    previous = get_previous_period(period, model_start)
    return ReportFigures(
        period=period,
        cells=counting.cells(units, period, model_start, by_unit=by_unit),
        previous=counting.cells(units, previous, model_start, by_unit=by_unit) if previous else None,
        unknown=counting.unknown,
        taken_on=today,
    )


class _AmountWeights:
    """The factors of amounts, computed only once for each counter and its dimensions."""

    def __init__(self, terms: Mapping[str, Sequence[_Term]]) -> None:
        self.terms = terms
        self._cache: dict[tuple[str, str], tuple[_Weight, ...]] = {}

    def add(self, sums: _Sums, amounts: Iterable[_Amount]) -> None:
        for (counter, unit, dims), amount in amounts:
            weights = self._cache.get((counter, dims))
            if weights is None:
                weights = self._cache[counter, dims] = tuple(_iter_weights(self.terms[counter], dims))
            for indicator, group, part, whole in weights:
                _add_to_sums(sums, (indicator, unit, group), part * amount, whole * amount)


def _group_terms_by_counter(indicators: Iterable[Indicator]) -> Mapping[str, Sequence[_Term]]:
    terms: dict[str, list[_Term]] = {}
    for indicator in indicators:
        for count in indicator.counts:
            terms.setdefault(count.counter, []).append((indicator, count, count.sign, 0))
        for count in indicator.over:
            terms.setdefault(count.counter, []).append((indicator, count, 0, count.sign))
    return terms


def _iter_weights(terms: Sequence[_Term], dims: str) -> Iterator[_Weight]:
    """Yield the factors with which an amount of the given dimensions counts."""
    pairs = dict(pair.split("=", 1) for pair in dims.split(";") if pair)
    for indicator, count, part, whole in terms:
        if count.fits(pairs):
            yield indicator.id, pairs.get(indicator.split, "") if indicator.split else "", part, whole


def _add_to_sums(sums: _Sums, key: tuple[str, str, str], part: int, whole: int) -> None:
    old_part, old_whole = sums.get(key, (0, 0))
    sums[key] = (old_part + part, old_whole + whole)
