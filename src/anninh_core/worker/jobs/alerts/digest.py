"""The daily digest for each officer: numbers of new, soon due, overdue and unanswered cases."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from anninh_core.domain.conversations.model import MESSAGE, UNASSIGNED, Message
from anninh_core.domain.duty.kind import ALARM
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.rights.states import OPEN_STATES
from anninh_core.domain.services import Services
from anninh_core.domain.tips.deadline_reasons import compute_clock_state, list_owed_clocks
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import UNANSWERED_STATES, DeadlineState, TipState
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.domain.units.rules import list_conflict_marks
from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.kinds import Kind, M
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.jobs.alerts.cases import iter_open_records
from anninh_core.worker.quarantine import QuarantineRounds, Round
from anninh_core.worker.waiting_requests import WaitingRequest, build_waiting_request

_OWNER = "dispatch"
_DAY = "digest"
_JOB = "tell_digests"
_NEW = timedelta(days=1)
_RIGHTS = ("rights", "rights_due")
_COUNTED = ("new", "due", "overdue", "unacknowledged", "inquiries", "unassigned", "requests", *_RIGHTS)

_PERMISSIONS = {
    "inquiries": (Permission.INQUIRY_READ,),
    **dict.fromkeys(_RIGHTS, (Permission.RIGHTS_HANDLE, Permission.RIGHTS_CHECK)),
}
"""Permissions that give an officer a number in the digest; all other numbers need permission to read tips."""

Found = tuple[tuple[str, ...], tuple[str, ...], str]
"""A case to count: its units, the officers excluded from it, and the name of the count that it adds to."""


class DailyDigest:
    """Sends each officer a digest of open cases once a day."""

    def __init__(self, services: Services) -> None:
        self._runner = services.units.runner
        self._context = self._runner.context
        self._district = self._context.district
        self._notifier = OfficerNotifier(self._runner)
        self._quarantine = QuarantineRounds(services)

    def send_due_digests(self) -> int:
        """Send a digest to every officer with a chat and at least one open case to report; return how many were sent.

        The day is marked as done after the last digest; officers notified before an interruption aren't notified again.
        """
        now = self._context.clock.now()
        local = vietnam_time(now)
        at = self._district.duty.digest_at
        position = StreamPosition.read(self._context.storage.states, _OWNER, _DAY)
        if at is None or local.time() < at or position.value == local.date().isoformat():
            return 0
        round = self._quarantine.begin(_JOB)
        officers = [officer for officer in self._iter_officers(round) if officer.conversation]
        countables = [*self._iter_tips(round, now), *self._iter_other_countables(round)] if officers else []
        sent = sum(self._send_digest(officer, countables, local.date()) for officer in officers)
        position.store_next(local.date().isoformat())
        return sent

    def _send_digest(self, officer: Officer, countables: list[Found], day: date) -> int:
        actor = person(officer.id)
        counts = Counter[str]()
        marks = list_conflict_marks(self._district, officer)
        reaches = {count_name: self._list_counted_units(actor, count_name, day) for count_name in _COUNTED}
        for units, excluded, count_name in countables:
            in_reach = any(reach is None or not {*units}.isdisjoint(reach) for reach in reaches[count_name])
            if {*excluded}.isdisjoint(marks) and in_reach:
                counts[count_name] += 1
        if not counts:
            return 0
        text = self._district.say("duty.digest", **{count_name: counts[count_name] for count_name in _COUNTED})
        request = f"digest:{day}"
        return self._notifier.notify_officer(officer.id, request, text, purpose="duty.digest", lane=Lane.BROADCAST)

    def _list_counted_units(self, actor: Actor, count_name: str, day: date) -> list[Sequence[str] | None]:
        """Return the units in which cases are counted for an officer, for each sufficient permission; None for all
        units.
        """
        permissions = _PERMISSIONS.get(count_name, (Permission.TIP_READ,))
        return [self._runner.permits.units(actor, permission, day) for permission in permissions]

    def _iter_tips(self, round: Round, now: datetime) -> Iterator[Found]:
        for tip in self._iter_open_models(round, TIP, "due", {"type": ("open", "waiting")}):
            units = TIP.all_units(tip)
            if now - tip.received_at < _NEW:
                yield units, tip.barred, "new"
            if tip.withdrawal_asked_at is not None:
                yield units, tip.barred, "requests"
            yield from self._iter_deadlines(tip, now)
        for tip in self._iter_open_models(round, TIP, "newest", {"state": tuple(sorted(UNANSWERED_STATES))}):
            yield from self._iter_deadlines(tip, now)

    def _iter_deadlines(self, tip: Tip, now: datetime) -> Iterator[Found]:
        """Yield a tip as overdue if a deadline of its unfinished work has passed, or as due soon if one is near, as in
        the officers' lists.
        """
        states = {compute_clock_state(self._district, clock, now) for clock in list_owed_clocks(self._district, tip)}
        if DeadlineState.OVERDUE in states:
            yield TIP.all_units(tip), tip.barred, "overdue"
        elif DeadlineState.WARN in states:
            yield TIP.all_units(tip), tip.barred, "due"

    def _iter_other_countables(self, round: Round) -> Iterator[Found]:
        for alarm in round.iter_models(ALARM, iter_open_records(self._context, "new")):
            yield (alarm.unit,), alarm.excluded, "unacknowledged"
        for tip in self._iter_open_models(round, TIP, "newest", {"state": TipState.REOPEN_REQUESTED.value}):
            yield TIP.all_units(tip), tip.barred, "requests"
        for message in self._iter_open_models(round, MESSAGE, "oldest", {"kind": UNASSIGNED, "case": ""}):
            yield (message.unit,), self._list_excluded(round, message), "unassigned"
        for inquiry in self._iter_open_models(round, INQUIRY, "oldest", {"state": InquiryState.RECEIVED.value}):
            yield (inquiry.unit,), (), "inquiries"
        for waiting in self._iter_waiting(round):
            for count_name in _RIGHTS if waiting.is_due else _RIGHTS[:1]:
                yield (waiting.request.unit,), waiting.excluded, count_name

    def _iter_waiting(self, round: Round) -> Iterator[WaitingRequest]:
        """Yield the unanswered requests about personal data, except those with undeterminable exclusions."""
        session = ReadSession(self._context, self._runner.permits, system("delivery"), "dispatch.digest")
        for request in self._iter_open_models(round, RIGHTS_REQUEST, "oldest", {"state": OPEN_STATES}):
            about = str(Ref(RIGHTS_REQUEST.name, request.id))
            waiting = round.attempt(about, request.version, partial(build_waiting_request, session, request))
            if waiting is not None:
                yield waiting

    def _list_excluded(self, round: Round, message: Message) -> tuple[str, ...]:
        """Return the officers excluded from a message or from any tip that it may belong to."""
        records = self._context.storage.records
        stored = (records.get(TIP.name, Ref.parse(case).id) for case in message.candidates)
        tips = round.iter_models(TIP, (record for record in stored if record is not None))
        return (*MESSAGE.excluded(message), *(mark for tip in tips for mark in tip.barred))

    def _iter_open_models(
        self, round: Round, kind: Kind[M], order: str, criteria: Mapping[str, str | tuple[str, ...]]
    ) -> Iterator[M]:
        query = Find(kind=kind.name, order=order, where={**criteria}, limit=500)
        yield from round.iter_models(kind, iter_records(self._context.storage.records, query))

    def _iter_officers(self, round: Round) -> Iterator[Officer]:
        query = Find(kind=OFFICER.name, order="id", limit=200)
        yield from round.iter_models(OFFICER, iter_records(self._context.storage.records, query))
