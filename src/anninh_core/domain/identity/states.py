"""What may be asked for of an identity, and where requests, openings and keys stand."""

from enum import StrEnum


class IdentityField(StrEnum):
    """One thing that is known of somebody.

    `WHOLE` is all of them together: what disclosures of earlier versions asked for. Nobody can ask for it any more.
    """

    NAME = "name"
    ADDRESS = "address"
    NUMBERS = "numbers"
    WHOLE = "whole"


class DisclosureState(StrEnum):
    """Where a request for an identity stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    OPENED = "opened"
    LAPSED = "lapsed"


class OpeningState(StrEnum):
    """Whether a second person has looked at an opening, and what they found."""

    UNREVIEWED = "unreviewed"
    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


class CustodianState(StrEnum):
    """Whether details are sealed to a key."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    ENDED = "ended"
