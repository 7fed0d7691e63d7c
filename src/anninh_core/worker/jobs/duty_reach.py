"""The job that checks whether an emergency would reach an officer now, and which emergencies reached none or wait; the
result is stored for the watchdog.

A worker checks this, because rosters and officers are encrypted; the result is stored unencrypted and contains ids and
codes only.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec
from attrs import evolve, frozen

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.kind import ALARM, ROSTER
from anninh_core.domain.duty.roster import Roster
from anninh_core.domain.duty.roster_service import ReachabilityCheck
from anninh_core.domain.duty.rules import iter_rostered_officers
from anninh_core.domain.lookups import has_chat
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import RecipientUnreachable
from anninh_core.kernel.sentences import Sentence
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.messaging.rows import iter_outbox_rows
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.health import Check, Level, ok, pack_check, problem, unpack_check, warning
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.ports.storages.storage import Find, States
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import skip_damaged
from anninh_core.usecase.resident_names import is_recipient
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.heartbeat import STATE_OWNER
from anninh_core.worker.jobs.alerts.cases import iter_open_records

CHECK_INTERVAL = timedelta(seconds=30)
"""How often a running worker checks that an emergency would reach an officer."""

_NAME = "duty"
_SHOWN = 5  # One sentence names at most this many officers.
_MOST_ALARMS = 20  # At most this many alarms are reported one by one.
_CALL = Sentence("Call the officer on duty: {act:duty.alarms} shows who was paged, and when.")
_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class DutyRecord:
    """Problems found by the last check of whether emergencies reach officers."""

    at: datetime
    problems: tuple[Check, ...] = ()


_DECODER = msgspec.json.Decoder(DutyRecord)


def read_duty_record(states: States) -> DutyRecord | None:
    """Return the stored result of the last check, or None if no worker has checked yet or the result is damaged."""
    record = StreamPosition.read(states, STATE_OWNER, _NAME).parse(_DECODER.decode)
    return None if record is None else evolve(record, problems=tuple(map(unpack_check, record.problems)))


class DutyReach:
    """Checks whether an emergency would reach an officer now, and whether the open emergencies did."""

    def __init__(self, runner: UseCaseRunner) -> None:
        self._runner = runner
        self._context = runner.context
        self._reach = ReachabilityCheck(runner.permits, runner.context, has_chat)

    def store_problems(self) -> int:
        """Check whether emergencies reach officers, and store the problems; return how many there are."""
        position = StreamPosition.read(self._context.storage.states, STATE_OWNER, _NAME)
        record = DutyRecord(at=self._context.clock.now(), problems=tuple(map(pack_check, self._iter_problems())))
        position.store_next(msgspec.json.encode(record).decode())
        return len(record.problems)

    def check_reach(self) -> Iterator[Check]:
        """Yield a check for each unit with a roster, and for the whole authority, of whether an officer can be notified
        now.
        """
        rosters = [*self._iter_rosters()]
        root = self._context.district.root
        if not rosters:
            text = Sentence(
                "No unit has a roster, so emergencies are sent to every officer who handles tips, and to the operators."
            )
            yield warning("duty", text, "Set one: `anninh duty set UNIT`; see docs/howto/be_on_duty.md.")
            return
        for unit in sorted({root, *(roster.unit for roster in rosters)}, key=lambda unit: (unit != root, unit)):
            yield from self._check_unit(unit, rosters)

    def iter_waiting(self) -> Iterator[Alarm]:
        """Yield the alarms of open emergencies that have no delivered urgent notice or have waited longer than
        `hand_up`.
        """
        patience = self._context.district.duty.hand_up
        now = self._context.clock.now()
        for alarm in self._context.iter_readable(ALARM, iter_open_records(self._context, "emergency"), skip_damaged):
            if has_no_delivered_notice(alarm) or now - alarm.opened_at > patience:
                yield alarm

    def _iter_problems(self) -> Iterator[Check]:
        try:
            yield from (check for check in self.check_reach() if check.level is Level.PROBLEM)
            yield from map(_describe_alarm, [*self.iter_waiting()][:_MOST_ALARMS])
        except Exception as error:  # noqa: BLE001  that nobody can tell who would be reached is the finding
            _log.warning("who is on duty can't be looked at: %s", type(error).__name__)
            text = Sentence(
                "It couldn't be checked whether an emergency would reach an officer: {reason}.",
                reason=type(error).__name__,
            )
            yield problem("duty", text, "Run `anninh doctor` on the server.")

    def _check_unit(self, unit: str, rosters: Sequence[Roster]) -> Iterator[Check]:
        district = self._context.district
        now = self._context.clock.now()
        people = [*iter_rostered_officers(district, rosters, unit, now)]
        gaps = {person_on_duty.officer: self._find_gap(person_on_duty.officer, unit) for person_on_duty in people}
        if not people:
            todo = Sentence("Set a roster for {unit} that holds now: {act:duty.set_roster}.", unit=unit)
            if self._has_other_handler(unit):
                yield warning(
                    "duty", Sentence("No officer is on duty now for {unit}.", unit=district.unit(unit).name), todo
                )
            else:
                yield problem(
                    "duty",
                    Sentence(
                        "No officer is on duty now for {unit}, and no other officer can be paged.",
                        unit=district.unit(unit).name,
                    ),
                    todo,
                )
        elif all(gaps.values()):
            reasons = ", ".join(f"{officer} ({gap})" for officer, gap in [*gaps.items()][:_SHOWN])
            text = Sentence(
                "No officer on duty for {unit} can be paged in an emergency: {reasons}.",
                unit=district.unit(unit).name,
                reasons=reasons,
            )
            yield problem(
                "duty", text, "Grant the role with `anninh officers grant`, or bind a chat with `anninh officers bind`."
            )
        else:
            yield ok(
                "duty",
                Sentence(
                    "{count} officers on duty for {unit} can be paged.",
                    count=sum(not gap for gap in gaps.values()),
                    unit=district.unit(unit).name,
                ),
            )

    def _find_gap(self, officer: str, unit: str) -> str:
        """Return why an officer can't be notified, or "" if no reason is known."""
        gap = self._reach.find_gap(officer, unit, local_date(self._context.clock.now()))
        if gap is not None:
            return gap.value
        return "lost_chat" if self._has_lost_chat(officer) else ""

    def _has_other_handler(self, unit: str) -> bool:
        """Return whether an officer outside the rosters handles tips of a unit and can be notified."""
        holders = OfficerNotifier(self._runner).iter_reachable_holders(Permission.TIP_HANDLE, unit)
        return any(not self._has_lost_chat(holder.id) for holder in holders)

    def _has_lost_chat(self, officer_id: str) -> bool:
        record = self._context.storage.records.get(OFFICER.name, officer_id)
        officers = self._context.iter_readable(OFFICER, () if record is None else (record,), skip_damaged)
        return any(is_chat_lost(self._context, officer.conversation) for officer in officers)

    def _iter_rosters(self) -> Iterator[Roster]:
        records = iter_records(self._context.storage.records, Find(kind=ROSTER.name, order="id", limit=200))
        return self._context.iter_readable(ROSTER, records, skip_damaged)


def has_no_delivered_notice(alarm: Alarm) -> bool:
    """Return whether officers were to be notified about an alarm, but no urgent notice was delivered."""
    was_tried = alarm.unheard_at is not None or bool(alarm.pages)
    return was_tried and all(page.missed for page in alarm.pages)


def is_chat_lost(context: UseCaseContext, conversation: str) -> bool:
    """Return whether an officer blocked or left a chat: it permanently refused the last message, and was silent
    since.
    """
    failed = iter_outbox_rows(context.storage.queues, (OutboxState.FAILED,), conversation=conversation)
    refused = [row for row in failed if row.error.startswith(RecipientUnreachable.__name__)]
    if not refused:
        return False
    last = refused[-1]
    later_rows = (
        row for row in iter_outbox_rows(context.storage.queues, None, last.id) if row.state is OutboxState.DELIVERED
    )
    if any(is_recipient(context.names, conversation, row) for row in later_rows):
        return False
    record = context.storage.records.get(CONVERSATION.name, conversation)
    talks = context.iter_readable(CONVERSATION, () if record is None else (record,), skip_damaged)
    refused_at = last.settled_at or last.due_at
    return not any(talk.last_heard is not None and talk.last_heard > refused_at for talk in talks)


def _describe_alarm(alarm: Alarm) -> Check:
    if has_no_delivered_notice(alarm):
        return problem(
            f"emergency {alarm.code}",
            Sentence("No page about emergency {code} has reached an officer.", code=alarm.code),
            _CALL,
        )
    return problem(
        f"emergency {alarm.code}",
        Sentence("Emergency {code} waits for an officer to claim it.", code=alarm.code),
        _CALL,
    )
