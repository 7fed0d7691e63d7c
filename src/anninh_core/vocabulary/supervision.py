"""Rules for which unit handles reports that accuse an authority. The profile defines them; the parent in the unit tree
doesn't matter.
"""

from enum import StrEnum

from attrs import frozen


class AccusedKind(StrEnum):
    """Kind of person or office that a report accuses of a wrong."""

    POLICE = "police"
    """The police of a unit, or one of its officers."""
    GOVERNMENT = "government"
    """The government of a unit, or one of its leaders."""
    OFFICIAL = "official"
    """Another official: of a hamlet, an association, a school."""


@frozen(kw_only=True)
class SupervisionRule:
    """A rule that sets who handles reports that accuse certain units.

    Attributes:
        accused: kinds of accused that it applies to.
        units: ids of the accused units; () for those of `levels`.
        levels: levels of the accused units.
        supervised_by: id of the unit that handles them; "" if no unit of the tree does.
        contact: name and place of the outside office to refer reporters to; "" if a unit handles them.
    """

    accused: tuple[AccusedKind, ...]
    units: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    supervised_by: str = ""
    contact: str = ""
