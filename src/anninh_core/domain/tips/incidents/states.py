"""What joins an incident, and how a reporter is answered."""

from enum import StrEnum


class IncidentChange(StrEnum):
    """What an officer did with tips of an incident."""

    JOINED = "joined"
    """They report the same event."""
    SEPARATED = "separated"
    """They don't."""


class ReporterRole(StrEnum):
    """What a reporter is to an incident, as far as it decides how they are answered."""

    WITNESS = "witness"
    """They report what happened, and can be answered with the others."""
    ACCUSER = "accuser"
    """They accuse a person; they are answered alone."""
    PARTY = "party"
    """They are a party to a quarrel or dispute; they are answered alone."""
