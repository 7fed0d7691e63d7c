"""The daily digest: what is new, due soon, overdue and unanswered, each officer's own, as numbers."""

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
from anninh_core.domain.tips.deadline_reasons import clock_state, owed_clocks
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import UNTOLD_STATES, DeadlineState, TipState
from anninh_core.domain.units.model import OFFICER, Officer
from anninh_core.domain.units.rules import marks_of
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
from anninh_core.worker.waiting_requests import WaitingRequest, describe

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
"""What makes an officer hear of something; of all else whoever reads tips."""

Found = tuple[tuple[str, ...], tuple[str, ...], str]
"""Units whose officers it concerns, officers who may hear nothing of it, and as what it is counted."""


class DailyDigest:
    """Tells each officer once a day."""

    def __init__(self, services: Services) -> None:
        self._runner = services.units.runner
        self._context = self._runner.context
        self._district = self._context.district
        self._notifier = OfficerNotifier(self._runner)
        self._quarantine = QuarantineRounds(services)

    def tell_due(self) -> int:
        """Tell every officer with a chat for whom there is something; return how many were told.

        The day is marked as done after the last one was told: who was told before an interruption isn't told again.
        """
        now = self._context.clock.now()
        local = vietnam_time(now)
        at = self._district.duty.digest_at
        position = StreamPosition.read(self._context.storage.states, _OWNER, _DAY)
        if at is None or local.time() < at or position.value == local.date().isoformat():
            return 0
        round = self._quarantine.begin(_JOB)
        officers = [officer for officer in self._iter_officers(round) if officer.conversation]
        found = [*self._iter_tips(round, now), *self._iter_others(round)] if officers else []
        told = sum(self._tell(officer, found, local.date()) for officer in officers)
        position.move(local.date().isoformat())
        return told

    def _tell(self, officer: Officer, found: list[Found], day: date) -> int:
        actor = person(officer.id)
        counts = Counter[str]()
        marks = marks_of(self._district, officer)
        reaches = {what: self._list_reaches(actor, what, day) for what in _COUNTED}
        for units, excluded, what in found:
            in_reach = any(reach is None or not {*units}.isdisjoint(reach) for reach in reaches[what])
            if {*excluded}.isdisjoint(marks) and in_reach:
                counts[what] += 1
        if not counts:
            return 0
        text = self._district.say("duty.digest", **{what: counts[what] for what in _COUNTED})
        request = f"digest:{day}"
        return self._notifier.notify_one(officer.id, request, text, purpose="duty.digest", lane=Lane.BROADCAST)

    def _list_reaches(self, actor: Actor, what: str, day: date) -> list[Sequence[str] | None]:
        """Return the units of which an officer hears something, by each permission that will do; None for all."""
        permissions = _PERMISSIONS.get(what, (Permission.TIP_READ,))
        return [self._runner.permits.units(actor, permission, day) for permission in permissions]

    def _iter_tips(self, round: Round, now: datetime) -> Iterator[Found]:
        for tip in self._iter_open(round, TIP, "due", {"type": ("open", "waiting")}):
            units = TIP.all_units(tip)
            if now - tip.received_at < _NEW:
                yield units, tip.barred, "new"
            if tip.withdrawal_asked_at is not None:
                yield units, tip.barred, "requests"
            yield from self._iter_standing(tip, now)
        for tip in self._iter_open(round, TIP, "newest", {"state": tuple(sorted(UNTOLD_STATES))}):
            yield from self._iter_standing(tip, now)

    def _iter_standing(self, tip: Tip, now: datetime) -> Iterator[Found]:
        """Yield whether a clock by which something is owed has run out, or warns, as the officers' lists have it."""
        states = {clock_state(self._district, clock, now) for clock in owed_clocks(self._district, tip)}
        if DeadlineState.OVERDUE in states:
            yield TIP.all_units(tip), tip.barred, "overdue"
        elif DeadlineState.WARN in states:
            yield TIP.all_units(tip), tip.barred, "due"

    def _iter_others(self, round: Round) -> Iterator[Found]:
        for alarm in round.iter_models(ALARM, iter_open_records(self._context, "new")):
            yield (alarm.unit,), alarm.excluded, "unacknowledged"
        for tip in self._iter_open(round, TIP, "newest", {"state": TipState.REOPEN_REQUESTED.value}):
            yield TIP.all_units(tip), tip.barred, "requests"
        for message in self._iter_open(round, MESSAGE, "oldest", {"kind": UNASSIGNED, "case": ""}):
            yield (message.unit,), self._excluded_from(round, message), "unassigned"
        for inquiry in self._iter_open(round, INQUIRY, "oldest", {"state": InquiryState.RECEIVED.value}):
            yield (inquiry.unit,), (), "inquiries"
        for waiting in self._iter_waiting(round):
            for what in _RIGHTS if waiting.is_due else _RIGHTS[:1]:
                yield (waiting.request.unit,), waiting.excluded, what

    def _iter_waiting(self, round: Round) -> Iterator[WaitingRequest]:
        """Yield the requests that aren't answered, but for those of which nobody knows for whose ears they aren't."""
        session = ReadSession(self._context, self._runner.permits, system("delivery"), "dispatch.digest")
        for request in self._iter_open(round, RIGHTS_REQUEST, "oldest", {"state": OPEN_STATES}):
            about = str(Ref(RIGHTS_REQUEST.name, request.id))
            waiting = round.attempt(about, request.version, partial(describe, session, request))
            if waiting is not None:
                yield waiting

    def _excluded_from(self, round: Round, message: Message) -> tuple[str, ...]:
        """Return who may hear nothing of a message: who is kept away from a tip that it may belong to."""
        records = self._context.storage.records
        stored = (records.get(TIP.name, Ref.parse(case).id) for case in message.candidates)
        tips = round.iter_models(TIP, (record for record in stored if record is not None))
        return (*MESSAGE.excluded(message), *(mark for tip in tips for mark in tip.barred))

    def _iter_open(
        self, round: Round, kind: Kind[M], order: str, where: Mapping[str, str | tuple[str, ...]]
    ) -> Iterator[M]:
        query = Find(kind=kind.name, order=order, where={**where}, limit=500)
        yield from round.iter_models(kind, iter_records(self._context.storage.records, query))

    def _iter_officers(self, round: Round) -> Iterator[Officer]:
        query = Find(kind=OFFICER.name, order="id", limit=200)
        yield from round.iter_models(OFFICER, iter_records(self._context.storage.records, query))
