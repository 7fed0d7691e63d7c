"""What of retention may leave: whose a wish or a conversation is, is told by none of it."""

from datetime import date, datetime

from anninh_core.domain.retention.rules import PERSON_SCOPES, ErasureState
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.views import view


@view
class ErasureView:
    """A person's request to be erased, and the officer's decision about it; who it is, isn't said.

    Attributes:
        unit: the unit they belonged to when they asked.
        asked_at: when they asked, as far as the platform says; `received_at` when it reached us: time counts from then.
        is_sender_known: whether the platform said who asked; else they are looked for by hand.
        is_pending: whether something is still to be done about it.
        decided_by: officer who granted or refused it.
        done_at: when the last of it was destroyed.
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
    """An order to destroy what a scope sealed.

    Attributes:
        scope: of what, such as `tip:<id>`; of a person only the kind, `identity` or `conversation`.
        reason: reason code, such as `retention` or `request`.
        due_at: not carried out before; until then a legal hold cancels it. None in orders of earlier versions.
        begun_at: from when on no legal hold cancels it.
        clock: kind of data whose time was over, "" where a person ordered it.
        purged_at: when an earlier order about the same scope was carried out.
        is_pending: whether it is still to be carried out.
        handed_out: what left the house before.
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
    """A case that must not be destroyed meanwhile, with all that hangs on it.

    Attributes:
        scope: the case held, such as `tip:<id>`; of a person only the kind.
        reason: on whose demand and why, in words.
        review_on: day on which somebody looks whether it is still needed.
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
