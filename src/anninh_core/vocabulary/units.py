"""The units of a district: nodes of a tree that changes over time."""

from collections.abc import Mapping
from datetime import date

from attrs import frozen


@frozen(kw_only=True)
class Unit:
    """An administrative unit of a district, a node of the unit tree.

    Attributes:
        id: the system's own id, stable for ever. Official codes are re-used in reality and identify nothing.
        level: one of the profile's levels, such as `commune`.
        kind: its kind within the level: township, police, mass_organisation, residential_area, …
        head: title of the responsible head.
        documents: symbol used in document numbers, such as `BCĐ138`.
        aliases: other names that people use for it, old names included.
        lat, lon: its centre, in degrees of WGS 84; None if the profile doesn't give it.
        radius_km: approximate radius around the centre.
    """

    id: str
    name: str
    level: str
    kind: str
    parent: str | None = None
    code: str = ""
    head: str = ""
    documents: str = ""
    valid_from: date = date.min
    valid_to: date = date.max
    aliases: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    radius_km: float | None = None

    def exists_on(self, day: date) -> bool:
        """Return whether the unit exists on `day`."""
        return self.valid_from <= day <= self.valid_to


@frozen
class Succession:
    """The change of a unit into another unit, by a merger, a split or a new name."""

    unit: str
    into: str
    on: date
    how: str  # The value is "merged", "split" or "renamed".
    source: str = ""


@frozen
class UnitLevel:
    """A level of the unit tree. `counts` marks the level at which reports count (the commune)."""

    id: str
    name: str
    counts: bool = False


def label_units(units: Mapping[str, Unit]) -> Mapping[str, str]:
    """Return unit id -> name; the parent's name follows if several units have the same name."""
    namesakes: dict[str, list[Unit]] = {}
    for unit in units.values():
        namesakes.setdefault(unit.name, []).append(unit)
    return {
        unit.id: f"{unit.name}, {units[unit.parent].name}"
        if unit.parent is not None
        and any(_coexist_with_different_parents(unit, other) for other in namesakes[unit.name])
        else unit.name
        for unit in units.values()
    }


def _coexist_with_different_parents(unit: Unit, other: Unit) -> bool:
    """Return whether two units with different parents exist on some of the same days."""
    exist_together = unit.valid_from <= other.valid_to and other.valid_from <= unit.valid_to
    return other.parent != unit.parent and exist_together
