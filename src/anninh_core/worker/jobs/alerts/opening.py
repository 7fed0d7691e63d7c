"""The job that opens notices for all tips received since its last round, in one commit."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial

from attrs import evolve

from anninh_core.domain.duty.alarm import make_alarm_id
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.services import Services
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.messaging.retries import is_transient
from anninh_core.ports.storages.changes import JournalLine
from anninh_core.usecase.actor import system
from anninh_core.usecase.journal.entries import iter_entries
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.event_records import iter_touched_ids
from anninh_core.worker.jobs.alerts.bundling import count_new_cases, is_flooded, notice_delay, open_tip_alarm
from anninh_core.worker.jobs.alerts.cases import load_tip_of_alarm
from anninh_core.worker.journal_cursor import JournalCursor, find_last_day
from anninh_core.worker.quarantine import QuarantineRounds, Round

RECEIVED = "tip.received"
"""The journal event after which a notice of a new tip is opened."""

_READER = "notices"
_JOB = "open_notices"
_LINES = 500  # The job reads this many journal lines at a time.


class NoticeOpening:
    """Opens the notices of new tips, except emergencies, which have an alarm at once.

    The journal is read by a cursor of this job, which moves once the notices are stored: after a crash the notices are
    found open. A tip that an officer already works on needs none.
    """

    def __init__(self, services: Services) -> None:
        self._alarms = services.duty.alarms
        self._runner = services.units.runner
        self._context = self._runner.context
        self._notifier = OfficerNotifier(self._runner)
        self._quarantine = QuarantineRounds(services)

    def open_new(self) -> None:
        """Open the notices of all tips received since the last round."""
        storage = self._context.storage
        cursor: JournalCursor | None = self._read_cursor()
        round = self._quarantine.begin(_JOB)
        self._retry_due(round)
        while cursor is not None and (lines := storage.journal.read(cursor.seq, _LINES)):
            self._open_all(round, _received(lines))
            cursor = cursor.move(storage, lines[-1].seq)  # The cursor is None if another worker has moved it.

    def _read_cursor(self) -> JournalCursor:
        """Return this job's cursor in the journal; the very first round begins with the entries of the last day.

        An earlier version had already notified officers about older tips.
        """
        cursor = JournalCursor.read(self._context.storage, self._context.clock, _READER)
        if cursor.version:
            return cursor
        return evolve(cursor, seq=find_last_day(self._context.storage, self._context.clock))

    def _retry_due(self, round: Round) -> None:
        """Open the notices of tips that an earlier round couldn't read, if they are due for a retry."""
        for item in round.quarantined:
            self._open_single_notice(round, Ref.parse(item.about).id, item.since)

    def _open_all(self, round: Round, received: Mapping[str, datetime]) -> None:
        """Open notices in one commit; if that fails permanently, open each in its own commit, so that a failing one
        doesn't block the others.
        """
        if not received:
            return
        try:
            self._open_in_one_commit(received)
        except Exception as error:
            if is_transient(error):
                raise
            for tip_id, at in received.items():
                self._open_single_notice(round, tip_id, at)

    def _open_single_notice(self, round: Round, tip_id: str, at: datetime) -> None:
        record = self._context.storage.records.get(TIP.name, tip_id)
        if record is not None:
            round.attempt(f"{TIP.name}:{tip_id}", record.version, partial(self._open_in_one_commit, {tip_id: at}))

    def _open_in_one_commit(self, received: Mapping[str, datetime]) -> None:
        self._runner.run_command(
            system("delivery"), "duty.follow", Permission.INTAKE, partial(self._open_notices, received=received)
        )

    def _open_notices(self, uow: UnitOfWork, received: Mapping[str, datetime]) -> None:
        uow.permit(self._context.district.root)
        floods: dict[str, bool] = {}
        for tip_id, at in received.items():
            about = f"{TIP.name}:{tip_id}"
            tip = load_tip_of_alarm(uow, about)
            if tip is None:
                continue
            counting = self._context.district.counting_unit(tip.unit)
            if counting not in floods:
                floods[counting] = self._notify_if_flooded(counting, uow.at)
            if _needs_notice(tip) and uow.get(ALARM, make_alarm_id(about)) is None:
                wait = notice_delay(self._context, at, flooded=floods[counting])
                unit = tip.handling_unit or tip.unit
                open_tip_alarm(uow, self._alarms, tip, unit=unit, emergency=False, at=at, wait=wait)

    def _notify_if_flooded(self, unit: str, now: datetime) -> bool:
        """Return whether a unit receives too many tips; if so, notify its supervisors once an hour."""
        if not is_flooded(self._context, unit, now):
            return False
        actor = system("delivery").with_request(f"flood:{unit}:{now.isoformat()[:13]}")
        with suppress(AlreadyDone):
            self._runner.run_command(
                actor, "dispatch.notice", Permission.INTAKE, partial(self._notify_flood, unit=unit)
            )
        return True

    def _notify_flood(self, uow: UnitOfWork, unit: str) -> None:
        district = self._context.district
        purpose = "notice.flood_unit"
        uow.permit(district.root)
        minutes = int(district.flood.unit_notice.total_seconds() // 60)
        count = count_new_cases(self._context, unit, uow.at)
        text = district.say(purpose, count=count, unit=district.unit(unit).name, minutes=minutes)
        for officer in self._notifier.iter_reachable_holders(Permission.TIP_SUPERVISE, unit):
            scope = f"officer:{officer.id}"
            uow.send(officer.conversation, text, purpose=purpose, cause=scope, scope=scope, lane=Lane.REPLY)


def _received(lines: Iterable[JournalLine]) -> Mapping[str, datetime]:
    """Return the tips that these journal lines record as received: tip id -> time of receipt."""
    received = [numbered.entry for numbered in iter_entries(lines) if RECEIVED in numbered.entry.events]
    return {tip_id: entry.at for entry in reversed(received) for tip_id in iter_touched_ids(entry, TIP.name)}


def _needs_notice(tip: Tip) -> bool:
    """Return whether officers have to be notified of a tip: no officer works on it yet, or its supervisor lock is
    undecided.
    """
    is_waiting = tip.state is TipState.RECEIVED or tip.waits_in_unit
    is_undecided = tip.is_open and tip.lock is not None and tip.lock.is_undecided
    return (is_waiting or is_undecided) and not tip.emergency
