"""The conditions of routing rules decide the route of a tip, and each condition is explained."""

from datetime import UTC, date, datetime, time

import pytest
from attrs import evolve
from tests.domain.tips.sorting.test_duplicates import build_tip

from anninh_core.domain.tips.sorting.routing import explain_route, simulate_rules, suggest_route
from anninh_core.kernel.worktime import WorkCalendar
from anninh_core.testing.apps import shipped_district
from anninh_core.vocabulary.rules import HourSpan, RoutingRule

NIGHT = datetime(2021, 9, 1, 16, 30, tzinfo=UTC)  # 23:30 on a Wednesday in Vietnam
TIP = evolve(
    build_tip(1, text="Có đám đánh bạc ở quán nước", unit="ninh-hoa/kdc-1"),
    received_at=NIGHT,
    legal_kind="crime_report",
)
LAST = RoutingRule(id="own", to="own", reason="the rest stays")


def is_sent_to_police(**conditions: object) -> bool:
    """Return whether a rule with these conditions sends the tip to the police."""
    rule = RoutingRule(id="first", to="cong-an", reason="thử", **conditions)  # type: ignore[arg-type]
    return suggest_route(shipped_district(), TIP, (rule, LAST)).unit == "cong-an"


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"categories": frozenset({"crime"})},
        {"legal_kinds": frozenset({"crime_report", "feedback"})},
        {"emergency": False},
        {"areas": frozenset({"ninh-hoa"})},
        {"areas": frozenset({"hoa-lu"})},
        {"areas": frozenset({"ninh-an", "ninh-hoa/kdc-1"})},
        {"hours": (HourSpan(time(22), time(6)),)},
        {"hours": (HourSpan(time(7), time(11)), HourSpan(time(23), time(0)))},
        {"weekdays": frozenset({2})},
        {"holiday": False},
        {"words": ("danh bac",)},
        {"words": ("ma tuy", "quan nuoc"), "hours": (HourSpan(time(22), time(6)),), "areas": frozenset({"ninh-hoa"})},
    ],
)
def test_a_rule_matches_where_its_conditions_hold(conditions: dict[str, object]) -> None:
    """A rule matches if the tip's kind, area or a superior area, Vietnamese time, weekday and words meet its
    conditions.
    """
    assert is_sent_to_police(**conditions)


@pytest.mark.parametrize(
    "conditions",
    [
        {"legal_kinds": frozenset({"feedback"})},
        {"emergency": True},
        {"areas": frozenset({"ninh-an"})},
        {"areas": frozenset({"ninh-hoa/kdc-2"})},
        {"hours": (HourSpan(time(6), time(22)),)},
        {"weekdays": frozenset({0, 1, 3, 4, 5, 6})},
        {"holiday": True},
        {"words": ("bac",), "categories": frozenset({"fire"})},
        {"words": ("anh b",)},
    ],
)
def test_rule_with_unmet_condition_does_not_match(conditions: dict[str, object]) -> None:
    """A rule with one unmet condition doesn't match, and a word must match as a whole word."""
    assert not is_sent_to_police(**conditions)


def test_holidays_are_those_of_the_calendar() -> None:
    """A condition on holidays follows the district's calendar."""
    calendar = WorkCalendar(holidays=frozenset({date(2021, 9, 1)}), always_on=True)
    rule = RoutingRule(id="first", to="cong-an", reason="thử", holiday=True)
    district = evolve(shipped_district(), calendar=calendar)
    assert suggest_route(district, TIP, (rule, LAST)).unit == "cong-an"


def test_each_condition_is_explained() -> None:
    """The explanation of a rule has each condition with the tip's value and whether it holds."""
    rule = RoutingRule(
        id="night",
        to="cong-an",
        reason="thử",
        areas=frozenset({"ninh-an"}),
        hours=(HourSpan(time(22), time(6)),),
        emergency=True,
    )
    first, last = explain_route(shipped_district(), TIP, (rule, LAST))
    assert first.conditions == (
        "emergency is yes: no",
        "unit ninh-hoa/kdc-1 in ninh-an or below: no",
        "received 23:30 in 22:00-06:00: yes",
    )
    assert (first.matches, last.matches, last.conditions) == (False, True, ())


def test_a_simulation_keeps_counts_and_few_examples() -> None:
    """A simulation over thousands of tips keeps the counts and only a few examples."""
    tips = (evolve(TIP, id=f"t{number}", unit="ninh-hoa" if number % 2 else "ninh-an") for number in range(3000))
    simulation = simulate_rules(shipped_district(), tips, (LAST,), examples=5)
    assert (simulation.tips, simulation.moved, len(simulation.items)) == (3000, 3000, 5)
    assert simulation.table == (("cong-an", "ninh-an", 1500), ("cong-an", "ninh-hoa", 1500))
