"""Which tips may report one incident. Pure; paging alone goes by it, and a person joins."""

from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.sorting.location_question import suggest_places
from anninh_core.domain.tips.sorting.places import distance_km
from anninh_core.vocabulary.district import District


def is_same_area(district: District, unit: str, first: Tip | None, tip: Tip) -> bool:
    """Return whether a tip happened where those paged in a unit did: one place contains the other, or both are near.

    A district isn't a place: what is only known to be somewhere in it is in no commune's area. Where the words name one
    place, though not for certain, that is compared as well.

    Args:
        district: whose units.
        unit: unit whose officers are paged.
        first: tip that they were paged about first; None where it can't be read.
        tip: the other one.
    """
    if first is not None and first.point is not None and tip.point is not None:
        return distance_km(first.point, tip.point) <= district.duty.incident_km
    if unit == tip.unit:
        named = {frozenset(_list_named(district, each)) for each in (first, tip) if each is not None} - {frozenset()}
        return _is_place(district, unit) or len(named) < 2
    if _is_place(district, unit) and _is_place(district, tip.unit):
        return district.is_within(unit, tip.unit) or district.is_within(tip.unit, unit)
    named_units = _list_named(district, tip)
    return _is_place(district, unit) and named_units == {district.counting_unit(unit)}


def _list_named(district: District, tip: Tip) -> set[str]:
    """Return the communes that the words of a tip may mean."""
    return {district.counting_unit(place.unit) for place in suggest_places(district, tip)}


def _is_place(district: District, unit: str) -> bool:
    """Return whether a unit is a commune or a part of one."""
    return district.levels[district.units[district.counting_unit(unit)].level].counts
