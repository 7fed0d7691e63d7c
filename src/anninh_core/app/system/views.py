"""Views of the system's health that leave the machine: sentences without paths, and no keys."""

from datetime import date, datetime

from anninh_core.ports.health import Level
from anninh_core.usecase.views import view


@view
class HealthCheckView:
    """The finding of a check.

    Attributes:
        name: name of the check, such as `clock` or `calendar`.
        what: one sentence with the finding, in English; an interface translates it.
        todo: one sentence with the remedy; "" if none is needed.
    """

    name: str
    level: Level
    what: str
    todo: str


@view
class MessengerCheckView:
    """Level of a messenger's own check, such as `token`."""

    name: str
    level: Level


@view
class MessengerHealthView:
    """Result of the last daily check of a messenger.

    Attributes:
        looked_on: day of the check; None if there was none yet.
        checks: results of the messenger's own checks.
    """

    messenger: str
    looked_on: date | None
    checks: tuple[MessengerCheckView, ...]


@view
class QueueWaitView:
    """The time since which the oldest row of a queue waits.

    Attributes:
        queue: `inbox`, or a lane of the outbox.
        since: None if nothing waits.
    """

    queue: str
    since: datetime | None


@view
class SystemHealthView:
    """Health of the system.

    Attributes:
        looked_at: time of the checks.
        checks: findings, the worst first.
        messengers: results of the last daily check of each messenger; none is called now.
        queues: waiting times of the queues.
        quarantined: number of quarantined records and journal entries, up to 1,000.
    """

    looked_at: datetime
    checks: tuple[HealthCheckView, ...]
    queues: tuple[QueueWaitView, ...]
    messengers: tuple[MessengerHealthView, ...]
    quarantined: int


@view
class BackupView:
    """A backup; its path is shown only at the machine.

    Attributes:
        made_at: time of the backup, from its manifest.
        content: one hash of all its content, which identifies the file.
        records: number of its records.
        journal_seq: sequence number of the last audit log line in it.
        verified_at: time of the last complete verification with the keys; None if never.
    """

    made_at: datetime
    content: str
    records: int
    journal_seq: int
    verified_at: datetime | None
