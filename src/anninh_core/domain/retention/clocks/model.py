"""Clocks: how long a kind of data is kept, from when on, and how it goes."""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from attrs import frozen

from anninh_core.usecase.read_session import ReadSession


class Removal(StrEnum):
    """How data go."""

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
        since: from when the days count, in words; why, where they stay.
        data: the key in the profile's `retention_days`, "" where none has a say.
        default: days where the profile doesn't say; None where nothing is destroyed then.
    """

    what: str
    kinds: tuple[str, ...] = ()
    since: str
    data: str = ""
    default: int | None = None
    removal: Removal


@frozen(kw_only=True)
class KeptScope:
    """Where something stands that an erasure scope seals.

    Attributes:
        data: kind of data, as the profile's `retention_days` name it.
        days: how many it is kept; None where the profile doesn't say and there is no default: nothing is destroyed.
        ended_on: day from which its time counts; None while it waits.
        waits_for: what it waits for, such as a case that isn't over; "" if `ended_on` is known.
        cases: `kind:id` of the cases that name whose it is; whoever is excluded from them hears nothing of it.
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
        """The last day on which it is kept; None while nobody can tell."""
        return None if self.ended_on is None or self.days is None else self.ended_on + timedelta(days=self.days)

    def is_over(self, on: date) -> bool:
        """Tell whether it has been kept for long enough."""
        return self.last_day is not None and self.last_day < on


ReadsScope = Callable[[str], KeptScope | None]
"""Tells where a scope stands; None for one that has no clock, or of which nothing can be read."""

OpensScopes = Callable[[ReadSession], ReadsScope]
"""Returns what reads scopes in one act. In a unit of work the commit fails if what was read changes meanwhile."""


def no_scopes(_: ReadSession) -> ReadsScope:
    """Know no scope."""
    return lambda _: None
