"""The fields of an identity, and the states of requests, openings and keys."""

from enum import StrEnum
from typing import Annotated

from anninh_core.usecase.arguments import Alias


class IdentityField(StrEnum):
    """A field of a person's identity.

    `WHOLE` is all fields together, as disclosures of earlier versions requested. It can't be requested any more.
    """

    NAME = "name"
    """The person's name."""
    ADDRESS = "address"
    """The account from which the person wrote."""
    NUMBERS = "numbers"
    """Phone numbers and numbers of identity papers."""
    WHOLE = "whole"
    """All fields together, which can't be requested any more."""


ASKABLE = (IdentityField.NAME, IdentityField.ADDRESS, IdentityField.NUMBERS)
AskableField = Annotated[IdentityField | str, Alias("AskableField", choices="identity_fields")]
"""A field that may be requested: name, address or numbers."""


class DisclosureState(StrEnum):
    """State of a request for an identity."""

    REQUESTED = "requested"
    """The request waits for approval."""
    APPROVED = "approved"
    """The requested field may be opened."""
    REFUSED = "refused"
    """The requested field may not be opened."""
    OPENED = "opened"
    """The requested field was opened."""
    LAPSED = "lapsed"
    """The request was not decided, or its field not opened, in time."""


class OpeningState(StrEnum):
    """State of the review of an emergency opening."""

    UNREVIEWED = "unreviewed"
    """The opening isn't reviewed yet."""
    JUSTIFIED = "justified"
    """The opening was right."""
    UNJUSTIFIED = "unjustified"
    """The opening was wrong."""


class CustodianState(StrEnum):
    """State of a custodian's key."""

    PROPOSED = "proposed"
    """A second officer has to confirm the key."""
    ACTIVE = "active"
    """Details are encrypted to the key."""
    ENDED = "ended"
    """Nothing is encrypted to the key any more."""
