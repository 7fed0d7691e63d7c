"""The job that reads sources. Pieces are kept first and the cursor after them, so that a crash loses none.

Nothing is published by it, and no item is made: editors see what was found and decide.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from anninh_core.domain.content.collected.cleaning import check_reading, clean_piece
from anninh_core.domain.content.collected.configured import ConfiguredCollector
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import BadInput
from anninh_core.messaging.redaction import redact_error
from anninh_core.ports.collector import CollectedPiece, CollectionLimits, SourceReading
from anninh_core.ports.storages.storage import Lease
from anninh_core.usecase.actor import system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.collecting.progress import CollectorProgress, ProgressKeeper
from anninh_core.worker.periodic_job import Job
from anninh_core.worker.periodic_thread import Loop

LOOK_INTERVAL = timedelta(minutes=1)
"""How often a running worker looks whether a collector's time has come."""

LIMITS = CollectionLimits()
"""What one reading may cost."""

LEASE = timedelta(minutes=5)
"""For how long one worker reads a source; several times what a reading may take."""

JOIN_TIMEOUT = timedelta(seconds=1)
"""How long a thread is waited for at the end; one whose source hangs is abandoned."""

_COLLECTOR = system("collector")
_log = logging.getLogger(__name__)


class Collecting:
    """Reads every source that is due, each under a lease of its own.

    Args:
        collectors: by their names in the settings.
    """

    def __init__(self, services: Services, collectors: Mapping[str, ConfiguredCollector]) -> None:
        self._sources = [_Source(services, name, configured) for name, configured in collectors.items()]

    @property
    def job(self) -> Job:
        """The job `collect`. A running worker reads each source in a thread of its own."""
        loops = {f"collect {source.name}": Loop(source.read_and_rest) for source in self._sources}
        return Job("collect", self.run, LOOK_INTERVAL, own_thread=True, loops=loops, patience=JOIN_TIMEOUT)

    def run(self) -> int:
        """Read the sources that are due; return how many pieces are new. One that fails hinders no other."""
        return sum(source.read_due() for source in self._sources)


class _Source:
    """Reads one source, and keeps what was found."""

    def __init__(self, services: Services, name: str, configured: ConfiguredCollector) -> None:
        self.name = name
        self._found = services.content.found
        self._runner = services.content.found.runner
        self._clock = self._runner.context.clock
        self._configured = configured
        self._progress = ProgressKeeper(self._runner, name)

    def read_and_rest(self) -> timedelta:
        """Read if it is time; return how long to rest before the next look at the clock."""
        self.read_due()
        return LOOK_INTERVAL

    def read_due(self) -> int:
        """Read if it is time; return how many pieces are new. No error may end the thread."""
        try:
            return self._read_under_lease()
        except Exception as error:  # noqa: BLE001  a storage in trouble, or keys: the next look tries again
            _log.warning("what collector %s found could not be kept: %s", self.name, redact_error(error))
            return 0

    def _read_under_lease(self) -> int:
        if not self._progress.read()[0].is_due(self._clock.now()):
            return 0
        with self._progress.state.lease("read", LEASE) as lease:
            if lease is None:
                return 0
            progress, version = self._progress.read()  # another worker may have read meanwhile
            return self._read(progress, version, lease) if progress.is_due(self._clock.now()) else 0

    def _read(self, progress: CollectorProgress, version: int, lease: Lease) -> int:
        every = self._configured.every
        try:
            reading = check_reading(self._configured.collector.collect(progress.cursor, LIMITS), LIMITS)
        except Exception as error:  # noqa: BLE001  a plugin may raise anything; its source is read again
            _log.warning("collector %s could not read its source: %s", self.name, redact_error(error))
            failed = progress.after_failure(self.name, error, self._clock.now(), every)
            self._progress.write(failed, version, lease)
            return 0
        pieces, refused = _clean(self.name, reading.pieces)
        taken_in: int = self._runner.run_command(
            _COLLECTOR, "content.take_in", Permission.CONTENT_EDIT, partial(self._take_in, pieces)
        )
        pause = timedelta() if _has_more(reading) else every
        done = progress.after_success(reading.cursor, self._clock.now(), pause, refused=refused)
        self._progress.write(done, version, lease)
        return taken_in

    def _take_in(self, pieces: Sequence[CollectedPiece], uow: UnitOfWork) -> int:
        uow.permit(self._configured.unit)
        return self._found.take_in(uow, self._configured.unit, self.name, self._configured.source_name, pieces)


def _has_more(reading: SourceReading) -> bool:
    """Tell whether the limit may have cut something off, so that the rest is read at the next look."""
    return len(reading.pieces) >= LIMITS.pieces


def _clean(name: str, pieces: Sequence[object]) -> tuple[list[CollectedPiece], int]:
    """Return pieces as they are kept, and how many can't be; one that can't hinders no other."""
    cleaned = []
    for piece in pieces:
        try:
            cleaned.append(clean_piece(piece))
        except BadInput as error:
            _log.warning("a piece of collector %s is left out: %s", name, redact_error(error))
    return cleaned, len(pieces) - len(cleaned)
