"""Who supervises whom, and for what kind of accusation: data of the profile, not the parent in the tree."""

from enum import StrEnum

from attrs import frozen


class AccusedKind(StrEnum):
    """Whom a report accuses of a wrong."""

    POLICE = "police"
    """The police of a unit, or one of its officers."""
    GOVERNMENT = "government"
    """The government of a unit, or one of its leaders."""
    OFFICIAL = "official"
    """Another official: of a hamlet, an association, a school."""


@frozen(kw_only=True)
class SupervisionRule:
    """Who handles reports that accuse some units.

    Attributes:
        accused: kinds of accused that it is for.
        units: ids of the accused units; () for those of `levels`.
        levels: levels of the accused units.
        supervised_by: id of the unit that handles them; "" where none of the tree does.
        contact: name and place of the office outside to which reporters are pointed; "" where a unit handles them.
    """

    accused: tuple[AccusedKind, ...]
    units: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    supervised_by: str = ""
    contact: str = ""
