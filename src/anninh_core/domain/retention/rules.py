"""Pure rules of retention, for the states of erasure requests and for the data that are due or held."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from attrs import frozen

from anninh_core.kernel.errors import BadInput

_PURGE_DELAY = 7  # Number of days from a purge order to the destruction, if the profile sets none.

IDENTITY_SCOPE = "identity"
"""Kind of the scopes that encrypt people's identities."""

PERSON_SCOPES = (IDENTITY_SCOPE, "conversation")
"""Kinds of the scopes that encrypt people's identities and conversations with them."""


class ErasureState(StrEnum):
    """State of an erasure request."""

    OPEN = "open"
    """The request waits for a decision."""
    GRANTED = "granted"
    """The request was granted, and its execution is pending."""
    DONE = "done"
    """The request was executed."""
    REFUSED = "refused"
    """The request was refused."""


@frozen(kw_only=True)
class RetainedItem:
    """A record with a limited retention period.

    Attributes:
        scope: the erasure scope that would be destroyed.
        unit: unit that owns it.
        data: kind of data, as the profile's retention names it.
        ended_on: day on which the retention period begins: the case was closed, the item withdrawn …
    """

    scope: str
    unit: str
    data: str
    ended_on: date


@frozen(kw_only=True)
class PurgeCandidate:
    """A record whose retention period is over.

    Attributes:
        last_day: last day of the retention period.
        held: whether a legal hold forbids to destroy it.
    """

    keepsake: RetainedItem
    last_day: date
    held: bool


def get_last_retention_day(item: RetainedItem, retention_days: Mapping[str, int]) -> date:
    """Return the last day of an item's retention period.

    Raises:
        BadInput: the profile has no such kind of data.
    """
    if item.data not in retention_days:
        available = ", ".join(sorted(retention_days)) or "nothing"
        raise BadInput(
            "The profile keeps no data of kind {data!r}: its `retention_days` name {allowed}.",
            data=item.data,
            allowed=available,
        )
    return item.ended_on + timedelta(days=retention_days[item.data])


def get_purge_delay(retention_days: Mapping[str, int]) -> timedelta:
    """Return the time from a purge order, or an erasure's decision, to the destruction, in which a hold can stop it.

    Decree 356/2025, according to secondary sources, gives 15 days from an erasure request: the decision has to be made
    in the remaining days.
    """
    return timedelta(days=retention_days.get("purge_delay", _PURGE_DELAY))


def find_purgeable(
    items: Iterable[RetainedItem], retention_days: Mapping[str, int], held: Collection[str], on: date
) -> tuple[PurgeCandidate, ...]:
    """Return the items that are due on day `on`, the longest overdue first. The items in `held` have scopes under a
    legal hold.
    """
    candidates = [
        PurgeCandidate(keepsake=item, last_day=get_last_retention_day(item, retention_days), held=item.scope in held)
        for item in items
    ]
    due = (candidate for candidate in candidates if candidate.last_day < on)
    return tuple(sorted(due, key=lambda candidate: (candidate.last_day, candidate.keepsake.scope)))
