"""Duties: opened by the plan's dates, done and accepted by people, late ones on a board."""

from attrs import frozen

from anninh_core.rooms.programme.duty import DUTY, MILESTONE, REPORT, Duty, DutyState, duty_id
from anninh_core.rooms.programme.head import HEAD
from anninh_core.rooms.programme.rules import milestone_duties, report_duties
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command, query, step
from anninh_core.work.read_session import ReadSession
from anninh_core.work.unit_of_work import UnitOfWork


@frozen(kw_only=True)
class LateDuty:
    """A line of the board of who is late.

    Attributes:
        head: name of the responsible head, "" where none is named.
    """

    duty: Duty
    days: int
    head: str


class Duties(Service):
    """What the units owe the plan."""

    room = "programme"

    @command(Permission.PLAN_URGE)
    def open_duties(self, draft: UnitOfWork, obligation: str, year: int) -> tuple[Duty, ...]:
        """Open what every unit owes by an obligation in a year; returns the new ones. Safe to call again."""
        return self._open_new(draft, tuple(report_duties(self.context.district, obligation, year)))

    @command(Permission.PLAN_URGE)
    def open_milestone(self, draft: UnitOfWork, milestone: str) -> tuple[Duty, ...]:
        """Open what every unit owes by a milestone; returns the new ones. Safe to call again."""
        return self._open_new(draft, tuple(milestone_duties(self.context.district, milestone)))

    @command(Permission.PLAN_RUN)
    def reach_milestone(self, draft: UnitOfWork, milestone: str, unit: str, *, evidence: str) -> Duty:
        """Note that a unit reached a milestone today, with what shows it."""
        draft.permit(unit)
        owed = next((duty for duty in milestone_duties(self.context.district, milestone) if duty.unit == unit), None)
        id = owed.id if owed else duty_id(MILESTONE, milestone, draft.today.year, unit)
        return self._complete(draft, draft.held(DUTY, id), evidence)

    @step(Permission.REPORT_SUBMIT)
    def fulfil(self, draft: UnitOfWork, obligation: str, year: int, unit: str, *, evidence: str) -> Duty:
        """Note that a unit handed in its report today; meant to travel in the commit of the submission."""
        return self._complete(draft, draft.held(DUTY, duty_id(REPORT, obligation, year, unit)), evidence)

    @step(Permission.REPORT_ACCEPT)
    def give_back(self, draft: UnitOfWork, obligation: str, year: int, unit: str) -> Duty:
        """Open a duty again: the report was returned. Meant to travel in the commit of the return."""
        duty = draft.held(DUTY, duty_id(REPORT, obligation, year, unit))
        draft.event("duty.given_back")
        return draft.save(DUTY, duty.given_back())

    @step(Permission.REPORT_ACCEPT)
    def accept(self, draft: UnitOfWork, obligation: str, year: int, unit: str) -> Duty:
        """Close a duty: the report was accepted. Meant to travel in the commit of the acceptance."""
        duty = draft.held(DUTY, duty_id(REPORT, obligation, year, unit))
        draft.event("duty.accepted")
        return draft.save(DUTY, duty.accepted())

    @query(Permission.PLAN_READ)
    def duty(self, look: ReadSession, duty_id: str) -> Duty:
        """Return a duty."""
        return look.held(DUTY, duty_id)

    @query(Permission.PLAN_READ)
    def duties(self, look: ReadSession, *, unit: str = "", source: str = "", year: int = 0) -> tuple[Duty, ...]:
        """Return duties by their last day, of a unit and below, of an obligation or milestone, of a year."""
        where = {name: value for name, value in (("source", source), ("year", year)) if value}
        return tuple(look.every_listed(DUTY, "due", unit, where=where))

    @query(Permission.PLAN_READ)
    def late(self, look: ReadSession, *, unit: str = "") -> tuple[LateDuty, ...]:
        """Return the duties that stand open after their last day, the oldest first: the board of who is late."""
        where = {"state": DutyState.OPEN.value}
        lines: list[LateDuty] = []
        for duty in look.every_listed(DUTY, "due", unit, where=where):
            if duty.last_day >= look.today:
                break
            head = look.peek(HEAD, duty.unit)
            lines.append(LateDuty(duty=duty, days=duty.days_late(look.today), head=head.name if head else ""))
        return tuple(lines)

    def _open_new(self, draft: UnitOfWork, owed: tuple[Duty, ...]) -> tuple[Duty, ...]:
        draft.permit(self.context.district.root)
        opened = tuple(draft.save(DUTY, duty) for duty in owed if draft.peek(DUTY, duty.id) is None)
        if opened:
            draft.event("duty.opened")
        draft.facts["opened"] = len(opened)
        return opened

    def _complete(self, draft: UnitOfWork, duty: Duty, evidence: str) -> Duty:
        draft.event("duty.done")
        draft.facts |= {"duty": duty.id, "late": duty.last_day < draft.today}
        return draft.save(DUTY, duty.done(draft.today, evidence))
