"""Retention clocks: how long a kind of data is kept, from when on, and how it is removed."""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from attrs import frozen

from anninh_core.usecase.read_session import ReadSession


class Removal(StrEnum):
    """How data are removed."""

    ORDER = "ordered; after `purge_delay` the key is destroyed, files, index and rows of queues are deleted"
    KEY = "its key is destroyed"
    FILES = "they are deleted; their key, which opens them in backups, goes with the words"
    ROWS = "its rows are deleted, once a day"
    WITH = "with what it belongs to"
    STAYS = "stays"
    OUTSIDE = "not kept by the program"


@frozen(kw_only=True)
class RetentionClock:
    """How long a kind of data is kept.

    Attributes:
        what: the data, in words.
        kinds: kinds of records among them.
        since: begin of the retention period, in words; the reason, for data that stay.
        data: the key in the profile's `retention_days`, "" for data that the profile can't set.
        default: days if the profile sets none; None if nothing is destroyed then.
    """

    what: str
    kinds: tuple[str, ...] = ()
    since: str
    data: str = ""
    default: int | None = None
    removal: Removal


@frozen(kw_only=True)
class KeptScope:
    """The retention of the data encrypted under an erasure scope.

    Attributes:
        data: kind of data, as the profile's `retention_days` name it.
        days: length of the retention period; None without a profile value and a default: nothing is destroyed.
        ended_on: day on which the retention period begins; None before that.
        waits_for: why it hasn't begun, such as a case that isn't over; "" if `ended_on` is known.
        cases: `kind:id` of the cases that identify the person; an actor excluded from all of them can't see the scope.
    """

    scope: str
    unit: str
    data: str
    days: int | None = None
    ended_on: date | None = None
    waits_for: str = ""
    cases: tuple[str, ...] = ()

    @property
    def last_day(self) -> date | None:
        """The last day on which the data are kept; None if unknown."""
        return None if self.ended_on is None or self.days is None else self.ended_on + timedelta(days=self.days)

    def is_over(self, on: date) -> bool:
        """Return whether the retention period of the data is over on day `on`."""
        return self.last_day is not None and self.last_day < on


ReadsScope = Callable[[str], KeptScope | None]
"""Type of a function that returns the retention of a scope; it returns None for a scope without clock or without
readable records.
"""

OpensScopes = Callable[[ReadSession], ReadsScope]
"""Type of a function that returns a function which reads scopes; in a unit of work, the commit fails if a scope that
was read changes meanwhile.
"""


def make_empty_reader(_: ReadSession) -> ReadsScope:
    """Return a function that returns None for every scope."""
    return lambda _: None
