"""A unit's own plan paper (P-IV.1.a)."""

from collections.abc import Iterable
from datetime import date

from attrs import frozen

from anninh_core.domain.programme.specs import OWN_PLAN_SPEC
from anninh_core.usecase.kinds import Fact, Kind


@frozen(kw_only=True)
class OwnPlan:
    """A unit's own plan document.

    Attributes:
        number: number and symbol of the document, as it stands on the paper.
        day: date of issue.
        blob: hash of the file in the blob store, "" for none.
        version: of the stored record: how often it was written.
    """

    id: str
    unit: str
    number: str
    day: date
    title: str
    blob: str = ""
    version: int = 0


def own_plan_facts(plan: OwnPlan) -> Iterable[Fact]:
    """Yield what the reports count about a plan document."""
    yield Fact("plans_issued", plan.unit, plan.day)


OWN_PLAN = Kind(
    spec=OWN_PLAN_SPEC,
    model=OwnPlan,
    unit=lambda plan: plan.unit,
    columns=lambda plan: {"day": plan.day.isoformat()},
    scope=lambda plan: f"own_plan:{plan.id}",
    facts=own_plan_facts,
    numbered=True,
)
