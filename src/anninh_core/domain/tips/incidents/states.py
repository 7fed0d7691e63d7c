"""Acts on incidents, and reporters' roles in them."""

from enum import StrEnum


class IncidentChange(StrEnum):
    """An officer's act on tips of an incident."""

    JOINED = "joined"
    """The tips report the same event."""
    SEPARATED = "separated"
    """The tips don't report the same event."""


class ReporterRole(StrEnum):
    """A reporter's role in an incident, as far as it affects how they are answered."""

    WITNESS = "witness"
    """The reporter writes what happened, and can be answered with the others."""
    ACCUSER = "accuser"
    """The reporter accuses a person, and is answered alone."""
    PARTY = "party"
    """The reporter is a party to a quarrel or dispute, and is answered alone."""
