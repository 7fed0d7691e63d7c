"""The stored progress of a collector, shared by all workers; encrypted, since a source's cursor may reveal its
content.
"""

from datetime import datetime, timedelta

import msgspec
from attrs import evolve, frozen

from anninh_core.kernel.errors import RetryLater
from anninh_core.kernel.stored_sentences import pack_sentence
from anninh_core.messaging.redaction import redact_error
from anninh_core.messaging.retries import retry_delay
from anninh_core.ports.messengers.adapter import AdapterState
from anninh_core.ports.storages.storage import Lease
from anninh_core.usecase.named_values.adapter_state import EncryptedState
from anninh_core.usecase.runner import UseCaseRunner

_MAX_PROBLEM = 500  # Maximum number of characters in the English sentence about a failed reading.

_STATE = "progress"


@frozen(kw_only=True)
class CollectorProgress:
    """How far a collector has read its source, and whether reading fails.

    Attributes:
        cursor: position in the source after the last reading with stored pieces.
        due_at: when the next reading is due; None before the first reading.
        read_at: when a reading last succeeded.
        failures: number of failed readings since `read_at`.
        failing_since: when the first of these failed.
        problem: why the last reading failed, without personal data.
        refused: number of invalid pieces in the last reading.
    """

    cursor: str = ""
    due_at: datetime | None = None
    read_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    problem: str = ""
    refused: int = 0

    def is_due(self, now: datetime) -> bool:
        """Return whether the next reading of the source is due."""
        return self.due_at is None or self.due_at <= now

    def after_success(self, cursor: str, now: datetime, pause: timedelta, *, refused: int) -> "CollectorProgress":
        """Return the progress after a reading with stored pieces."""
        return CollectorProgress(cursor=cursor, due_at=now + pause, read_at=now, refused=refused)

    def after_failure(self, name: str, error: Exception, now: datetime, every: timedelta) -> "CollectorProgress":
        """Return the progress after a failed reading, with an unchanged cursor.

        A reading that may succeed soon is retried sooner than by the schedule, unless the source asks for more time.
        """
        failures = self.failures + 1
        pause = every
        if isinstance(error, RetryLater):
            pause = max(error.after or timedelta(), min(retry_delay(name, failures), every))
        return evolve(
            self,
            due_at=now + pause,
            failures=failures,
            failing_since=self.failing_since or now,
            problem=pack_sentence(redact_error(error), _MAX_PROBLEM),
        )


_DECODER = msgspec.json.Decoder(CollectorProgress)


class ProgressKeeper:
    """Stores the progress of one collector.

    Args:
        name: the collector's name in the settings.
    """

    def __init__(self, runner: UseCaseRunner, name: str) -> None:
        # The prefix can't collide with a messenger instance, as no instance name has a dot.
        self.state: AdapterState = EncryptedState(runner, f"collector.{name}")

    def read(self) -> tuple[CollectorProgress, int]:
        """Return the collector's progress and the version of the stored value."""
        stored = self.state.get(_STATE)
        try:
            return (_DECODER.decode(stored.value) if stored.value else CollectorProgress()), stored.version
        # Another version of the program wrote this value: the source is read from the beginning, and known pieces
        # aren't stored twice.
        except msgspec.DecodeError:
            return CollectorProgress(), stored.version

    def write(self, progress: CollectorProgress, expected: int, lease: Lease) -> bool:
        """Store the collector's progress; return False if the lease is lost or another worker has stored it
        meanwhile.
        """
        return self.state.put(_STATE, msgspec.json.encode(progress), expected, lease)
