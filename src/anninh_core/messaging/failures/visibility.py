"""Whose failures an officer sees: those of the units granted, without the cases the officer is excluded from."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.registry import KINDS
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.errors import DecryptionError, Refused
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.failures.listing import DeliveryFailure
from anninh_core.ports.storage import Find
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.read_session import ReadSession

_KINDS: Mapping[str, Kind[Any]] = {kind.name: kind for kind in KINDS}


def unit_of_conversation(session: ReadSession, conversation: str) -> str:
    """Return the unit that a conversation belongs to, the root where nobody knows it."""
    record = session.context.storage.records.get(CONVERSATION.name, conversation)
    return record.unit if record else session.context.district.root


def unit_of_cause(session: ReadSession, cause: str) -> str:
    """Return the unit of the record that messages were sent for, the root where there is no such record."""
    ref = Ref.parse(cause)
    record = session.context.storage.records.get(ref.kind, ref.id) if ref.kind in _KINDS else None
    return record.unit if record else session.context.district.root


def is_excluded(session: ReadSession, cause: str, conversation: str) -> bool:
    """Tell whether the actor is excluded from the case of a message, or of one that came in a conversation."""
    if cause:
        return _is_excluded_from(session, Ref.parse(cause))
    return bool(conversation) and _is_excluded_in(session, conversation)


def check_not_excluded(session: ReadSession, cause: str, conversation: str) -> None:
    """Check that the actor may have to do with a message.

    Raises:
        Refused: the actor is excluded from its case.
    """
    if is_excluded(session, cause, conversation):
        raise Refused(f"{session.actor.label} is excluded from {cause or 'this case'} by a conflict of interest")


def iter_visible(session: ReadSession, found: Iterable[DeliveryFailure]) -> Iterator[DeliveryFailure]:
    """Yield the failures that an actor sees."""
    permitted = session.permitted_units()
    for failure in found:
        if permitted is not None:
            if unit_of_conversation(session, failure.conversation) not in permitted:
                continue
            if is_excluded(session, failure.cause, failure.conversation):
                continue
        yield failure


def _is_excluded_from(session: ReadSession, case: Ref) -> bool:
    kind = _KINDS.get(case.kind)
    try:
        model = session.get(kind, case.id) if kind is not None else None
    except DecryptionError:  # purged: nobody knows any more who was excluded
        return False
    return kind is not None and model is not None and session.actor.id in kind.excluded(model)


def _is_excluded_in(session: ReadSession, conversation: str) -> bool:
    where = {"conversation": conversation, "excluded": session.actor.id}
    return session.context.storage.records.count(Find(kind=TIP.name, order="newest", where=where), cap=1) > 0
