"""Search for the alarm that an officer's reply answers: by the quoted notice, by a code in the reply, or else the
newest alarm.
"""

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
from anninh_core.usecase.encryption.encryptor import skip_damaged
from anninh_core.usecase.outbox_message import get_messenger_name
from anninh_core.usecase.resident_names import is_recipient

ANSWERABLE = frozenset(
    {
        *("duty.page", "duty.page_again", "duty.page_handed_up", "duty.page_more"),
        "duty.page_more_many",
        *("duty.new", "duty.new_many", "duty.escalated"),
    }
)
"""Purposes of the messages to which an officer may reply."""


def find_quoted_notice(context: UseCaseContext, conversation: str, platform_id: str) -> OutboxRow | None:
    """Return the notice that a message quotes, if the notice was sent to the same chat, else None."""
    if not platform_id:
        return None
    row = context.storage.queues.by_platform_id(get_messenger_name(conversation), platform_id)
    if row is None or row.purpose not in ANSWERABLE:
        return None
    return row if is_recipient(context.names, conversation, row) else None


def list_notified_alarms(context: UseCaseContext, officer: str) -> Sequence[Alarm]:
    """Return the open alarms about which an officer was notified, latest notice first."""
    query = Find(kind=ALARM.name, order="newest", where={"state": "open", "told": officer}, limit=200)
    marks = {*GrantPermits(context).list_marks(officer)}
    alarms = [
        alarm
        for alarm in context.iter_readable(ALARM, iter_records(context.storage.records, query), skip_damaged)
        if officer in alarm.notified and marks.isdisjoint(alarm.excluded)
    ]
    return sorted(
        alarms,
        key=lambda alarm: max(urgent_notice.at for urgent_notice in alarm.pages if urgent_notice.officer == officer),
        reverse=True,
    )


def find_begun_alarm(context: UseCaseContext, officer: str, since: datetime) -> Alarm | None:
    """Return the alarm that an officer acknowledged since a moment, or None: an interrupted order continues with it."""
    query = Find(kind=ALARM.name, order="newest", where={"state": "acknowledged", "told": officer}, limit=200)
    alarms = context.iter_readable(ALARM, iter_records(context.storage.records, query), skip_damaged)
    acknowledged = [
        alarm
        for alarm in alarms
        if alarm.acknowledged_by == officer and alarm.acknowledged_at and alarm.acknowledged_at >= since
    ]
    return max(acknowledged, key=lambda alarm: alarm.acknowledged_at or since, default=None)


def has_open_alarm(context: UseCaseContext, officer: str) -> bool:
    """Return whether there is an open alarm about which an officer was notified."""
    return bool(list_notified_alarms(context, officer))


def find_answered_alarm(context: UseCaseContext, officer: str, quoted: OutboxRow | None, code: str) -> Alarm | None:
    """Return the alarm that an officer's reply answers, or None if it is unclear.

    Args:
        officer: id of the replying officer.
        quoted: the quoted notice, or None.
        code: code in the reply, "" for none.
    """
    notices = list_notified_alarms(context, officer)
    if code:
        return next((alarm for alarm in notices if alarm.code == code.upper()), None)
    if quoted is not None and (ref := Ref.parse(quoted.cause)).kind == ALARM.name:
        record = context.storage.records.get(ALARM.name, ref.id)
        return next(iter(context.iter_readable(ALARM, () if record is None else (record,))), None)
    if quoted is not None and len(notices) > 1:
        return None  # The notice was about several alarms, so that the officer has to name the code.
    return next(iter(notices), None)
