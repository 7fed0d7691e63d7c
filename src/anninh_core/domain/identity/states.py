"""What may be asked for of an identity, and where requests, openings and keys stand."""

from enum import StrEnum
from typing import Annotated

from anninh_core.usecase.arguments import Alias


class IdentityField(StrEnum):
    """One thing that is known of somebody.

    `WHOLE` is all of them together: what disclosures of earlier versions asked for. Nobody can ask for it any more.
    """

    NAME = "name"
    """The name."""
    ADDRESS = "address"
    """The account by which they wrote."""
    NUMBERS = "numbers"
    """Phone numbers and numbers of identity papers."""
    WHOLE = "whole"
    """All of them together, which nobody can ask for any more."""


ASKABLE = (IdentityField.NAME, IdentityField.ADDRESS, IdentityField.NUMBERS)
AskableField = Annotated[IdentityField | str, Alias("AskableField", choices="identity_fields")]
"""One thing that may be asked for: name, address or numbers."""


class DisclosureState(StrEnum):
    """Where a request for an identity stands."""

    REQUESTED = "requested"
    """It waits for approval."""
    APPROVED = "approved"
    """It may be opened."""
    REFUSED = "refused"
    """It may not be opened."""
    OPENED = "opened"
    """It was opened."""
    LAPSED = "lapsed"
    """It was not opened in time."""


class OpeningState(StrEnum):
    """Whether a second person has looked at an opening, and what they found."""

    UNREVIEWED = "unreviewed"
    """Nobody has looked at it."""
    JUSTIFIED = "justified"
    """It was right."""
    UNJUSTIFIED = "unjustified"
    """It was wrong."""


class CustodianState(StrEnum):
    """Whether details are sealed to a key."""

    PROPOSED = "proposed"
    """A second officer has to confirm it."""
    ACTIVE = "active"
    """Details are sealed to it."""
    ENDED = "ended"
    """Nothing is sealed to it any more."""
