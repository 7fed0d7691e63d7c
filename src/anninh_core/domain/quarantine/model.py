"""An item that a part of the program couldn't work on. It holds ids and moments, and no text of people."""

from datetime import datetime, timedelta
from hashlib import sha256

from attrs import evolve, frozen

from anninh_core.domain.quarantine.views import QuarantinedView
from anninh_core.usecase.views import make_view

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_DOUBLINGS = 9  # of the first pause until it is longer than the longest
_ID_DIGITS = 32


def quarantine_id(consumer: str, about: str) -> str:
    """Return the id under which a consumer's item is quarantined."""
    return sha256(f"{consumer}\x1f{about}".encode()).hexdigest()[:_ID_DIGITS]


@frozen(kw_only=True)
class Quarantined:
    """An item that one consumer leaves out, while everything else goes on.

    Attributes:
        consumer: which part of the program leaves it out: the name of a job, or of the event that it handles.
        about: `kind:id` of a record, or `journal:seq` of an entry.
        unit: of the last act on it, by the journal; the root where the journal has none.
        item_version: of the record when it was tried last. Another version is tried at once.
        reason: class of the error.
        since: when it failed first.
        due_at: when it is tried again.
        tries: how often it was tried.
        released_at: when it was worked on, or was no longer there; None while it is quarantined.
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
        """Whether it is still left out."""
        return self.released_at is None

    def is_skipped(self, item_version: int, now: datetime) -> bool:
        """Return whether its consumer leaves it out now."""
        return self.is_open and self.item_version == item_version and now < self.due_at

    def failed_again(self, item_version: int, reason: str, at: datetime) -> "Quarantined":
        """Return it after another try. The pauses begin again for one that was released, and for a new version."""
        goes_on = self.is_open and item_version == self.item_version
        tries = self.tries + 1 if goes_on else 1
        return evolve(
            self,
            item_version=item_version,
            reason=reason,
            since=self.since if self.is_open else at,
            due_at=at + pause_after(tries),
            tries=tries,
            released_at=None,
        )

    def to_view(self) -> QuarantinedView:
        """Return what may leave."""
        return make_view(QuarantinedView, self)


def pause_after(tries: int) -> timedelta:
    """Return how long an item rests after so many tries: a minute, then twice as long each time, up to six hours."""
    doublings = min(tries - 1, _DOUBLINGS)
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << doublings))
