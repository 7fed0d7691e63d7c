"""What stood open past its limit on a day, from the records."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial

from anninh_core.kernel.dates import end_of_day
from anninh_core.ports.storage import Find
from anninh_core.rooms.tips.clocks import Clock
from anninh_core.rooms.tips.kind import TIP
from anninh_core.rooms.tips.model import Tip
from anninh_core.work.desk import Desk


def overdue_at(desk: Desk, units: Sequence[str], day: date) -> Mapping[str, int]:
    """Count, by unit, the tips that were open at the end of a day although one of their limits had run out.

    What was purged can't be opened and counts no more.
    """
    found: dict[str, int] = {}
    after = ""
    while True:
        page = desk.storage.records.find(Find(kind=TIP.name, order="newest", units=units, after=after, limit=500))
        for tip in desk.readable(page.records, partial(desk.opened, TIP)):
            if open_on(tip, day) and any(_run_out(clock, end_of_day(day)) for clock in tip.clocks):
                found[tip.unit] = found.get(tip.unit, 0) + 1
        if not page.cursor:
            return found
        after = page.cursor


def _run_out(clock: Clock, at: datetime) -> bool:
    return clock.due <= at and clock.running(at)


def open_on(tip: Tip, day: date) -> bool:
    """Tell whether work on a tip was still owed at the end of a day."""
    begun = [tip.received_day, *tip.reopened_days]
    ended = [settlement.day for settlement in tip.settlements]
    return sum(start <= day for start in begun) > sum(end <= day for end in ended)
