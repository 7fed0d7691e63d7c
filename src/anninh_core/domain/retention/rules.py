"""Pure rules of retention: what is due to be destroyed, what is held."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from attrs import frozen

from anninh_core.kernel.errors import BadInput

_PURGE_DELAY, _ERASURE_DELAY = 7, 2  # days, where the profile doesn't say


@frozen(kw_only=True)
class RetainedItem:
    """A record with a limited retention period.

    Attributes:
        scope: the erasure scope that would be destroyed.
        unit: who owns it.
        data: kind of data, as the profile's retention names it.
        ended_on: day from which the time counts: the case was closed, the text withdrawn …
    """

    scope: str
    unit: str
    data: str
    ended_on: date


@frozen(kw_only=True)
class PurgeCandidate:
    """A record whose retention period is over.

    Attributes:
        last_day: the last day on which it had to be kept.
        held: whether a legal hold forbids to destroy it.
    """

    keepsake: RetainedItem
    last_day: date
    held: bool


def last_retention_day(keepsake: RetainedItem, retention_days: Mapping[str, int]) -> date:
    """Return the last day something is kept: so many days after the day it ended.

    Raises:
        BadInput: the profile names no such kind of data.
    """
    if keepsake.data not in retention_days:
        available = ", ".join(sorted(retention_days)) or "nothing"
        raise BadInput(f"the profile keeps no {keepsake.data!r}: its retention_days name {available}")
    return keepsake.ended_on + timedelta(days=retention_days[keepsake.data])


def purge_delay(retention_days: Mapping[str, int]) -> timedelta:
    """Return how long after its order something is destroyed: in these days a legal hold still cancels it."""
    return timedelta(days=retention_days.get("purge_delay", _PURGE_DELAY))


def erasure_delay(retention_days: Mapping[str, int]) -> timedelta:
    """Return how long after an officer granted it a wish to be erased is carried out.

    The law gives 72 hours from the wish (Nghị định 13/2023/NĐ-CP, Điều 16.5), so that this is shorter than for cases.
    """
    return timedelta(days=retention_days.get("erasure_delay", _ERASURE_DELAY))


def find_purgeable(
    keepsakes: Iterable[RetainedItem], retention_days: Mapping[str, int], held: Collection[str], on: date
) -> tuple[PurgeCandidate, ...]:
    """Return what is due on a day, the longest overdue first. `held` are scopes under a legal hold."""
    found = [
        PurgeCandidate(keepsake=one, last_day=last_retention_day(one, retention_days), held=one.scope in held)
        for one in keepsakes
    ]
    due = (one for one in found if one.last_day < on)
    return tuple(sorted(due, key=lambda one: (one.last_day, one.keepsake.scope)))
