"""Rules for which failures an officer sees: those of the granted units, without the cases from which the officer is
excluded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from attrs import frozen

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.registry import KINDS
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.failures.listing import DeliveryFailure
from anninh_core.ports.storages.queues import InboxRow, OutboxRow
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.outbox_message import find_recipient
from anninh_core.usecase.read_session import ReadSession

R = TypeVar("R", bound=InboxRow | OutboxRow)
_SEE = "failures.list"
_ROW = "row"  # The same word names a row of either queue: an error must not reveal which queue holds the row.
_KINDS: Mapping[str, Kind[Any]] = {kind.name: kind for kind in KINDS}


@frozen
class _Audience:
    """The units that handle a message, and the reason why it is hidden from the actor: "" if it is visible."""

    units: tuple[str, ...]
    hidden_as: str


def check_cause_visible(session: ReadSession, cause: str) -> None:
    """Check that the record for which messages were sent (`kind:id`) exists, and that the actor may see it.

    Raises:
        Refused: the permission holds nowhere.
        NotVisible: it doesn't exist, belongs to another unit, or excludes the actor: the actor doesn't learn which.
    """
    permitted = session.permitted_units()
    ref = Ref.parse(cause)
    record = session.context.storage.records.get(ref.kind, ref.id) if ref.kind in _KINDS else None
    if record is None:
        raise session.build_withheld_error(ref.kind, ref.id, "there is none")
    if permitted is not None and record.unit not in permitted:
        raise session.build_withheld_error(ref.kind, ref.id, f"it belongs to {record.unit}", unit=record.unit)
    if session.is_excluded(_KINDS[ref.kind], ref.id):
        truth = f"{session.actor.label} is excluded from it by a conflict of interest"
        raise session.build_withheld_error(ref.kind, ref.id, truth, unit=record.unit)
    session.permit(record.unit)


def require_visible(session: ReadSession, id: str, row: R | None) -> R:
    """Return `row` if it exists and the actor may see it.

    Args:
        id: id that the actor used.

    Raises:
        Refused: the permission holds nowhere.
        NotVisible: there is no such row, it belongs to another unit, or to a case that excludes the actor: the actor
            doesn't learn which.
    """
    permitted = session.permitted_units()
    if row is None:
        raise session.build_withheld_error(_ROW, id, "there is none", _SEE)
    if isinstance(row, OutboxRow):
        audience = _find_audience(session, permitted, row.cause, find_recipient(session.context, row))
    else:
        audience = _find_audience(session, permitted, "", row.conversation)
    if audience.hidden_as:
        raise session.build_withheld_error(_ROW, id, audience.hidden_as, _SEE, unit=audience.units[0])
    session.permit_any(*audience.units)
    return row


def iter_visible(session: ReadSession, failures: Iterable[DeliveryFailure]) -> Iterator[DeliveryFailure]:
    """Yield the failures that the actor may see."""
    permitted = session.permitted_units()
    for failure in failures:
        if permitted is None or not _find_audience(session, permitted, failure.cause, failure.conversation).hidden_as:
            yield failure


def _find_audience(session: ReadSession, permitted: Sequence[str] | None, cause: str, conversation: str) -> _Audience:
    """Return the units that handle a message, and the reason why it is hidden from the actor.

    For a case these are the units of the case, even if its reporter belongs to another one; for anything else the unit
    of the conversation, or the root if the conversation isn't recorded. The owner comes first.
    """
    kind, model = _find_cause(session, cause)
    if kind is not None and kind.resident(model):
        units = kind.all_units(model)
    else:
        record = session.context.storage.records.get(CONVERSATION.name, conversation)
        units = (record.unit if record else session.context.district.root,)
    if permitted is not None and {*permitted}.isdisjoint(units):
        return _Audience(units, f"it belongs to {units[0]}")
    if cause:
        is_excluded = kind is not None and session.is_barred(kind.excluded(model))
    else:
        is_excluded = bool(conversation) and _is_excluded_from_conversation(session, conversation)
    return _Audience(units, f"{session.actor.label} is excluded from its case" if is_excluded else "")


def _find_cause(session: ReadSession, cause: str) -> tuple[Kind[Any], Any] | tuple[None, None]:
    """Return the kind and the record for which a message was sent, or a pair of None if it is unknown or unreadable."""
    ref = Ref.parse(cause) if cause else None
    if ref is None or ref.kind not in _KINDS:
        return None, None
    kind = _KINDS[ref.kind]
    model = session.get_readable(kind, ref.id)
    return (None, None) if model is None else (kind, model)


def _is_excluded_from_conversation(session: ReadSession, conversation: str) -> bool:
    criteria = session.replace_person_ids(TIP, {"conversation": conversation, "excluded": session.marks})
    return session.context.storage.records.count(Find(kind=TIP.name, order="newest", where=criteria), cap=1) > 0
