"""Nothing is stored in clear of which the threat model doesn't say what it tells, whom, and until when."""

from collections import Counter

from attrs import evolve
from tests.docs.clear_values import clear_values, find_places

from anninh_core.domain.clear_values import CLEAR_VALUES
from anninh_core.domain.index_specs import SPECS

PLACES = Counter(place for value in CLEAR_VALUES for place in value.places)
BESIDE_THE_DATABASE = {"files: names", "files: sizes", "files: times", "bodies: sizes"}


def test_every_column_has_a_line() -> None:
    """And no line is about a column that isn't there."""
    assert {*find_places(SPECS)} == {*PLACES} - BESIDE_THE_DATABASE


def test_no_column_has_two() -> None:
    """Else one of them would say less than the other."""
    assert [place for place, count in PLACES.items() if count > 1] == []


def test_a_new_column_is_missed() -> None:
    """Of a kind, with one value or with several."""
    grown = evolve(SPECS[0], columns={**SPECS[0].columns, "colour": str}, multi=("friend",))
    assert {*find_places((grown,))} - {*PLACES} == {"account.colour", "account.friend"}


def test_the_table_shows_each() -> None:
    """With what it tells."""
    shown = clear_values()
    assert [value.places for value in CLEAR_VALUES if value.reveals not in shown] == []
    assert shown.count("\n") == len(CLEAR_VALUES) + 1
