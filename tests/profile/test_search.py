"""What a profile says about searching."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from anninh_core.profile.build import build_district
from anninh_core.profile.source import ProfileSource
from anninh_core.vocabulary.district import District

Change = Callable[[dict[str, Any]], None]


def build(source: ProfileSource, **tables: Any) -> District:
    return build_district(ProfileSource("x", {**deepcopy(dict(source.data)), **tables}))


@pytest.mark.parametrize("mode", ["scan", "tokens"])
def test_a_profile_names_the_mode_of_search(source: ProfileSource, mode: str) -> None:
    """One of two."""
    assert build(source, search={"mode": mode}).search_mode == mode


def test_bodies_are_opened_unless_a_profile_says_otherwise(source: ProfileSource) -> None:
    """The mode that stores nothing about the words."""
    assert build(source).search_mode == "scan"


def test_there_is_no_third_mode(refusal: Callable[[Change], str]) -> None:
    """The refusal names those there are."""
    message = refusal(lambda data: data.update(search={"mode": "rank"}))
    assert "search.mode" in message
    assert "'scan'" in message


def test_informal_words_are_folded(source: ProfileSource) -> None:
    """A profile may write them with capitals and accents; they are compared without."""
    assert build(source, teen_code={"Kô": "không", "ĐC": "được"}).teen_code == {"ko": "không", "dc": "được"}
