"""Read-only views of disclosures, emergency openings and custodians.

Only a revealed field and an opened address identify a person: the other views name the case instead.
"""

from datetime import datetime

from anninh_core.domain.identity.states import CustodianState, DisclosureState, IdentityField, OpeningState
from anninh_core.usecase.views import view


@view(listed=("id", "state", "case", "field", "ends_at", "purpose"))
class DisclosureView:
    """An officer's request for one field of a resident's identity, and another officer's decision.

    Other fields are as in `Disclosure`.

    Attributes:
        purpose: why it is needed, in words; `ground` has the rule of law that allows it.
        requested_by, decided_by: ids of officers.
        ends_at: when it lapses without a decision or access; None after it was refused, opened or has lapsed.
        is_open: whether a decision is pending, or the approved field may still be read.
        until: end of the time in which the field may be read; `opened_at` is when it was read, once.
    """

    id: str
    version: int
    unit: str
    case: str
    field: IdentityField
    purpose: str
    ground: str
    requested_by: str
    requested_at: datetime
    state: DisclosureState
    is_open: bool
    ends_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    until: datetime | None
    opened_at: datetime | None
    lapsed_at: datetime | None


@view
class RevealedIdentityView:
    """The identity field that a disclosure opened; fields not requested are empty. Others are as in `RevealedIdentity`.

    Attributes:
        messenger, address: the person's address: our name of the messenger, and the platform's own id.
        numbers: phone numbers and numbers of identity papers.
    """

    field: IdentityField
    name: str
    messenger: str
    address: str
    numbers: tuple[str, ...]


@view
class EmergencyOpeningView:
    """A delivery address that one officer opened alone, since danger didn't wait for a second person.

    Other fields are as in `EmergencyOpening`.

    Attributes:
        marked_by: id of the officer who had marked the case as an emergency; "" if its text did, None if unknown.
    """

    id: str
    version: int
    unit: str
    case: str
    reason: str
    opened_by: str
    opened_at: datetime
    due_at: datetime
    state: OpeningState
    reviewed_by: str
    reviewed_at: datetime | None
    marked_by: str | None


@view
class OpenedAddressView:
    """The result of an emergency opening: messenger, and the platform's own id of the account.

    Fields are as in `OpenedAddress`.
    """

    opening: str
    messenger: str
    address: str


@view
class CustodianView:
    """A key to which names are encrypted, and the holder of its private half. Other fields are as in `Custodian`.

    Attributes:
        id: of the key: people compare it with the id on the holder's own machine.
    """

    id: str
    version: int
    unit: str
    officer: str
    is_recovery: bool
    proposed_by: str
    proposed_at: datetime
    state: CustodianState
    confirmed_by: str
    since: datetime | None
    ended_by: str
    until: datetime | None
