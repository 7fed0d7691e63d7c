"""The threat model describes every value stored in clear: what it reveals, to whom, and until when."""

from collections import Counter

from attrs import evolve
from tests.docs.clear_values import clear_values, find_places

from anninh_core.domain.clear_values import CLEAR_VALUES
from anninh_core.domain.index_specs import SPECS

PLACES = Counter(place for value in CLEAR_VALUES for place in value.places)
BESIDE_THE_DATABASE = {"files: names", "files: sizes", "files: times", "bodies: sizes"}


def test_table_lists_exactly_the_columns() -> None:
    """The threat model's table has every column that is stored in clear, and no other."""
    assert {*find_places(SPECS)} == {*PLACES} - BESIDE_THE_DATABASE


def test_no_column_is_listed_twice() -> None:
    """No column is in two rows of the threat model's table, which could contradict each other."""
    assert [place for place, count in PLACES.items() if count > 1] == []


def test_new_column_is_found_missing() -> None:
    """A new column of a kind of record, with one value or several, is reported if the threat model's table lacks it."""
    grown = evolve(SPECS[0], columns={**SPECS[0].columns, "colour": str}, multi=("friend",))
    assert {*find_places((grown,))} - {*PLACES} == {"account.colour", "account.friend"}


def test_table_shows_what_values_reveal() -> None:
    """The threat model's table shows what each value in clear reveals."""
    text = clear_values()
    assert [value.places for value in CLEAR_VALUES if value.reveals not in text] == []
    assert text.count("\n") == len(CLEAR_VALUES) + 1
