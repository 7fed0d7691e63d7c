"""Use cases that send reminders before, on and after a duty's last day (P-III.1.a, P-IV.3)."""

from anninh_core.domain.programme.duty import DUTY, DUTY_STEPS, Duty, DutyState, Reminder
from anninh_core.domain.programme.head import HEAD
from anninh_core.domain.programme.rules import get_reminder_wording, require_text
from anninh_core.kernel.dates import short_date
from anninh_core.usecase.arguments import DutyId, Words
from anninh_core.usecase.marks import Service, command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission


class Reminders(Service):
    """Sends reminders of open duties to the heads of units."""

    action_prefix = "programme"

    @command(Permission.PLAN_URGE)
    def urge_due(self, uow: UnitOfWork, *, limit: int = 100) -> tuple[Duty, ...]:
        """Send the reminders that are due today, each once, and notify the `standing_body` of late duties.

        Args:
            limit: maximal number of duties in one commit; call again until nothing is returned.
        """
        uow.permit(self.context.district.root)
        waiting = uow.find(DUTY, "urge", where={"state": DutyState.OPEN.value}, limit=limit).items
        due = [duty for duty in waiting if duty.find_next_reminder_day() <= uow.today]
        uow.facts["urged"] = len(due)
        return tuple(self._send_reminder(uow, duty) for duty in due)

    @command(Permission.PLAN_URGE, public=True, daily=True, sends=True)
    def urge(self, uow: UnitOfWork, duty_id: DutyId) -> Duty:
        """Send a unit a reminder now, independent of the plan's own reminder days.

        Raises:
            WrongStep: the duty is done.
        """
        duty = uow.get_permitted(DUTY, duty_id)
        DUTY_STEPS.require("urge", duty, uow)
        return self._send_reminder(uow, duty)

    @command(Permission.PLAN_RUN, public=True, daily=True)
    def acknowledge(self, uow: UnitOfWork, duty_id: DutyId, words: Words) -> Duty:
        """Answer the last reminder of a duty in words.

        Raises:
            WrongStep: no reminder waits for an answer.
            BadInput: the text is empty.
        """
        duty = uow.get_permitted(DUTY, duty_id)
        DUTY_STEPS.require("acknowledge", duty, uow)
        uow.add_event("duty.acknowledged")
        return uow.save(DUTY, duty.acknowledged(uow.today, require_text(words, "words")))

    def _send_reminder(self, uow: UnitOfWork, duty: Duty) -> Duty:
        days_left = (duty.last_day - uow.today).days
        standing = self.context.district.standing_body
        notified = self._notify_head(uow, duty.unit, duty, days_left)
        escalated = days_left < 0 and standing != duty.unit
        if escalated:
            self._notify_head(uow, standing, duty, days_left)
            uow.add_event("duty.escalated")
        reminder = Reminder(day=uow.today, offset=days_left, by=uow.actor.id, told=notified, escalated=escalated)
        uow.add_event("duty.urged")
        return uow.save(DUTY, duty.reminded(reminder))

    def _notify_head(self, uow: UnitOfWork, unit: str, duty: Duty, days_left: int) -> bool:
        """Send the reminder to the head of a unit; return False if no chat is known."""
        head = uow.get(HEAD, unit)
        if head is None or not head.conversation:
            return False
        wording = get_reminder_wording(days_left)
        district = self.context.district
        text = district.say(
            wording,
            unit=district.unit(duty.unit).name,
            name=duty.name,
            last_day=short_date(duty.last_day),
            days=abs(days_left),
        )
        about = f"duty:{duty.id}"
        # The broadcast lane may hold the reminder until the morning, without delaying replies in the same chat.
        uow.send(head.conversation, text, purpose=wording, cause=about, scope=about, lane=Lane.BROADCAST)
        return True
