"""Pure rules of retention: where a wish stands, what is due to be destroyed, what is held."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from attrs import frozen

from anninh_core.kernel.errors import BadInput

_PURGE_DELAY = 7  # days, where the profile doesn't say

IDENTITY_SCOPE = "identity"
"""Kind of the scopes that seal who somebody is."""

PERSON_SCOPES = (IDENTITY_SCOPE, "conversation")
"""Kinds of the scopes that seal who somebody is and what was said with them."""


class ErasureState(StrEnum):
    """Where a person's wish to be erased stands."""

    OPEN = "open"
    """It waits for a decision."""
    GRANTED = "granted"
    """It will be done."""
    DONE = "done"
    """It was done."""
    REFUSED = "refused"
    """It won't be done."""


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
        raise BadInput(
            "The profile keeps no data of kind {data!r}: its `retention_days` name {allowed}.",
            data=keepsake.data,
            allowed=available,
        )
    return keepsake.ended_on + timedelta(days=retention_days[keepsake.data])


def purge_delay(retention_days: Mapping[str, int]) -> timedelta:
    """Return how long after its order, or an erasure's decision, something is destroyed: until then a hold stops it.

    Decree 356/2025, as secondary sources tell it, gives 15 days from a wish to be erased: decide within the rest.
    """
    return timedelta(days=retention_days.get("purge_delay", _PURGE_DELAY))


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
