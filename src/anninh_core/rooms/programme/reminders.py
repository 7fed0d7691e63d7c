"""The reminders that go out before, on and after a last day (P-III.1.a, P-IV.3)."""

from anninh_core.kernel.dates import short_date
from anninh_core.rooms.programme.duty import DUTY, Duty, DutyState, Reminder
from anninh_core.rooms.programme.head import HEAD
from anninh_core.rooms.programme.rules import reminder_wording, require_text
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command
from anninh_core.work.unit_of_work import UnitOfWork


class Reminders(Service):
    """Sends reminders of open duties to the heads of units."""

    room = "programme"

    @command(Permission.PLAN_URGE)
    def urge_due(self, draft: UnitOfWork, *, limit: int = 100) -> tuple[Duty, ...]:
        """Send the reminders that are due today, each once, and tell the standing body of what is late.

        Args:
            limit: at most so many in one commit; call again until nothing comes back.
        """
        draft.permit(self.context.district.root)
        waiting = draft.find(DUTY, "urge", where={"state": DutyState.OPEN.value}, limit=limit).items
        due = [duty for duty in waiting if duty.next_reminder() <= draft.today]
        draft.facts["urged"] = len(due)
        return tuple(self._send_reminder(draft, duty) for duty in due)

    @command(Permission.PLAN_URGE)
    def urge(self, draft: UnitOfWork, duty_id: str) -> Duty:
        """Urge a unit now, whatever the plan's own days are."""
        return self._send_reminder(draft, draft.held(DUTY, duty_id))

    @command(Permission.PLAN_RUN)
    def acknowledge(self, draft: UnitOfWork, duty_id: str, words: str) -> Duty:
        """Answer the last reminder of a duty in words."""
        duty = draft.held(DUTY, duty_id)
        draft.event("duty.acknowledged")
        return draft.save(DUTY, duty.acknowledged(draft.today, require_text(words, "the answer to a reminder")))

    def _send_reminder(self, draft: UnitOfWork, duty: Duty) -> Duty:
        days_left = (duty.last_day - draft.today).days
        standing = self.context.district.standing_body
        notified = self._notify_head(draft, duty.unit, duty, days_left)
        escalated = days_left < 0 and standing != duty.unit
        if escalated:
            self._notify_head(draft, standing, duty, days_left)
            draft.event("duty.escalated")
        reminder = Reminder(day=draft.today, offset=days_left, by=draft.actor.id, told=notified, escalated=escalated)
        draft.event("duty.urged")
        return draft.save(DUTY, duty.reminded(reminder))

    def _notify_head(self, draft: UnitOfWork, unit: str, duty: Duty, left: int) -> bool:
        """Send the reminder to the head of a unit; False where no chat is known."""
        head = draft.peek(HEAD, unit)
        if head is None or not head.conversation:
            return False
        wording, district = reminder_wording(left), self.context.district
        text = district.say(
            wording,
            unit=district.unit(duty.unit).name,
            name=duty.name,
            last_day=short_date(duty.last_day),
            days=abs(left),
        )
        about = f"duty:{duty.id}"
        # The broadcast lane may be held until the morning, without delaying replies in the same chat.
        draft.send(head.conversation, text, purpose=wording, cause=about, scope=about, lane=Lane.BROADCAST)
        return True
