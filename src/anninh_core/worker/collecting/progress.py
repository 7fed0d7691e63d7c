"""How far a collector has come, as all workers share it: sealed, since a source's marks may say what is read."""

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

_MAX_PROBLEM = 500  # characters of the English sentence

_STATE = "progress"


@frozen(kw_only=True)
class CollectorProgress:
    """How far a collector has come.

    Attributes:
        cursor: of its last reading whose pieces were kept.
        due_at: when it reads again; None where it hasn't read yet.
        read_at: when a reading last went well.
        failures: how many readings failed since.
        failing_since: when the first of these failed.
        problem: why the last one failed, in words without anything of anybody.
        refused: pieces of the last reading that could not be kept, as they lack what a piece needs.
    """

    cursor: str = ""
    due_at: datetime | None = None
    read_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    problem: str = ""
    refused: int = 0

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time to read."""
        return self.due_at is None or self.due_at <= now

    def after_success(self, cursor: str, now: datetime, pause: timedelta, *, refused: int) -> "CollectorProgress":
        """Return the progress after a reading whose pieces were kept."""
        return CollectorProgress(cursor=cursor, due_at=now + pause, read_at=now, refused=refused)

    def after_failure(self, name: str, error: Exception, now: datetime, every: timedelta) -> "CollectorProgress":
        """Return the progress after a reading that failed: its cursor stays.

        What may go well soon is tried sooner than by the schedule, unless the source asks for more time.
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
    """Keeps the progress of one collector.

    Args:
        name: the collector's in the settings.
    """

    def __init__(self, runner: UseCaseRunner, name: str) -> None:
        self.state: AdapterState = EncryptedState(runner, f"collector.{name}")  # no instance name has a dot

    def read(self) -> tuple[CollectorProgress, int]:
        """Return the progress and its version."""
        kept = self.state.get(_STATE)
        try:
            return (_DECODER.decode(kept.value) if kept.value else CollectorProgress()), kept.version
        except msgspec.DecodeError:  # of another version: the source is read anew, and nothing is found twice
            return CollectorProgress(), kept.version

    def write(self, progress: CollectorProgress, expected: int, lease: Lease) -> bool:
        """Keep the progress unless the lease is lost or somebody else wrote; returns whether it did."""
        return self.state.put(_STATE, msgspec.json.encode(progress), expected, lease)
