"""The reminders that go out before, on and after a last day (P-III.1.a, P-IV.3)."""

from anninh_core.kernel.dates import short_date
from anninh_core.rooms.programme.duty import DUTY, Duty, DutyState, Urge
from anninh_core.rooms.programme.head import HEAD
from anninh_core.rooms.programme.rules import require_words, urge_wording
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.draft import Draft
from anninh_core.work.marks import Room, command


class Reminders(Room):
    """Sends reminders of open duties to the heads of units."""

    room = "programme"

    @command(Permission.PLAN_URGE)
    def urge_due(self, draft: Draft, *, limit: int = 100) -> tuple[Duty, ...]:
        """Send the reminders that are due today, each once, and tell the standing body of what is late.

        Args:
            limit: at most so many in one commit; call again until nothing comes back.
        """
        draft.permit(self.context.district.root)
        waiting = draft.find(DUTY, "urge", where={"state": DutyState.OPEN.value}, limit=limit).items
        due = [duty for duty in waiting if duty.next_urge() <= draft.today]
        draft.facts["urged"] = len(due)
        return tuple(self._urged(draft, duty) for duty in due)

    @command(Permission.PLAN_URGE)
    def urge(self, draft: Draft, duty_id: str) -> Duty:
        """Urge a unit now, whatever the plan's own days are."""
        return self._urged(draft, draft.held(DUTY, duty_id))

    @command(Permission.PLAN_RUN)
    def acknowledge(self, draft: Draft, duty_id: str, words: str) -> Duty:
        """Answer the last reminder of a duty in words."""
        duty = draft.held(DUTY, duty_id)
        draft.event("duty.acknowledged")
        return draft.save(DUTY, duty.acknowledged(draft.today, require_words(words, "the answer to a reminder")))

    def _urged(self, draft: Draft, duty: Duty) -> Duty:
        left = (duty.last_day - draft.today).days
        standing = self.context.district.standing_body
        told = self._tell(draft, duty.unit, duty, left)
        escalated = left < 0 and standing != duty.unit
        if escalated:
            self._tell(draft, standing, duty, left)
            draft.event("duty.escalated")
        urge = Urge(day=draft.today, offset=left, by=draft.actor.id, told=told, escalated=escalated)
        draft.event("duty.urged")
        return draft.save(DUTY, duty.urged(urge))

    def _tell(self, draft: Draft, unit: str, duty: Duty, left: int) -> bool:
        """Send the reminder to the head of a unit; False where no chat is known."""
        head = draft.peek(HEAD, unit)
        if head is None or not head.conversation:
            return False
        wording, district = urge_wording(left), self.context.district
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
