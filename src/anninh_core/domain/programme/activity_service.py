"""Use cases of trainings, inspections, campaigns and the units' own plans."""

from collections.abc import Mapping, Sequence
from datetime import date

from anninh_core.domain.programme.activity import (
    CAMPAIGN,
    INSPECTION,
    TRAINING,
    Attendance,
    Campaign,
    CampaignTask,
    Inspection,
    InspectionCheck,
    PlannedTask,
    Training,
)
from anninh_core.domain.programme.own_plan import OWN_PLAN, OwnPlan
from anninh_core.domain.programme.rules import require_text
from anninh_core.kernel.dates import Period
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import (
    CampaignId,
    Count,
    Cursor,
    InspectionId,
    Limit,
    OneLine,
    StoredFile,
    UnitId,
    WithinUnit,
    Words,
)
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class Activities(Service):
    """Use cases of the plan's activities apart from the daily work."""

    action_prefix = "programme"

    @command(Permission.PLAN_RUN, public=True)
    def issue_plan(
        self, uow: UnitOfWork, unit: UnitId, *, number: str, day: date, title: OneLine, blob: StoredFile = ""
    ) -> OwnPlan:
        """Register a unit's own plan document, with its number and date of issue.

        Raises:
            BadInput: no number, no title, or a day in the future.
            NotFound: there is no such unit.
        """
        uow.permit(unit)
        plan = OwnPlan(
            id=self.context.ids.new(),
            unit=unit,
            number=require_text(number, "number"),
            day=_require_not_future(uow, day),
            title=require_text(title, "title"),
            blob=blob,
        )
        uow.add_event("plan.issued")
        return uow.save(OWN_PLAN, plan)

    @command(Permission.PLAN_RUN, public=True)
    def hold_training(
        self, uow: UnitOfWork, unit: UnitId, *, topic: OneLine, day: date, attendance: Mapping[str, int]
    ) -> Training:
        """Register a training that a unit held on a day; `attendance` is unit id -> people sent.

        Raises:
            BadInput: no topic, a day in the future, or a unit without attendees.
            NotFound: one of the units doesn't exist.
        """
        uow.permit(unit)
        attended = tuple(
            Attendance(self.context.district.unit(sender).id, people) for sender, people in attendance.items()
        )
        training = Training(
            id=self.context.ids.new(),
            unit=unit,
            topic=require_text(topic, "topic"),
            day=_require_not_future(uow, day),
            attendance=attended,
        )
        uow.add_event("training.held")
        return uow.save(TRAINING, training)

    @command(Permission.PLAN_RUN, public=True)
    def inspect(self, uow: UnitOfWork, unit: UnitId, checks: Sequence[InspectionCheck]) -> Inspection:
        """Register today's inspection of a unit, with its list of checks; needs the permission on the superior unit.

        Raises:
            BadInput: no checks.
            NotFound: the unit doesn't exist.
        """
        uow.permit(self.context.district.superior(unit))
        if not checks:
            raise BadInput("The inspection of unit {unit!r} has no checks: add at least one.", unit=unit)
        inspection = Inspection(
            id=self.context.ids.new(), unit=unit, day=uow.today, by=uow.actor.id, checks=tuple(checks)
        )
        uow.add_event("unit.inspected")
        return uow.save(INSPECTION, inspection)

    @command(Permission.PLAN_RUN, public=True)
    def remedy(self, uow: UnitOfWork, inspection_id: InspectionId, text: Words) -> Inspection:
        """Record how the findings of an inspection were corrected.

        Raises:
            WrongStep: it has no findings, or they were corrected before.
            BadInput: the text is empty.
        """
        inspection = uow.get_permitted(INSPECTION, inspection_id)
        uow.add_event("inspection.remedied")
        return uow.save(INSPECTION, inspection.remedied(uow.today, nfc(text)))

    @command(Permission.PLAN_RUN, public=True)
    def open_campaign(
        self,
        uow: UnitOfWork,
        unit: UnitId,
        *,
        name: OneLine,
        start: date,
        end: date,
        partners: Sequence[UnitId] = (),
        tasks: Sequence[PlannedTask] = (),
    ) -> Campaign:
        """Open a campaign led by a unit, with the tasks of its partners.

        Raises:
            BadInput: no name, a task without text, or it ends before it starts.
            NotFound: the unit or a partner doesn't exist.
        """
        uow.permit(unit)
        district = self.context.district
        campaign = Campaign(
            id=self.context.ids.new(),
            unit=unit,
            name=require_text(name, "name"),
            period=Period(start, end),
            partners=tuple(district.unit(partner).id for partner in partners),
            tasks=tuple(
                CampaignTask(district.unit(task.partner).id, require_text(task.text, "tasks")) for task in tasks
            ),
        )
        uow.add_event("campaign.opened")
        return uow.save(CAMPAIGN, campaign)

    @command(Permission.PLAN_RUN, public=True)
    def finish_task(self, uow: UnitOfWork, campaign_id: CampaignId, number: Count) -> Campaign:
        """Record that a campaign's task (counted from 1) was done today.

        Raises:
            WrongStep: the campaign is closed.
            BadInput: it has no task of this number.
        """
        campaign = uow.get_permitted(CAMPAIGN, campaign_id)
        uow.add_event("campaign.task_done")
        return uow.save(CAMPAIGN, campaign.task_done(number, uow.today))

    @command(Permission.PLAN_RUN, public=True)
    def close_campaign(self, uow: UnitOfWork, campaign_id: CampaignId, *, results: Words, people: Count) -> Campaign:
        """Close a campaign with its results in words and the number of participants it mobilised.

        Raises:
            WrongStep: it was closed before.
            BadInput: no results, or a number of people below 0.
        """
        campaign = uow.get_permitted(CAMPAIGN, campaign_id)
        uow.add_event("campaign.closed")
        return uow.save(CAMPAIGN, campaign.closed(uow.today, nfc(results), people))

    @query(Permission.PLAN_READ, public=True)
    def plans(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[OwnPlan]:
        """Return a page of the plan documents of a unit and the units below it, the newest first."""
        return session.list_permitted(OWN_PLAN, "newest", unit, after=after, limit=limit)

    @query(Permission.PLAN_READ, public=True)
    def trainings(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[Training]:
        """Return a page of the trainings of a unit and the units below it, the newest first."""
        return session.list_permitted(TRAINING, "newest", unit, after=after, limit=limit)

    @query(Permission.PLAN_READ, public=True)
    def inspections(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        open_only: bool = False,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Inspection]:
        """Return a page of inspections of a unit and the units below, newest first; `open_only`: with findings left."""
        conditions = {"open": True} if open_only else {}
        return session.list_permitted(INSPECTION, "newest", unit, where=conditions, after=after, limit=limit)

    @query(Permission.PLAN_READ, public=True)
    def campaigns(
        self, session: ReadSession, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 50
    ) -> Listing[Campaign]:
        """Return a page of the campaigns led by a unit or a unit below it, the newest first."""
        return session.list_permitted(CAMPAIGN, "newest", unit, after=after, limit=limit)


def _require_not_future(uow: UnitOfWork, day: date) -> date:
    if day > uow.today:
        raise BadInput("{day} is in the future: choose {today} or an earlier day.", day=day, today=uow.today)
    return day
