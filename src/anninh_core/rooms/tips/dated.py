"""Overdue tips, counted by the days on which they become overdue and cease to be, so that any day can be queried."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain

from anninh_core.kernel.dates import local_date
from anninh_core.rooms.tips.model import Tip
from anninh_core.work.context import UseCaseContext

OVERDUE = "tips_overdue"
"""The counter: one more on the day at whose end a tip is overdue, one less on the day at whose end it no longer is.

A limit that still runs counts on the day it will run out, and is taken back if the tip is settled in time.
A store from before there was this counter gets it by `anninh storage recount --deep`.
"""


def overdue_at(context: UseCaseContext, units: Sequence[str], day: date) -> Mapping[str, int]:
    """Count, by unit, the tips that were open at the end of a day although one of their limits had run out.

    What was purged stays as it was counted. Nothing before the profile came into force counts.
    """
    start = context.district.valid_from
    if day < start:
        return {}
    found = context.storage.counters.total((OVERDUE,), units, start, day)
    return {unit: number for (_, unit, _), number in found.items() if number}


def overdue_changes(tip: Tip) -> Iterator[tuple[date, int]]:
    """Yield the days at whose end a tip begins (1) or ceases (-1) to be open past one of its limits, in order."""
    missed = [
        (_ended(clock.due), _ended(clock.met_at) if clock.met_at else date.max)
        for clock in tip.clocks
        if clock.running(clock.due)
    ]
    if not missed:
        return
    ended = (settlement.day for settlement in tip.settlements)
    turns = {*chain.from_iterable(missed), tip.received_day, *tip.reopened_days, *ended}
    overdue = False
    for day in sorted(turns - {date.max}):
        before, overdue = overdue, any(due <= day < met for due, met in missed) and open_on(tip, day)
        if overdue is not before:
            yield day, 1 if overdue else -1


def open_on(tip: Tip, day: date) -> bool:
    """Tell whether work on a tip was still owed at the end of a day."""
    begun = [tip.received_day, *tip.reopened_days]
    ended = [settlement.day for settlement in tip.settlements]
    return sum(start <= day for start in begun) > sum(end <= day for end in ended)


def _ended(moment: datetime) -> date:
    """Return the first day that doesn't end before a moment; 24:00 belongs to the day that it ends."""
    return local_date(moment - datetime.resolution)
