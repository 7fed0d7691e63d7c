"""What the plan asks for is opened when its time comes."""

from anninh_core.kernel.dates import local_date
from anninh_core.rooms.services import Services
from anninh_core.work.actor import system

_CLOCK = system("clock")


def open_duties(rooms: Services) -> int:
    """Open what the plan asks for this year, once the profile is in force; return how many duties are new."""
    context = rooms.units.context
    district, today = context.district, local_date(context.clock.now())
    opened = 0
    for obligation in district.obligations.values():
        if obligation.first <= today.year <= obligation.last and obligation.period(today.year).start <= today:
            opened += len(rooms.programme.duties.open_duties(_CLOCK, obligation.id, today.year))
    for milestone in district.milestones:
        if district.valid_from <= today:
            opened += len(rooms.programme.duties.open_milestone(_CLOCK, milestone.id))
    return opened
