"""Pure rules that find tips which may report the same incident. Only paging uses these rules: an officer joins tips."""

from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.sorting.location_question import suggest_places
from anninh_core.domain.tips.sorting.places import distance_km
from anninh_core.vocabulary.district import District


def is_same_area(district: District, unit: str, first: Tip | None, tip: Tip) -> bool:
    """Return whether two tips may have happened in the same area: one place contains the other, or they are near.

    A district isn't a place: a tip with a place known only as the district is in no commune's area. A commune that is
    only named in the text is compared as well, even if it isn't certain.

    Args:
        district: district with the units.
        unit: unit with the officers who were paged.
        first: first tip about which they were paged; None if it can't be read.
        tip: the other tip.
    """
    if first is not None and first.point is not None and tip.point is not None:
        return distance_km(first.point, tip.point) <= district.duty.incident_km
    if unit == tip.unit:
        communes_per_tip = {
            frozenset(_list_communes(district, named_tip)) for named_tip in (first, tip) if named_tip is not None
        } - {frozenset()}
        return _is_place(district, unit) or len(communes_per_tip) < 2
    if _is_place(district, unit) and _is_place(district, tip.unit):
        return district.is_within(unit, tip.unit) or district.is_within(tip.unit, unit)
    communes = _list_communes(district, tip)
    return _is_place(district, unit) and communes == {district.counting_unit(unit)}


def _list_communes(district: District, tip: Tip) -> set[str]:
    """Return the communes that a tip's text may mean."""
    return {district.counting_unit(place.unit) for place in suggest_places(district, tip)}


def _is_place(district: District, unit: str) -> bool:
    """Return whether a unit is a commune or a part of one."""
    return district.levels[district.units[district.counting_unit(unit)].level].counts
