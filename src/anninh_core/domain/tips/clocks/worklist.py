"""In which order officers work: emergencies, then what is overdue, then what is due first."""

from datetime import UTC, datetime

from anninh_core.domain.tips.clocks.explanation import clock_state, owed_clocks
from anninh_core.domain.tips.clocks.states import DeadlineState
from anninh_core.domain.tips.model import Tip
from anninh_core.usecase.indexing.computed_pages import place_in_time
from anninh_core.vocabulary.district import District

D = DeadlineState
_RUNNING = (D.RUNNING, D.WARN, D.OVERDUE)
_NEVER = datetime.max.replace(tzinfo=UTC)
"""When something is due that no clock runs for."""


def place_in_worklist(district: District, tip: Tip, at: datetime) -> str:
    """Return the place of a tip in the list of work at a moment: places sort as the work is to be done.

    An emergency comes first while it is open: once it is settled, only an answer is owed, by its clock. Within each
    of the three, the limit of the first clock that runs decides, and the age of the case where none does.
    """
    clocks = [(clock, clock_state(district, clock, at)) for clock in owed_clocks(district, tip)]
    due = min((clock.due for clock, state in clocks if state in _RUNNING), default=_NEVER)
    is_overdue = any(state is D.OVERDUE for _, state in clocks)
    rank = 0 if tip.emergency and tip.is_open else 1 if is_overdue else 2
    return f"{rank}/{place_in_time(due, place_in_time(tip.received_at, tip.id))}"
