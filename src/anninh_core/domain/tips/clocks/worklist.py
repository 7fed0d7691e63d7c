"""In which order officers work: emergencies, then what is overdue, then what is due first."""

from datetime import UTC, datetime

from anninh_core.domain.tips.clocks.explanation import owed_clocks
from anninh_core.domain.tips.model import Tip
from anninh_core.usecase.indexing.computed_pages import place_in_time
from anninh_core.vocabulary.district import District

_NEVER = datetime.max.replace(tzinfo=UTC)
"""When something is due that no clock runs for."""


def place_in_worklist(district: District, tip: Tip, at: datetime) -> str:
    """Return the place of a tip in the list of work at a moment: places sort as the work is to be done.

    An emergency comes first while it is open: once it is settled, only an answer is owed, by its clock. Within each
    of the three, the limit of the first clock that runs decides, and the age of the case where none does.
    """
    running = [clock for clock in owed_clocks(district, tip) if clock.met_at is None and clock.stopped_at is None]
    due = min((clock.due for clock in running), default=_NEVER)
    rank = 0 if tip.emergency and tip.is_open else 1 if due < at else 2
    return f"{rank}/{place_in_time(due, place_in_time(tip.received_at, tip.id))}"
