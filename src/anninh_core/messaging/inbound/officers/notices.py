"""Which notice an officer's reply answers: the one that it quotes, the one whose code it names, or the newest."""

from collections.abc import Sequence
from datetime import datetime

from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.units.permits import GrantPermits
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.queues import OutboxRow
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import leave_out
from anninh_core.usecase.outbox_message import messenger_of
from anninh_core.usecase.resident_names import is_recipient

ANSWERABLE = frozenset(
    {
        *("duty.page", "duty.page_again", "duty.page_handed_up", "duty.page_more"),
        "duty.page_more_many",
        *("duty.new", "duty.new_many", "duty.escalated"),
    }
)
"""Purposes of the messages to which an officer may reply."""


def quoted_notice(context: UseCaseContext, conversation: str, platform_id: str) -> OutboxRow | None:
    """Return the notice of ours that a message quotes, sent to the same chat; None for anything else."""
    if not platform_id:
        return None
    row = context.storage.queues.by_platform_id(messenger_of(conversation), platform_id)
    if row is None or row.purpose not in ANSWERABLE:
        return None
    return row if is_recipient(context.names, conversation, row) else None


def open_notices(context: UseCaseContext, officer: str) -> Sequence[Alarm]:
    """Return what an officer was told of and nobody has taken up, the newest told first."""
    query = Find(kind=ALARM.name, order="newest", where={"state": "open", "told": officer}, limit=200)
    marks = {*GrantPermits(context).list_marks(officer)}
    found = [
        alarm
        for alarm in context.iter_readable(ALARM, iter_records(context.storage.records, query), leave_out)
        if officer in alarm.told and marks.isdisjoint(alarm.excluded)
    ]
    return sorted(found, key=lambda alarm: max(one.at for one in alarm.pages if one.officer == officer), reverse=True)


def begun_alarm(context: UseCaseContext, officer: str, since: datetime) -> Alarm | None:
    """Return what an officer has taken up since a moment: an order that was cut off goes on with it."""
    query = Find(kind=ALARM.name, order="newest", where={"state": "acknowledged", "told": officer}, limit=200)
    found = context.iter_readable(ALARM, iter_records(context.storage.records, query), leave_out)
    begun = [
        one for one in found if one.acknowledged_by == officer and one.acknowledged_at and one.acknowledged_at >= since
    ]
    return max(begun, key=lambda alarm: alarm.acknowledged_at or since, default=None)


def has_open_notice(context: UseCaseContext, officer: str) -> bool:
    """Tell whether an officer was told of something that nobody has taken up."""
    return bool(open_notices(context, officer))


def answered_alarm(context: UseCaseContext, officer: str, quoted: OutboxRow | None, code: str) -> Alarm | None:
    """Return what a reply is about, None where that can't be said.

    Args:
        officer: who replies.
        quoted: the notice that is quoted, if one is.
        code: code that the reply names, "" for none.
    """
    notices = open_notices(context, officer)
    if code:
        return next((alarm for alarm in notices if alarm.code == code.upper()), None)
    if quoted is not None and (ref := Ref.parse(quoted.cause)).kind == ALARM.name:
        record = context.storage.records.get(ALARM.name, ref.id)
        return next(iter(context.iter_readable(ALARM, () if record is None else (record,))), None)
    if quoted is not None and len(notices) > 1:
        return None  # it was of several: the code says which
    return next(iter(notices), None)
