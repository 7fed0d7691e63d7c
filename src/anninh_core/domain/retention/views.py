"""What of retention may leave: whose a wish or a conversation is, is told by none of it."""

from datetime import date, datetime

from anninh_core.domain.retention.rules import PERSON_SCOPES, ErasureState
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.views import view


@view
class ErasureView:
    """A person's request to be erased, and the officer's decision about it; who it is, isn't said.

    Other fields are as in `Erasure`.

    Attributes:
        is_sender_known: whether the platform said who asked; else they are looked for by hand.
        is_pending: whether something is still to be done about it.
    """

    id: str
    version: int
    unit: str
    asked_at: datetime
    received_at: datetime
    state: ErasureState
    is_sender_known: bool
    is_pending: bool
    decided_by: str
    decided_at: datetime | None
    done_at: datetime | None


@view
class HandedOut:
    """What left the house of something that was purged, as the journal has it: no purge reaches it.

    Attributes:
        seq: number of the journal's line.
        actor: to whom, such as `person:<id>`.
    """

    seq: int
    action: str
    actor: str
    at: datetime


@view
class PurgeOrderView:
    """An order to destroy what a scope sealed. Other fields are as in `PurgeOrder`.

    Attributes:
        scope: of what, such as `tip:<id>`; of a person only the kind, `identity` or `conversation`.
        is_pending: whether it is still to be carried out.
    """

    scope: str
    version: int
    unit: str
    reason: str
    ordered_by: str
    ordered_at: datetime
    due_at: datetime | None
    begun_at: datetime | None
    cancelled_at: datetime | None
    done_at: datetime | None
    clock: str
    purged_at: datetime | None
    is_pending: bool
    handed_out: tuple[HandedOut, ...]


@view
class LegalHoldView:
    """A case that must not be destroyed meanwhile, with all that hangs on it. Other fields are as in `LegalHold`.

    Attributes:
        scope: the case held, such as `tip:<id>`; of a person only the kind.
    """

    id: str
    version: int
    unit: str
    scope: str
    reason: str
    by: str
    since: date
    review_on: date
    released_on: date | None
    released_by: str


def show_scope(scope: str) -> str:
    """Return how a scope is called outside: of somebody's identity or conversation only the kind."""
    kind = Ref.parse(scope).kind
    return kind if kind in PERSON_SCOPES else scope
