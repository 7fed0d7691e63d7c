"""The job for closed messaging windows: it asks an officer on duty to write first, as the platform otherwise forbids
messages to them.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from attrs import frozen

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.duty.kind import ROSTER
from anninh_core.domain.duty.roster import Roster, list_shift_spans
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.dates import VIETNAM, vietnam_time
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import LimitsContact
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import skip_damaged
from anninh_core.usecase.outbox_message import get_messenger_name
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.delivery import Lane

_NONE = timedelta(0)


@frozen(kw_only=True)
class ShutWindow:
    """An officer on duty who has a messaging window that closes before the shift ends.

    Attributes:
        open_until: when the window closes, or closed.
        shift_ends: when the shift ends, timezone-aware.
    """

    officer: str
    name: str
    open_until: datetime
    shift_ends: datetime

    def is_closed(self, now: datetime) -> bool:
        """Return whether the messaging window is closed, so that only a template message reaches the officer."""
        return self.open_until <= now


def find_closing_windows(
    context: UseCaseContext, messengers: Mapping[str, Messenger], now: datetime
) -> Iterator[ShutWindow]:
    """Yield the officers with a shift within the profile's hours and a messaging window that closes before the end of
    the shift or is already closed.
    """
    periods = {
        name: messenger.contact_period for name, messenger in messengers.items() if isinstance(messenger, LimitsContact)
    }
    if not periods:
        return
    for officer_id, shift_ends in _find_shift_ends(context, now).items():
        record = context.storage.records.get(OFFICER.name, officer_id)
        for officer in context.iter_readable(OFFICER, () if record is None else (record,), skip_damaged):
            period = periods.get(get_messenger_name(officer.conversation), _NONE)
            last = _find_last_message_time(context, officer.conversation) if period else None
            if period and (last is None or last + period < shift_ends):
                open_until = now if last is None else last + period
                yield ShutWindow(officer=officer.id, name=officer.name, open_until=open_until, shift_ends=shift_ends)


class WindowWarnings:
    """Asks officers to open the messaging windows of their chats before and during their shifts."""

    def __init__(self, runner: UseCaseRunner, messengers: Mapping[str, Messenger]) -> None:
        self._context = runner.context
        self._messengers = messengers
        self._notifier = OfficerNotifier(runner)

    def warn_due(self) -> int:
        """Ask the officers with a closed or soon closing messaging window to write, once per shift; return how many
        were asked.
        """
        now = self._context.clock.now()
        notified = 0
        for window in find_closing_windows(self._context, self._messengers, now):
            text = self._context.district.say("duty.window", time=f"{vietnam_time(window.shift_ends):%H:%M}")
            request = f"window:{window.shift_ends.isoformat()}"
            notified += self._notifier.notify_officer(
                window.officer, request, text, purpose="duty.window", lane=Lane.REPLY
            )
        return notified


def _find_shift_ends(context: UseCaseContext, now: datetime) -> Mapping[str, datetime]:
    """Return, by officer id, the end of each officer's last shift that runs now or begins within the profile's
    hours.
    """
    records = iter_records(context.storage.records, Find(kind=ROSTER.name, order="id", limit=200))
    by_unit: dict[str, list[Roster]] = {}
    for roster in context.iter_readable(ROSTER, records, skip_damaged):
        by_unit.setdefault(roster.unit, []).append(roster)
    ends: dict[str, datetime] = {}
    for rosters in by_unit.values():
        for _, end, shift in list_shift_spans(rosters, now, now + context.district.duty.window_warning):
            aware_end = end.replace(tzinfo=VIETNAM)
            ends |= {officer: max(aware_end, ends.get(officer, aware_end)) for officer in shift.officers}
    return ends


def _find_last_message_time(context: UseCaseContext, conversation: str) -> datetime | None:
    record = context.storage.records.get(CONVERSATION.name, conversation)
    conversations = context.iter_readable(CONVERSATION, () if record is None else (record,), skip_damaged)
    return next((talk.last_heard for talk in conversations), None)
