"""Trainings, inspections, campaigns and the units' own plans: what is done, and what came of it."""

from collections.abc import Mapping, Sequence
from datetime import date

from anninh_core.kernel.dates import Period
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.rooms.programme.activity import (
    CAMPAIGN,
    INSPECTION,
    TRAINING,
    Attendance,
    Campaign,
    CampaignTask,
    Inspection,
    InspectionCheck,
    Training,
)
from anninh_core.rooms.programme.own_plan import OWN_PLAN, OwnPlan
from anninh_core.rooms.programme.rules import require_text
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command, query
from anninh_core.work.read_session import ReadSession
from anninh_core.work.unit_of_work import UnitOfWork


class Activities(Service):
    """What is done for the plan besides the daily work."""

    room = "programme"

    @command(Permission.PLAN_RUN)
    def issue_plan(
        self, draft: UnitOfWork, unit: str, *, number: str, day: date, title: str, blob: str = ""
    ) -> OwnPlan:
        """Register a unit's own plan document, with its number and date of issue."""
        draft.permit(unit)
        plan = OwnPlan(
            id=self.context.ids.new(),
            unit=unit,
            number=require_text(number, "the number of a plan document"),
            day=_require_past(draft, day),
            title=require_text(title, "the title of a plan document"),
            blob=blob,
        )
        draft.event("plan.issued")
        return draft.save(OWN_PLAN, plan)

    @command(Permission.PLAN_RUN)
    def hold_training(
        self, draft: UnitOfWork, unit: str, *, topic: str, day: date, attendance: Mapping[str, int]
    ) -> Training:
        """Register a training that a unit held on a day; `attendance` is unit id -> people sent."""
        draft.permit(unit)
        attended = tuple(
            Attendance(self.context.district.unit(sender).id, people) for sender, people in attendance.items()
        )
        training = Training(
            id=self.context.ids.new(),
            unit=unit,
            topic=require_text(topic, "a training"),
            day=_require_past(draft, day),
            attendance=attended,
        )
        draft.event("training.held")
        return draft.save(TRAINING, training)

    @command(Permission.PLAN_RUN)
    def inspect(self, draft: UnitOfWork, unit: str, checks: Sequence[InspectionCheck]) -> Inspection:
        """Register today's inspection of a unit, with its list of checks; whoever works above the unit may inspect."""
        draft.permit(self.context.district.unit(unit).parent or unit)
        if not checks:
            raise BadInput(f"an inspection of {unit!r} needs at least one check")
        inspection = Inspection(
            id=self.context.ids.new(), unit=unit, day=draft.today, by=draft.actor.id, checks=tuple(checks)
        )
        draft.event("unit.inspected")
        return draft.save(INSPECTION, inspection)

    @command(Permission.PLAN_RUN)
    def remedy(self, draft: UnitOfWork, inspection_id: str, text: str) -> Inspection:
        """Note how the findings of an inspection were put right."""
        inspection = draft.held(INSPECTION, inspection_id)
        draft.event("inspection.remedied")
        return draft.save(INSPECTION, inspection.remedied(draft.today, nfc(text)))

    @command(Permission.PLAN_RUN)
    def open_campaign(
        self,
        draft: UnitOfWork,
        unit: str,
        *,
        name: str,
        start: date,
        end: date,
        partners: Sequence[str] = (),
        tasks: Sequence[tuple[str, str]] = (),
    ) -> Campaign:
        """Open a campaign led by a unit; `tasks` are pairs of the partner who takes it on and what it is."""
        draft.permit(unit)
        district = self.context.district
        campaign = Campaign(
            id=self.context.ids.new(),
            unit=unit,
            name=require_text(name, "a campaign"),
            period=Period(start, end),
            partners=tuple(district.unit(partner).id for partner in partners),
            tasks=tuple(
                CampaignTask(district.unit(partner_id).id, require_text(task, "a task")) for partner_id, task in tasks
            ),
        )
        draft.event("campaign.opened")
        return draft.save(CAMPAIGN, campaign)

    @command(Permission.PLAN_RUN)
    def finish_task(self, draft: UnitOfWork, campaign_id: str, number: int) -> Campaign:
        """Note that a campaign's task (counted from 1) was done today."""
        campaign = draft.held(CAMPAIGN, campaign_id)
        draft.event("campaign.task_done")
        return draft.save(CAMPAIGN, campaign.task_done(number, draft.today))

    @command(Permission.PLAN_RUN)
    def close_campaign(self, draft: UnitOfWork, campaign_id: str, *, results: str, people: int) -> Campaign:
        """Close a campaign with its results in words and the number of people it moved to take part."""
        campaign = draft.held(CAMPAIGN, campaign_id)
        draft.event("campaign.closed")
        return draft.save(CAMPAIGN, campaign.closed(draft.today, nfc(results), people))

    @query(Permission.PLAN_READ)
    def plans(self, look: ReadSession, *, unit: str = "") -> tuple[OwnPlan, ...]:
        """Return the plan documents of a unit and below, the newest first."""
        return tuple(look.every_listed(OWN_PLAN, "newest", unit))

    @query(Permission.PLAN_READ)
    def trainings(self, look: ReadSession, *, unit: str = "") -> tuple[Training, ...]:
        """Return the trainings of a unit and below, the newest first."""
        return tuple(look.every_listed(TRAINING, "newest", unit))

    @query(Permission.PLAN_READ)
    def inspections(self, look: ReadSession, *, unit: str = "", open_only: bool = False) -> tuple[Inspection, ...]:
        """Return the inspections of a unit and below, the newest first; `open_only` those with findings left."""
        where = {"open": True} if open_only else {}
        return tuple(look.every_listed(INSPECTION, "newest", unit, where=where))

    @query(Permission.PLAN_READ)
    def campaigns(self, look: ReadSession, *, unit: str = "") -> tuple[Campaign, ...]:
        """Return the campaigns led by a unit or below, the newest first."""
        return tuple(look.every_listed(CAMPAIGN, "newest", unit))


def _require_past(draft: UnitOfWork, day: date) -> date:
    if day > draft.today:
        raise BadInput(f"{day} lies in the future (today is {draft.today}); register what has happened")
    return day
