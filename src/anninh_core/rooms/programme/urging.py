"""Urging: who answers for a unit, and the reminders that go out before, on and after a last day (P-III.1.a, P-IV.3)."""

from anninh_core.kernel.dates import short_date
from anninh_core.kernel.text import nfc
from anninh_core.rooms.programme.base import ProgrammeRoom, in_words
from anninh_core.rooms.programme.duty import DUTY, Duty, DutyState, Urge
from anninh_core.rooms.programme.heads import HEAD, Head
from anninh_core.rooms.programme.rules import urge_wording
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.draft import Draft
from anninh_core.work.look import Look
from anninh_core.work.marks import command, query


class Urging(ProgrammeRoom):
    """Responsible heads and their reminders."""

    @command(Permission.PLAN_RUN)
    def name_head(
        self, draft: Draft, unit: str, *, name: str, title: str = "", officer: str = "", conversation: str = ""
    ) -> Head:
        """Name who answers for a unit from today; without a title, the one that the profile gives the office."""
        draft.permit(unit)
        draft.peek(HEAD, unit)  # so that the change follows on the head before, if there was one
        head = Head(
            id=unit,
            name=in_words(name, "a responsible head"),
            title=nfc(title) or self.desk.district.unit(unit).head,
            since=draft.today,
            officer=officer,
            conversation=conversation,
        )
        draft.event("head.named")
        return draft.save(HEAD, head)

    @query(Permission.PLAN_READ)
    def head(self, look: Look, unit: str) -> Head | None:
        """Return who answers for a unit, None where nobody is named."""
        look.permit(unit)
        return look.peek(HEAD, unit)

    @command(Permission.PLAN_URGE)
    def urge_due(self, draft: Draft, *, limit: int = 100) -> tuple[Duty, ...]:
        """Send the reminders that are due today, each once, and tell the standing body of what is late.

        Args:
            limit: at most so many in one commit; call again until nothing comes back.
        """
        draft.permit(self.desk.district.root)
        waiting = draft.find(DUTY, "urge", where={"state": DutyState.OPEN.value}, limit=limit).items
        due = [duty for duty in waiting if duty.next_urge() <= draft.today]
        draft.facts["urged"] = len(due)
        return tuple(self._urged(draft, duty) for duty in due)

    @command(Permission.PLAN_URGE)
    def urge(self, draft: Draft, duty_id: str) -> Duty:
        """Urge a unit now, whatever the plan's own days are."""
        return self._urged(draft, self._held(draft, DUTY, duty_id))

    @command(Permission.PLAN_RUN)
    def acknowledge(self, draft: Draft, duty_id: str, words: str) -> Duty:
        """Answer the last reminder of a duty in words."""
        duty = self._held(draft, DUTY, duty_id)
        draft.event("duty.acknowledged")
        return draft.save(DUTY, duty.acknowledged(draft.today, in_words(words, "the answer to a reminder")))

    def _urged(self, draft: Draft, duty: Duty) -> Duty:
        left = (duty.last_day - draft.today).days
        standing = self.desk.district.standing_body
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
        wording, district = urge_wording(left), self.desk.district
        text = district.say(
            wording,
            unit=district.unit(duty.unit).name,
            name=duty.name,
            last_day=short_date(duty.last_day),
            days=abs(left),
        )
        about = f"duty:{duty.id}"
        # In the lane of broadcasts: what waits there for the morning keeps no answer in the same chat waiting.
        draft.send(head.conversation, text, purpose=wording, cause=about, scope=about, lane=Lane.BROADCAST)
        return True
