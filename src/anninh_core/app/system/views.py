"""What of the system's state leaves the machine: sentences without places, and no keys."""

from datetime import date, datetime

from anninh_core.ports.health import Level
from anninh_core.usecase.views import view


@view
class HealthCheckView:
    """What was found about one thing.

    Attributes:
        name: what was looked at, such as `clock` or `calendar`.
        what: one sentence on what was found, in English; an interface translates it.
        todo: one sentence on what to do; "" where all is well.
    """

    name: str
    level: Level
    what: str
    todo: str


@view
class MessengerCheckView:
    """What a messenger said of one thing, such as `token`."""

    name: str
    level: Level


@view
class MessengerHealthView:
    """What the last daily look at a messenger found.

    Attributes:
        looked_on: None where nobody has looked yet.
        checks: what was looked at.
    """

    messenger: str
    looked_on: date | None
    checks: tuple[MessengerCheckView, ...]


@view
class QueueWaitView:
    """Since when the oldest of a queue has waited.

    Attributes:
        queue: `inbox`, or a lane of the outbox.
        since: None where nothing waits.
    """

    queue: str
    since: datetime | None


@view
class SystemHealthView:
    """How the system is doing.

    Attributes:
        looked_at: when the checks were made.
        checks: what was found, the worst first.
        messengers: as they said themselves on their last daily look; none is asked now.
        queues: how much waits.
        quarantined: how many records and journal entries a part of the program leaves out, up to 1,000.
    """

    looked_at: datetime
    checks: tuple[HealthCheckView, ...]
    queues: tuple[QueueWaitView, ...]
    messengers: tuple[MessengerHealthView, ...]
    quarantined: int


@view
class BackupView:
    """A backup that was made; its place is shown at the machine alone.

    Attributes:
        made_at: as its manifest says.
        content: one hash of everything in it, by which a file is known again.
        records: how many are in it.
        journal_seq: the last line of the trail in it.
        verified_at: when it was last read from beginning to end, with the keys at hand; None for never.
    """

    made_at: datetime
    content: str
    records: int
    journal_seq: int
    verified_at: datetime | None
