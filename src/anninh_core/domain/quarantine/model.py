"""An item that a part of the program failed to process. It has ids and times, and no personal text."""

from datetime import datetime, timedelta
from hashlib import sha256

from attrs import evolve, frozen

from anninh_core.domain.quarantine.views import QuarantinedView
from anninh_core.usecase.views import make_view

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_DOUBLINGS = 9  # Number of times that the first pause is doubled until it exceeds the longest pause.
_ID_DIGITS = 32


def build_quarantine_id(consumer: str, about: str) -> str:
    """Return the id of a consumer's quarantined item."""
    return sha256(f"{consumer}\x1f{about}".encode()).hexdigest()[:_ID_DIGITS]


@frozen(kw_only=True)
class Quarantined:
    """An item that one consumer skips, while all other processing continues.

    Attributes:
        consumer: the part of the program that skips it: the name of a job, or of the event that it handles.
        about: `kind:id` of a record, or `journal:seq` of an audit log entry.
        unit: unit of the last act on it, according to the audit log; the root if the log has none.
        item_version: the record's version at the last try. Another version is tried at once.
        reason: class of the error.
        since: time of the first failure.
        due_at: time of the next try.
        tries: number of tries.
        released_at: when it was processed, or no longer existed; None while it is quarantined.
    """

    id: str
    consumer: str
    about: str
    unit: str
    item_version: int
    reason: str
    since: datetime
    due_at: datetime
    tries: int = 1
    released_at: datetime | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the consumer of the item still skips it."""
        return self.released_at is None

    def is_skipped(self, item_version: int, now: datetime) -> bool:
        """Return whether the consumer of the item skips it at `now`."""
        return self.is_open and self.item_version == item_version and now < self.due_at

    def failed_again(self, item_version: int, reason: str, at: datetime) -> "Quarantined":
        """Return the item after a further failure. Pauses begin again for a released item and for a new version."""
        is_repeated = self.is_open and item_version == self.item_version
        tries = self.tries + 1 if is_repeated else 1
        return evolve(
            self,
            item_version=item_version,
            reason=reason,
            since=self.since if self.is_open else at,
            due_at=at + compute_pause(tries),
            tries=tries,
            released_at=None,
        )

    def to_view(self) -> QuarantinedView:
        """Return the read-only view of the item."""
        return make_view(QuarantinedView, self)


def compute_pause(tries: int) -> timedelta:
    """Return the pause after a number of tries: a minute, then twice as long each time, up to six hours."""
    doublings = min(tries - 1, _DOUBLINGS)
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << doublings))
