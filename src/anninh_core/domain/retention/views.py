"""Read-only views of retention; none of them identifies a person or a conversation."""

from datetime import date, datetime

from anninh_core.domain.retention.rules import PERSON_SCOPES, ErasureState
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.views import view


@view
class ErasureView:
    """A person's request to be erased, and the officer's decision about it, without the person's identity.

    Other fields are as in `Erasure`.

    Attributes:
        is_sender_known: whether the platform named the person; otherwise they have to be searched for by hand.
        is_pending: whether a decision or its execution is pending.
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
    """An export of data that were purged later, according to the audit log; the purge can't reach it.

    Attributes:
        seq: number of the audit entry.
        actor: recipient, such as `person:<id>`.
    """

    seq: int
    action: str
    actor: str
    at: datetime


@view
class PurgeOrderView:
    """An order to destroy a scope's data. Other fields are as in `PurgeOrder`.

    Attributes:
        scope: name of the scope, such as `tip:<id>`; for a person only the kind, `identity` or `conversation`.
        is_pending: whether it still has to be executed.
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
    """A case that must not be destroyed for a time, with all data belonging to it. Other fields: see `LegalHold`.

    Attributes:
        scope: the held case, such as `tip:<id>`; for a person only the kind.
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


def make_public_scope_name(scope: str) -> str:
    """Return the public name of a scope, which is only the kind for an identity or conversation."""
    kind = Ref.parse(scope).kind
    return kind if kind in PERSON_SCOPES else scope
