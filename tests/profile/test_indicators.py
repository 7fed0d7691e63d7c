"""A profile may define its own indicators; one that can't be counted is refused when the profile is loaded."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from anninh_core.kernel.errors import BadProfile
from anninh_core.profile.build import build_district
from anninh_core.profile.loader import read_profile
from anninh_core.profile.source import ProfileSource
from anninh_core.vocabulary.district import District

TINH_MAU = Path(__file__).parents[2] / "examples" / "own_indicators" / "tinh_mau"
CRIME = {"counter": "tips_received", "only": {"category": "crime"}}


def build_changed_district(*path: str | int, value: Any) -> District:
    """Return the district of the example profile with one value changed."""
    source = read_profile(TINH_MAU)
    data = deepcopy(dict(source.data))
    at: Any = data
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return build_district(ProfileSource(source.name, data, source.files, source.foreign, source.foreign_names))


CASES: list[tuple[tuple[str | int, ...], Any, str, str]] = [
    # Each row has a path, its new value, the place that the refusal names, and words that must occur in it.
    (
        ("indicators", "urges"),
        {"measure": "tip", "counts": [CRIME]},
        "indicators.urges",
        "'urges' is the id of a built-in indicator",
    ),
    (
        ("indicators", "crime_tips", "counts"),
        [{"counter": "tips_recieved"}],
        "indicators.crime_tips.counts",
        "did you mean 'tips_received'?",
    ),
    (
        ("indicators", "crime_tips", "counts"),
        [{"counter": "tips_received", "only": {"category": "crimes"}}],
        "indicators.crime_tips.counts",
        "did you mean 'crime'?",
    ),
    (
        ("indicators", "crime_tips", "counts"),
        [{"counter": "tips_received", "only": {"outcome": "unfounded"}}],
        "indicators.crime_tips.counts",
        "counter 'tips_received' has no dimension 'outcome'",
    ),
    (
        ("indicators", "crime_tips", "split"),
        "kind",
        "indicators.crime_tips.split",
        "counter 'tips_received' has no dimension 'kind'",
    ),
    (
        ("indicators", "crime_tips", "measure"),
        "sack",
        "indicators.crime_tips",
        "'measure.sack' is missing",
    ),
    (("indicators", "crime_tips", "counts"), [], "indicators.crime_tips.counts", "list at least one"),
    (("indicators", "Crime"), {"measure": "tip", "counts": [CRIME]}, "indicators", "small letters"),
    (
        ("templates", "bieu-03", "sections", 0, "indicators"),
        ["crime_tip"],
        "templates.bieu-03.sections.1.indicators",
        "did you mean 'crime_tips'?",
    ),
    (
        ("templates", "bieu-03", "sections", 0, "text"),
        "{crime_tip} tin",
        "templates.bieu-03.sections.1.text",
        "did you mean 'crime_tips'?",
    ),
    (("templates", "bieu-03", "sections", 0, "chart"), "tips", "templates.bieu-03.sections.1.chart", "no indicator"),
]


@pytest.mark.parametrize(("path", "value", "place", "words"), CASES)
def test_uncountable_indicator_is_refused(path: tuple[str | int, ...], value: Any, place: str, words: str) -> None:
    """An indicator that can't be counted is refused with its place and a way out, since otherwise it would be 0 in a
    signed paper.
    """
    with pytest.raises(BadProfile) as caught:
        build_changed_district(*path, value=value)

    assert place in str(caught.value)
    assert words in str(caught.value)


def test_item_indicators_use_outgoing_categories() -> None:
    """Indicators of published items use the outgoing categories, not the incoming ones."""
    district = build_changed_district(
        "indicators",
        "crime_tips",
        "counts",
        value=[{"counter": "items_published", "only": {"category": "crime_warning"}}],
    )

    (term,) = district.indicators["crime_tips"].counts
    assert term.fits({"category": "crime_warning"})
    assert not term.fits({"category": "crime"})
