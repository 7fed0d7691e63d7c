"""Notices to officers' phones: they contain a code and a date, never personal data."""

from collections.abc import Iterator
from datetime import date

from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, UNASSIGNED, Conversation, make_pseudonym
from anninh_core.domain.leaks.kind import LEAK_FINDING
from anninh_core.domain.retention.kind import ERASURE
from anninh_core.domain.services import Services
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.units.model import OFFICER
from anninh_core.kernel.dates import short_date, short_moment
from anninh_core.kernel.refs import Ref
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.ports.storages.changes import Entry
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.actor import person, system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.event_records import iter_touched_ids, iter_touched_models


class OfficerNotices:
    """Handles the journal events about which officers are notified."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._runner = services.units.runner
        self._context = self._runner.context
        self._notifications = OfficerNotifier(self._runner)

    def notify_assignment(self, entry: Entry) -> None:
        """Notify the officers to whom a tip was assigned, except an officer who assigned it to themselves."""
        tip_ids = [*iter_touched_ids(entry, TIP.name)]
        actor = system("delivery").with_request(f"notice:{entry.id}")

        def notify(uow: UnitOfWork) -> None:
            uow.permit(self._context.district.root)
            for tip in (uow.load(TIP, id) for id in tip_ids):
                for officer in tip.handlers:
                    if person(officer).label != entry.actor:
                        self._notify_assigned_officer(uow, tip, officer)

        self._runner.run_command(actor, "dispatch.notice", Permission.INTAKE, notify)

    def notify_withdrawal_request(self, entry: Entry) -> None:
        """Notify the officers who work on a tip that its reporter asks to withdraw it, so that they decide."""
        self._notify_reporter_request(entry, "officer.withdrawal_asked", Permission.TIP_HANDLE)

    def notify_reopening_request(self, entry: Entry) -> None:
        """Notify the supervisors of a tip's unit that its reporter objects to the answer, so that one of them
        decides.
        """
        self._notify_reporter_request(entry, "officer.reopening_asked", Permission.TIP_SUPERVISE)

    def _notify_reporter_request(self, entry: Entry, purpose: str, permission: Permission) -> None:
        for tip in iter_touched_models(self._context, TIP, entry):
            text = self._context.district.say(purpose, code=tip.receipt[:5])
            request = f"asked:{entry.id}"
            unit = tip.handling_unit or tip.unit
            self._notifications.notify(
                permission, unit, request, text, purpose=purpose, lane=Lane.BROADCAST, excluded=tip.barred
            )

    def notify_flood(self, entry: Entry) -> None:
        """Notify the officers who handle tips, once per flood, how many unsorted messages of one person wait."""
        records = self._context.storage.records
        district = self._context.district
        for talk in self._iter_talks(entry):
            criteria = {"sender": talk.id, "kind": UNASSIGNED, "case": ""}
            # Locked messages are counted in the supervising unit that owns them.
            units = (district.counting_unit(talk.unit),)
            count = records.count(Find(kind=MESSAGE.name, order="oldest", units=units, where=criteria))
            due = (talk.talk.pace.told_at or self._context.clock.now()) + district.talk.assigned_within
            facts = {"count": count, "due": short_moment(due)}
            text = district.say("notice.flood", unit=district.unit(talk.unit).name, **facts)
            self._notifications.notify(
                Permission.TIP_HANDLE,
                talk.unit,
                f"flood:{entry.id}",
                text,
                purpose="notice.flood",
                lane=Lane.BROADCAST,
                excluded=self._list_excluded(talk),
            )

    def _iter_talks(self, entry: Entry) -> Iterator[Conversation]:
        """Yield the conversations of the messages in a journal entry; the journal contains no conversation ids."""
        records = self._context.storage.records
        messages = iter_touched_models(self._context, MESSAGE, entry)
        talks = (records.get(CONVERSATION.name, sender) for sender in {message.sender for message in messages})
        yield from self._context.iter_readable(CONVERSATION, (record for record in talks if record is not None))

    def _list_excluded(self, talk: Conversation) -> tuple[str, ...]:
        """Return the officers excluded from any tip in a conversation."""
        refs = (Ref.parse(recent_case.case) for recent_case in talk.talk.cases)
        stored = (self._context.storage.records.get(TIP.name, ref.id) for ref in refs if ref.kind == TIP.name)
        tips = self._context.iter_readable(TIP, (record for record in stored if record is not None))
        return tuple(mark for tip in tips for mark in tip.barred)

    def notify_erasure_request(self, entry: Entry) -> None:
        """Notify the officers who decide about an erasure request, with the pseudonym of the person if known."""
        records = self._context.storage.records
        stored = (records.get(touched.kind, touched.id) for touched in entry.touched if touched.kind == ERASURE.name)
        for erasure in (self._context.open_record(ERASURE, record) for record in stored if record is not None):
            purpose = "notice.withdrawal" if erasure.conversation else "notice.withdrawal_unknown"
            placeholders = {"person": make_pseudonym(erasure.conversation)} if erasure.conversation else {}
            text = self._context.district.say(purpose, **placeholders)
            request = f"erasure:{erasure.id}"
            self._notifications.notify(
                Permission.OPERATE, erasure.unit, request, text, purpose=purpose, lane=Lane.BROADCAST
            )

    def notify_held_message(self, entry: Entry) -> None:
        """Notify the officers who decide about deliveries in a unit that a message from there waits for a person's
        decision.
        """
        purpose = "notice.leak_held"
        for finding in (
            candidate for candidate in iter_touched_models(self._context, LEAK_FINDING, entry) if candidate.is_open
        ):
            unit = self._context.district.unit(finding.unit)
            text = self._context.district.say(purpose, code=finding.code, unit=unit.name)
            lane = Lane.EMERGENCY if finding.is_urgent else Lane.BROADCAST
            request = f"leak:{finding.id}"
            self._notifications.notify(Permission.DELIVERY_DECIDE, unit.id, request, text, purpose=purpose, lane=lane)

    def notify_break_glass(self, entry: Entry) -> None:
        """Notify every officer with a chat that an officer was appointed with the machine's keys alone, and from which
        day.
        """
        role = self._context.district.roles.get(str(entry.facts["role"]))
        begins = date.fromisoformat(str(entry.facts["from"]))
        names = {"role": role.name if role else str(entry.facts["role"]), "day": short_date(begins)}
        text = self._context.district.say("notice.break_glass", **names)
        self._notifications.notify_all(f"glass:{entry.id}", text, purpose="notice.break_glass", lane=Lane.BROADCAST)

    def _notify_assigned_officer(self, uow: UnitOfWork, tip: Tip, officer_id: str) -> None:
        officer = uow.get(OFFICER, officer_id)
        if officer is None or not officer.conversation:
            return
        district = self._context.district
        category = district.incoming.get(tip.category)
        due = min((clock.due for clock in tip.clocks), default=uow.at)
        text = district.say(
            "officer.assigned",
            code=tip.receipt[:5],
            category=category.name if category else "",
            urgency=district.say(f"urgency.{tip.urgency}"),
            due=short_moment(due),
        )
        scope = f"tip:{tip.id}"
        # The notice has its own lane, as a notice that waits for the morning must not delay an answer in the same chat.
        lane = Lane.EMERGENCY if tip.emergency else Lane.BROADCAST
        uow.send(officer.conversation, text, purpose="officer.assigned", cause=scope, scope=scope, lane=lane)
