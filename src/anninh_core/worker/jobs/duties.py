"""The job that opens the duties of the yearly plan when they are due."""

from anninh_core.domain.services import Services
from anninh_core.kernel.dates import local_date
from anninh_core.usecase.actor import system

_CLOCK = system("clock")


def open_duties(services: Services) -> int:
    """Open this year's duties of the plan, once the profile is in force; return how many are new."""
    context = services.units.context
    district = context.district
    today = local_date(context.clock.now())
    opened_count = 0
    for obligation in district.obligations.values():
        if obligation.first <= today.year <= obligation.last and obligation.period(today.year).start <= today:
            opened_count += len(services.programme.duties.open_duties(_CLOCK, obligation.id, today.year))
    for milestone in district.milestones:
        if district.valid_from <= today:
            opened_count += len(services.programme.duties.open_milestone(_CLOCK, milestone.id))
    return opened_count
