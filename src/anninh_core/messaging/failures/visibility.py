"""Whose failures an officer sees: those of the units granted, without the cases the officer is excluded from."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.registry import KINDS
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.errors import DecryptionError
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.failures.listing import DeliveryFailure
from anninh_core.ports.queues import InboxRow, OutboxRow
from anninh_core.ports.storage import Find
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.read_session import ReadSession

R = TypeVar("R", bound=InboxRow | OutboxRow)
_SEE = "`anninh failures list` shows those that wait"
_ROW = "row"  # of either queue: which of them it stands in is not for everybody to know
_KINDS: Mapping[str, Kind[Any]] = {kind.name: kind for kind in KINDS}


def units_of(session: ReadSession, cause: str, conversation: str) -> tuple[str, ...]:
    """Return the units whose officers see to a message, the owner first.

    Of a case these are its own, wherever its reporter belongs; of anything else the unit that the conversation belongs
    to, the root where nobody knows it.
    """
    kind, model = _find_cause(session, cause)
    if kind is not None and model is not None and kind.resident(model):
        return kind.all_units(model)
    record = session.context.storage.records.get(CONVERSATION.name, conversation)
    return (record.unit if record else session.context.district.root,)


def check_cause(session: ReadSession, cause: str) -> None:
    """Check that what messages were sent for (`kind:id`) is there, and that the actor may have to do with it.

    Raises:
        Refused: the permission holds nowhere.
        NotVisible: it isn't there, is of another unit, or excludes the actor: the actor isn't told which.
    """
    permitted, ref = session.permitted_units(), Ref.parse(cause)
    record = session.context.storage.records.get(ref.kind, ref.id) if ref.kind in _KINDS else None
    if record is None:
        raise session.withhold(ref.kind, ref.id, "there is none")
    if permitted is not None and record.unit not in permitted:
        raise session.withhold(ref.kind, ref.id, f"it belongs to {record.unit}", unit=record.unit)
    if _is_excluded_from(session, ref):
        truth = f"{session.actor.label} is excluded from it by a conflict of interest"
        raise session.withhold(ref.kind, ref.id, truth, unit=record.unit)
    session.permit(record.unit)


def is_excluded(session: ReadSession, cause: str, conversation: str) -> bool:
    """Tell whether the actor is excluded from the case of a message, or of one that came in a conversation."""
    if cause:
        return _is_excluded_from(session, Ref.parse(cause))
    return bool(conversation) and _is_excluded_in(session, conversation)


def require_visible(session: ReadSession, id: str, row: R | None) -> R:
    """Return a row that is there and that the actor may have to do with.

    Args:
        session: whose.
        id: by which name the actor asked for it.
        row: what was found.

    Raises:
        Refused: the permission holds nowhere.
        NotVisible: there is no such row, it is of another unit, or of a case that excludes the actor: the actor isn't
            told which.
    """
    permitted = session.permitted_units()
    if row is None:
        raise session.withhold(_ROW, id, "there is none", _SEE)
    cause = row.cause if isinstance(row, OutboxRow) else ""
    owner, *others = units_of(session, cause, row.conversation)
    if permitted is not None and not {owner, *others} & {*permitted}:
        raise session.withhold(_ROW, id, f"it belongs to {owner}", _SEE, unit=owner)
    if is_excluded(session, cause, row.conversation):
        raise session.withhold(_ROW, id, f"{session.actor.label} is excluded from its case", _SEE, unit=owner)
    session.permit_any(owner, *others)
    return row


def iter_visible(session: ReadSession, found: Iterable[DeliveryFailure]) -> Iterator[DeliveryFailure]:
    """Yield the failures that an actor sees."""
    permitted = session.permitted_units()
    for failure in found:
        if permitted is not None:
            if not {*units_of(session, failure.cause, failure.conversation)} & {*permitted}:
                continue
            if is_excluded(session, failure.cause, failure.conversation):
                continue
        yield failure


def _is_excluded_from(session: ReadSession, case: Ref) -> bool:
    kind, model = _find_cause(session, str(case))
    return kind is not None and model is not None and session.actor.id in kind.excluded(model)


def _find_cause(session: ReadSession, cause: str) -> tuple[Kind[Any] | None, Any]:
    """Return what a message was sent for and its kind, as far as it is known and can be opened."""
    if not cause:
        return None, None
    ref = Ref.parse(cause)
    kind = _KINDS.get(ref.kind)
    try:
        return kind, session.get(kind, ref.id) if kind is not None else None
    except DecryptionError:  # purged: nobody knows any more whose it was, and who was excluded
        return kind, None


def _is_excluded_in(session: ReadSession, conversation: str) -> bool:
    where = {"conversation": conversation, "excluded": session.actor.id}
    return session.context.storage.records.count(Find(kind=TIP.name, order="newest", where=where), cap=1) > 0
