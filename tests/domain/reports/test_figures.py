"""Reports compute flows, stocks, balances and shares from counters, and consolidate the figures of several units."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.reports.figures.calculator import (
    IndicatorCalculator,
    compute_figures,
    get_counted_days,
    get_previous_period,
)
from anninh_core.domain.reports.figures.cells import (
    Cell,
    amounts_by_group,
    indicator_value,
    merge_cells,
    values_by_unit,
)
from anninh_core.domain.reports.figures.indicators import BUILT_IN
from anninh_core.kernel.dates import Period
from anninh_core.usecase.kinds import Fact, format_dims
from anninh_core.vocabulary.plan import IndicatorSpan

MODEL = date(2021, 8, 20)
PERIOD = Period(date(2021, 12, 1), date(2022, 5, 31))
BALANCE = ("opening", "received", "resolved", "transferred", "closing")
UNITS = ("ninh-an", "ninh-my")


@frozen
class CountersFromFacts:
    """A replacement for the counters of a storage, which sums up the given facts."""

    facts: tuple[Fact, ...]

    def total(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str, str], int]:
        wanted = set(indicators)
        at = set(units)
        sums: dict[tuple[str, str, str], int] = {}
        for fact in self.facts:
            if fact.indicator in wanted and fact.unit in at and start <= fact.day <= end:
                key = (fact.indicator, fact.unit, fact.dims)
                sums[key] = sums.get(key, 0) + fact.amount
        return sums

    def together(
        self, indicators: Iterable[str], units: Iterable[str], start: date, end: date
    ) -> Mapping[tuple[str, str], int]:
        sums: dict[tuple[str, str], int] = {}
        for (indicator, _, at), amount in self.total(indicators, units, start, end).items():
            sums[indicator, at] = sums.get((indicator, at), 0) + amount
        return sums

    def gather(self, sets: object) -> None:
        raise AssertionError(sets)

    def replace(self, counters: object) -> None:
        raise AssertionError(counters)


def build_calculator(*facts: Fact, overdue: int | None = None) -> IndicatorCalculator:
    queries = {} if overdue is None else {"tips_overdue": lambda units, _: dict.fromkeys(units, overdue)}
    return IndicatorCalculator(counters=CountersFromFacts(facts), indicators=BUILT_IN, queries=queries)


def compute_figure(id: str, cells: Iterable[Cell]) -> float | None:
    return indicator_value(BUILT_IN[id], cells)


tips = st.builds(
    lambda name, unit, offset, in_time, category: Fact(
        name, unit, MODEL + timedelta(days=offset), format_dims(category=category, in_time=in_time)
    ),
    st.sampled_from(["tips_received", "tips_resolved", "tips_transferred"]),
    st.sampled_from(UNITS),
    st.integers(0, 500),
    st.sampled_from(["yes", "no"]),
    st.sampled_from(["", "fire", "crime"]),
)


@given(st.lists(tips, max_size=40), st.integers(0, 300), st.integers(0, 300))
def test_the_balance_holds_for_every_period(facts: list[Fact], start: int, length: int) -> None:
    """Opening and received tips equal resolved, transferred and closing tips, for each unit and for the whole
    district.
    """
    first = MODEL + timedelta(days=start)
    cells = build_calculator(*facts).cells(UNITS, Period(first, first + timedelta(days=length)), MODEL)

    for some in (cells, *([cell for cell in cells if cell.unit == unit] for unit in UNITS)):
        n = {
            id: compute_figure(f"tips_{id}", some) or 0
            for id in ("opening", "received", "resolved", "transferred", "closing")
        }
        assert n["opening"] + n["received"] == n["resolved"] + n["transferred"] + n["closing"]
        assert compute_figure("tips_by_category", some) == compute_figure("tips_received", some)


@given(st.lists(tips, max_size=40))
def test_merged_figures_equal_a_total_count(facts: list[Fact]) -> None:
    """Figures merged from the units equal figures counted at once, including shares."""
    calculator = build_calculator(*facts, overdue=2)
    parts = [compute_figures(calculator, [unit], PERIOD, MODEL, PERIOD.end) for unit in UNITS]

    assert (
        merge_cells([part.cells for part in parts])
        == compute_figures(calculator, UNITS, PERIOD, MODEL, PERIOD.end).cells
    )


@given(st.lists(tips, max_size=40))
def test_units_can_be_counted_together(facts: list[Fact]) -> None:
    """Figures counted for units together equal the sum of the units, including shares and groups; zeros are left
    out.
    """
    calculator = build_calculator(*facts, overdue=2)
    apart = calculator.cells(UNITS, PERIOD, MODEL)
    summed = calculator.cells(UNITS, PERIOD, MODEL, by_unit=False)

    assert {cell.unit for cell in summed} <= {""}
    for indicator in BUILT_IN.values():
        assert indicator_value(indicator, summed) == indicator_value(indicator, apart)
        assert amounts_by_group(indicator, summed).items() >= {
            pair for pair in amounts_by_group(indicator, apart).items() if pair[1]
        }
        assert values_by_unit(indicator, summed) == {}


def test_overdue_open_tip_counts_as_late() -> None:
    """An overdue open tip lowers the share of tips in time: 3 in time of 4 settled and 1 overdue are 60 %."""
    yes = [Fact("tips_resolved", "ninh-an", PERIOD.start, "in_time=yes", 3)]
    no = [Fact("tips_transferred", "ninh-an", PERIOD.end, "in_time=no")]
    cells = build_calculator(*yes, *no, overdue=1).cells(["ninh-an"], PERIOD, MODEL)

    assert compute_figure("tips_in_time_share", cells) == 60
    assert compute_figure("tips_in_time", cells) == 3
    assert compute_figure("tips_overdue", cells) == 1


def test_unanswered_query_is_unknown() -> None:
    """If no query supplies an indicator's value, the indicator is listed as unknown instead of shown as zero."""
    figures = compute_figures(build_calculator(), UNITS, PERIOD, MODEL, PERIOD.end)

    assert figures.unknown == ("tips_overdue", "tips_in_time_share")
    assert figures.cells == ()
    assert compute_figure("tips_in_time_share", ()) is None


def test_nothing_before_the_model_counts() -> None:
    """Facts dated before the first day of the counting model count neither as a flow nor as a stock."""
    early = Fact("groups_new", "ninh-an", MODEL - timedelta(days=1))
    first = Fact("groups_new", "ninh-an", MODEL)
    cells = build_calculator(early, first).cells(["ninh-an"], Period(date(2021, 1, 1), date(2021, 12, 31)), MODEL)

    assert compute_figure("groups_total", cells) == compute_figure("groups_new", cells) == 1


def test_stocks_carry_and_flows_do_not() -> None:
    """A group founded before the period counts in the total, but not as new."""
    founded = Fact("groups_new", "ninh-an", date(2021, 9, 1))
    closed = Fact("groups_closed", "ninh-an", date(2022, 6, 1))
    cells = build_calculator(founded, closed).cells(["ninh-an"], PERIOD, MODEL)

    assert (compute_figure("groups_total", cells), compute_figure("groups_new", cells)) == (1, 0)


@pytest.mark.parametrize(
    ("span", "start", "expected"),
    [
        (IndicatorSpan.FLOW, date(2021, 12, 1), PERIOD),
        (IndicatorSpan.STOCK, date(2021, 12, 1), Period(MODEL, PERIOD.end)),
        (IndicatorSpan.OPENING, date(2021, 12, 1), Period(MODEL, date(2021, 11, 30))),
        (IndicatorSpan.OPENING, MODEL, None),
        (IndicatorSpan.FLOW, date(2021, 1, 1), Period(MODEL, PERIOD.end)),
    ],
)
def test_opening_balance_precedes_period(span: IndicatorSpan, start: date, expected: Period | None) -> None:
    """An opening balance is taken on the day before the period begins, and is missing if the period begins on the
    model's first day.
    """
    assert get_counted_days(span, Period(start, PERIOD.end), MODEL) == expected


def test_comparison_needs_a_whole_period() -> None:
    """A period that begins before the first day of the counting model can't serve as the basis of a comparison."""
    assert get_previous_period(PERIOD, MODEL) is None
    assert get_previous_period(Period(date(2022, 8, 1), date(2022, 9, 30)), MODEL) is None
    assert get_previous_period(Period(date(2022, 12, 1), date(2023, 5, 31)), MODEL) == PERIOD
    assert compute_figures(build_calculator(), UNITS, PERIOD, MODEL, PERIOD.end).previous is None
