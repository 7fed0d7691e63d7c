"""A unit's own plan document (P-IV.1.a)."""

from collections.abc import Iterable
from datetime import date

from attrs import frozen

from anninh_core.domain.index_specs import OWN_PLAN_SPEC
from anninh_core.usecase.kinds import Fact, Kind
from anninh_core.usecase.views import make_view, view


@view
class OwnPlanView:
    """A unit's own plan document.

    Attributes:
        has_file: whether the document's file is in the blob store.
    """

    id: str
    version: int
    unit: str
    number: str
    day: date
    title: str
    has_file: bool


@frozen(kw_only=True)
class OwnPlan:
    """A unit's own plan document.

    Attributes:
        number: number and symbol of the document, as printed on it.
        day: date of issue.
        blob: hash of the file in the blob store, "" for none.
    """

    id: str
    unit: str
    number: str
    day: date
    title: str
    blob: str = ""
    version: int = 0

    def to_view(self) -> OwnPlanView:
        """Return the read-only view of the plan."""
        return make_view(OwnPlanView, self, has_file=bool(self.blob))


def own_plan_facts(plan: OwnPlan) -> Iterable[Fact]:
    """Yield the fact that the reports count about a plan document."""
    yield Fact("plans_issued", plan.unit, plan.day)


OWN_PLAN = Kind(
    spec=OWN_PLAN_SPEC,
    model=OwnPlan,
    columns=lambda plan: {"day": plan.day.isoformat()},
    scope=lambda plan: f"own_plan:{plan.id}",
    facts=own_plan_facts,
    numbered=True,
)
