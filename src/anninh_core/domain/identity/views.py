"""What of identities may leave: one field by a disclosure, an address in an emergency, and who asked for what and why.

Whose identity it is about stands in no other view: a disclosure names its case.
"""

from datetime import datetime

from anninh_core.domain.identity.states import CustodianState, DisclosureState, IdentityField, OpeningState
from anninh_core.usecase.views import view


@view(listed=("id", "state", "case", "field", "ends_at", "purpose"))
class DisclosureView:
    """One officer's request for one field of a resident's identity, and another one's decision.

    Other fields are as in `Disclosure`.

    Attributes:
        purpose: why it is needed, in words; `ground` the rule of law that allows it.
        requested_by, decided_by: ids of officers.
        ends_at: when it lapses unless somebody decides, or looks, before; None if it is done with.
        is_open: whether somebody has still to decide, or may still look.
        until: the field may be read before this moment; `opened_at` when it was, once.
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
    """What a disclosure opened; fields that weren't asked for are empty. Other fields are as in `RevealedIdentity`.

    Attributes:
        messenger, address: where they write from: the messenger's name here, and the platform's own id.
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
        marked_by: id of the officer who had marked the case as an emergency; "" where its words did, None where nobody
            knows.
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
    """What an emergency opens, and nothing more: messenger, and the platform's own id.

    Fields are as in `OpenedAddress`.
    """

    opening: str
    messenger: str
    address: str


@view
class CustodianView:
    """A key to which names are sealed, and who holds its private half. Other fields are as in `Custodian`.

    Attributes:
        id: of the key: people compare it with what the holder's own machine shows.
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
