"""Overdue tips, counted by the days on which they become overdue and cease to be, so that any day can be queried."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain

from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.limits import find_last_day
from anninh_core.usecase.context import UseCaseContext

OVERDUE_COUNTER = "tips_overdue"
"""The counter: plus one on the day on which a tip becomes overdue, minus one on the day on which it no longer is.

A running limit counts on the day on which it will run out, and is removed if the tip is settled in time. For a storage
without this counter, run `anninh storage recount --deep`.
"""


def count_overdue(context: UseCaseContext, units: Sequence[str], day: date) -> Mapping[str, int]:
    """Count, by unit, the tips that were open at the end of a day although one of their limits had run out.

    Purged tips stay counted. Days before the profile came into force count as zero.
    """
    start = context.district.valid_from
    if day < start:
        return {}
    totals = context.storage.counters.total((OVERDUE_COUNTER,), units, start, day)
    return {unit: number for (_, unit, _), number in totals.items() if number}


def iter_overdue_changes(tip: Tip) -> Iterator[tuple[date, int]]:
    """Yield the days on which a tip becomes overdue (1) or ceases to be overdue (-1), judged at the day's end, in
    order.
    """
    late_periods = [
        (find_last_day(deadline.due), find_last_day(deadline.met_at) if deadline.met_at else date.max)
        for deadline in tip.clocks
        if deadline.is_running(deadline.due)
    ]
    if not late_periods:
        return
    settled_days = (settlement.day for settlement in tip.settlements)
    change_days = {*chain.from_iterable(late_periods), tip.received_day, *tip.reopened_days, *settled_days}
    overdue = False
    for day in sorted(change_days - {date.max}):
        was_overdue, overdue = overdue, any(due <= day < met for due, met in late_periods) and is_open_on(tip, day)
        if overdue is not was_overdue:
            yield day, 1 if overdue else -1


def is_open_on(tip: Tip, day: date) -> bool:
    """Return whether work on a tip was still owed at the end of a day."""
    start_days = [tip.received_day, *tip.reopened_days]
    end_days = [settlement.day for settlement in tip.settlements]
    return sum(start <= day for start in start_days) > sum(end <= day for end in end_days)
