"""Zalo's responses about groups are parsed in every form."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_zalo.groups.values import (
    parse_day,
    parse_flag,
    parse_text,
    parse_whole_number,
    read_asset,
    read_group,
    read_member,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = (
    *("group_id", "name", "group_link", "status", "total_member", "max_member", "auto_delete_date", "asset_info"),
    *("group_info", "group_setting", "asset_id", "asset_type", "valid_through", "auto_renew", "used_id", "user_id"),
)


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_any_group_response_is_parsed(data: dict[str, Any]) -> None:
    """Any response about groups is parsed without an error, and invalid values are left out."""
    assert isinstance(read_group(data).id, str)
    assert isinstance(read_asset(data).used, bool)
    assert isinstance(read_member(data).user_id, str)


@given(st.dates(date(1971, 1, 1), date(9999, 12, 31)))
def test_days_are_read_in_both_forms(given_day: date) -> None:
    """A day is parsed in the documented form, and from the milliseconds of that day in Vietnam."""
    assert parse_day(f"{given_day:%d/%m/}{given_day.year:04}") == given_day
    assert parse_day(given_day.isoformat()) == given_day


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("31/12/2026", date(2026, 12, 31)),
        ("2026-12-31T00:00:00", date(2026, 12, 31)),
        (1798650000000, date(2026, 12, 31)),
        ("1798650000000", date(2026, 12, 31)),
        ("31/02/2026", None),
        (10**15, None),
        (0, None),
        ("", None),
        (None, None),
        (True, None),
    ],
)
def test_invalid_days_are_left_out(value: object, read: date | None) -> None:
    """An invalid day is parsed as None."""
    assert parse_day(value) == read


def test_numbers_and_switches_are_parsed_from_text() -> None:
    """Numbers and switches are parsed from text too, and invalid ones give None."""
    assert [parse_whole_number(value) for value in ("12", 12, " 7 ", "-1", -1, True, "x", "²", 1.5)] == [
        12,
        12,
        7,
        *[None] * 6,
    ]
    assert [parse_flag(value) for value in (True, "true", 1)] == [True] * 3
    assert [parse_flag(value) for value in (False, "0", "False")] == [False] * 3
    assert [parse_flag(value) for value in (2, None, "")] == [None] * 3
    assert [parse_text(value) for value in (5, " a ", None, True)] == ["5", "a", "", ""]


def test_missing_group_values_stay_unknown() -> None:
    """Values that a response lacks stay unknown, and don't make a group count as disabled."""
    bare = read_group({"group_id": 77})
    flat = read_group({"group_id": "g", "group_name": "To\u0302\u0309 1", "status": "DISABLED"})

    assert (bare.id, bare.enabled, bare.members, bare.asset, dict(bare.switches)) == ("77", True, None, None, {})
    assert (flat.name, flat.enabled) == ("Tổ 1", False)
    assert read_asset({"asset_id": "a", "status": "disabled"}).used
    assert not read_asset({"asset_id": "a", "status": "Available"}).used
