"""Recounting: the records' own facts against the counters that grew with them."""

from collections import Counter as Sums
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from attrs import frozen

from anninh_core.kernel.dates import Period
from anninh_core.kernel.errors import SealBroken
from anninh_core.work.desk import Desk
from anninh_core.work.kinds import Fact, Kind, counted

Key = tuple[str, str, str]
"""Indicator, unit, dimensions."""


@frozen(kw_only=True)
class Difference:
    """A sum that differs between the counters and the records."""

    indicator: str
    unit: str
    dims: str
    counted: int
    recounted: int


@frozen(kw_only=True)
class Recount:
    """What a recount found.

    Attributes:
        records: how many were counted.
        unreadable: `kind:id` of records whose key was destroyed: what they once counted can't be told from them.
    """

    records: int
    differences: tuple[Difference, ...]
    unreadable: tuple[str, ...]


def recount(desk: Desk, kinds: Sequence[Kind[Any]], counters: Iterable[str], period: Period) -> Recount:
    """Count the facts of every record over a period and compare them with the stored sums of `counters`."""
    sums: Sums[Key] = Sums()
    records = 0
    unreadable: list[str] = []
    for kind in kinds:
        for record in desk.storage.maintenance.scan(kind.name):
            try:
                model = desk.opened(kind, record)
            except SealBroken:
                unreadable.append(f"{kind.name}:{record.id}")
                continue
            records += 1
            for indicator, unit, day, dims, amount in _amounts(desk, kind.facts(model)):
                if period.contains(day):
                    sums[indicator, unit, dims] += amount
    wanted = {*counters, *(indicator for indicator, _, _ in sums)}
    stored = desk.storage.counters.total(sorted(wanted), sorted(desk.district.units), period.start, period.end)
    differences = tuple(
        Difference(indicator=key[0], unit=key[1], dims=key[2], counted=stored.get(key, 0), recounted=sums[key])
        for key in sorted({*sums, *stored})
        if stored.get(key, 0) != sums[key]
    )
    return Recount(records=records, differences=differences, unreadable=tuple(unreadable))


def _amounts(desk: Desk, facts: Iterable[Fact]) -> Iterator[tuple[str, str, date, str, int]]:
    """Yield facts as amounts, those of residential areas for their commune too."""
    for (indicator, unit, day, dims), amount in counted(facts).items():
        for at in sorted({unit, desk.district.counting_unit(unit)}):
            yield indicator, at, day, dims, amount
