"""Use cases of duties: they are opened on the plan's dates, done and accepted by people, and listed if they are
late.
"""

from attrs import frozen

from anninh_core.domain.programme.duty import (
    DUTY,
    DUTY_STEPS,
    MILESTONE,
    REPORT,
    Duty,
    DutyState,
    DutyView,
    make_duty_id,
)
from anninh_core.domain.programme.head import HEAD
from anninh_core.domain.programme.rules import iter_milestone_duties, iter_report_duties
from anninh_core.usecase.arguments import Cursor, DutyId, Id, Limit, ObligationId, OneLine, UnitId, WithinUnit, Year
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.permissions import Permission


@view
class LateDutyView:
    """A late duty.

    Attributes:
        days: number of days since its last day in time.
    """

    duty: DutyView
    days: int
    head: str


@frozen(kw_only=True)
class LateDuty:
    """A late duty.

    Attributes:
        head: name of the unit's responsible head, "" for none.
    """

    duty: Duty
    days: int
    head: str

    def to_view(self) -> LateDutyView:
        """Return the read-only view of the late duty."""
        return make_view(LateDutyView, self)


class Duties(Service):
    """Use cases of the units' duties under the plan."""

    action_prefix = "programme"

    @command(Permission.PLAN_URGE)
    def open_duties(self, uow: UnitOfWork, obligation: ObligationId, year: int) -> tuple[Duty, ...]:
        """Open the duties of all units under an obligation in a year; return the new ones. Safe to call again."""
        return self._open_new_duties(uow, tuple(iter_report_duties(self.context.district, obligation, year)))

    @command(Permission.PLAN_URGE)
    def open_milestone(self, uow: UnitOfWork, milestone: str) -> tuple[Duty, ...]:
        """Open the duties of all units for a milestone; return the new ones. Safe to call again."""
        return self._open_new_duties(uow, tuple(iter_milestone_duties(self.context.district, milestone)))

    @command(Permission.PLAN_RUN, public=True, daily=True)
    def reach_milestone(self, uow: UnitOfWork, milestone: Id, unit: UnitId, *, evidence: OneLine) -> Duty:
        """Record that a unit reached a milestone today, with the evidence.

        Raises:
            WrongStep: it was reached before.
            BadInput: no evidence.
            NotFound: the milestone or unit doesn't exist, or the unit has no duty for it.
        """
        uow.permit(unit)
        expected_duty = next(
            (duty for duty in iter_milestone_duties(self.context.district, milestone) if duty.unit == unit), None
        )
        id = expected_duty.id if expected_duty else make_duty_id(MILESTONE, milestone, uow.today.year, unit)
        duty = uow.get_permitted(DUTY, id)
        DUTY_STEPS.require("reach_milestone", duty, uow)
        return self._complete_duty(uow, duty, evidence)

    @step(Permission.REPORT_SUBMIT)
    def fulfil(self, uow: UnitOfWork, obligation: str, year: int, unit: str, *, evidence: str) -> Duty:
        """Record that a unit submitted its report today; to be used in the commit of the submission."""
        return self._complete_duty(uow, uow.get_permitted(DUTY, make_duty_id(REPORT, obligation, year, unit)), evidence)

    @step(Permission.REPORT_ACCEPT)
    def give_back(self, uow: UnitOfWork, obligation: str, year: int, unit: str) -> Duty:
        """Open a duty again because the report was returned; to be used in the commit of the return."""
        duty = uow.get_permitted(DUTY, make_duty_id(REPORT, obligation, year, unit))
        uow.add_event("duty.given_back")
        return uow.save(DUTY, duty.given_back())

    @step(Permission.REPORT_ACCEPT)
    def accept(self, uow: UnitOfWork, obligation: str, year: int, unit: str) -> Duty:
        """Close a duty because the report was accepted; to be used in the commit of the acceptance."""
        duty = uow.get_permitted(DUTY, make_duty_id(REPORT, obligation, year, unit))
        uow.add_event("duty.accepted")
        return uow.save(DUTY, duty.accepted())

    @query(Permission.PLAN_READ, public=True)
    def duty(self, session: ReadSession, duty_id: DutyId) -> Duty:
        """Return a duty."""
        return session.get_permitted(DUTY, duty_id)

    @query(Permission.PLAN_READ, public=True)
    def duties(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        source: OneLine = "",
        year: Year = 0,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Duty]:
        """Return a page of duties of a unit and the units below it by last day, optionally of one source and year.

        Raises:
            BadInput: the profile has neither an obligation nor a milestone of this name.
        """
        session.permitted_units()
        district = self.context.district
        sources = (*district.obligations, *(milestone.id for milestone in district.milestones))
        district.require_word("obligation or milestone", source, sources)
        conditions = {name: value for name, value in (("source", source), ("year", year)) if value}
        return session.list_permitted(DUTY, "due", unit, where=conditions, after=after, limit=limit)

    @query(Permission.PLAN_READ, public=True)
    def late(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[LateDuty]:
        """Return a page of duties still open after their last day, the oldest first."""
        page = session.list_permitted(
            DUTY,
            "due",
            unit,
            where={"state": DutyState.OPEN.value},
            shows=lambda duty: duty.last_day < session.today,
            after=after,
            limit=limit,
        )
        return page.map(lambda duty: self._build_late_duty(session, duty))

    @staticmethod
    def _build_late_duty(session: ReadSession, duty: Duty) -> LateDuty:
        head = session.get_readable(HEAD, duty.unit)
        return LateDuty(duty=duty, days=duty.days_late(session.today), head=head.name if head else "")

    def _open_new_duties(self, uow: UnitOfWork, duties: tuple[Duty, ...]) -> tuple[Duty, ...]:
        uow.permit(self.context.district.root)
        opened = tuple(uow.save(DUTY, duty) for duty in duties if uow.get(DUTY, duty.id) is None)
        if opened:
            uow.add_event("duty.opened")
        uow.facts["opened"] = len(opened)
        return opened

    def _complete_duty(self, uow: UnitOfWork, duty: Duty, evidence: str) -> Duty:
        uow.add_event("duty.done")
        uow.facts |= {"duty": duty.id, "late": duty.last_day < uow.today}
        return uow.save(DUTY, duty.done(uow.today, evidence))
