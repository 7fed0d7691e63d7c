"""Settings of a profile for searching."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from anninh_core.profile.build import build_district
from anninh_core.profile.source import ProfileSource
from anninh_core.vocabulary.district import District

Change = Callable[[dict[str, Any]], None]


def build_with_tables(source: ProfileSource, **tables: Any) -> District:
    return build_district(ProfileSource("x", {**deepcopy(dict(source.data)), **tables}))


@pytest.mark.parametrize("mode", ["scan", "tokens"])
def test_a_profile_names_the_mode_of_search(source: ProfileSource, mode: str) -> None:
    """A profile chooses one of two search modes."""
    assert build_with_tables(source, search={"mode": mode}).search_mode == mode


def test_default_search_mode_is_scan(source: ProfileSource) -> None:
    """Without a setting the search mode is "scan", which stores nothing about the words."""
    assert build_with_tables(source).search_mode == "scan"


def test_unknown_search_mode_is_refused(refuse_change: Callable[[Change], str]) -> None:
    """An unknown search mode is refused, and the refusal names the two modes."""
    message = refuse_change(lambda data: data.update(search={"mode": "rank"}))
    assert "search.mode" in message
    assert "'scan'" in message


def test_informal_words_are_folded(source: ProfileSource) -> None:
    """The informal words of a profile are compared without regard to capitals and accents."""
    assert build_with_tables(source, teen_code={"Kô": "không", "ĐC": "được"}).teen_code == {"ko": "không", "dc": "được"}
