"""What units are called where several of one name stand side by side."""

from collections.abc import Mapping

from anninh_core.vocabulary.units import Unit


def label_units(units: Mapping[str, Unit]) -> Mapping[str, str]:
    """Return, by id, each unit's name, with that of the unit above where others bear the same one."""
    namesakes: dict[str, list[Unit]] = {}
    for unit in units.values():
        namesakes.setdefault(unit.name, []).append(unit)
    return {
        unit.id: f"{unit.name}, {units[unit.parent].name}"
        if unit.parent is not None and any(_stand_together(unit, other) for other in namesakes[unit.name])
        else unit.name
        for unit in units.values()
    }


def _stand_together(unit: Unit, other: Unit) -> bool:
    """Tell whether two units below different ones exist on some of the same days."""
    exist_together = unit.valid_from <= other.valid_to and other.valid_from <= unit.valid_to
    return other.parent != unit.parent and exist_together
