"""The job that reads the sources of collectors. Pieces are stored before the source's cursor, so that a crash loses
none.

The job publishes nothing and creates no item: editors see the collected pieces and decide.
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
"""How often a running worker checks whether a collector is due."""

LIMITS = CollectionLimits()
"""Limits on the size of one reading of a source."""

LEASE = timedelta(minutes=5)
"""Duration of the lease under which a worker reads a source; several times the duration of a reading."""

JOIN_TIMEOUT = timedelta(seconds=1)
"""How long a stopping worker waits for a collector's thread; a thread with a hanging source is abandoned."""

_COLLECTOR = system("collector")
_log = logging.getLogger(__name__)


class Collecting:
    """Reads every source that is due, each under its own lease.

    Args:
        collectors: configured collectors by their names in the settings.
    """

    def __init__(self, services: Services, collectors: Mapping[str, ConfiguredCollector]) -> None:
        self._sources = [_SourceReader(services, name, configured) for name, configured in collectors.items()]

    @property
    def job(self) -> Job:
        """The job `collect`. A running worker reads each source in its own thread."""
        loops = {f"collect {source.name}": Loop(source.read_in_loop) for source in self._sources}
        return Job("collect", self.run, LOOK_INTERVAL, own_thread=True, loops=loops, patience=JOIN_TIMEOUT)

    def run(self) -> int:
        """Read the sources that are due; return the number of new pieces. A failing source doesn't affect others."""
        return sum(source.read_due() for source in self._sources)


class _SourceReader:
    """Reads one collector's source and stores its pieces."""

    def __init__(self, services: Services, name: str, configured: ConfiguredCollector) -> None:
        self.name = name
        self._found = services.content.found
        self._runner = services.content.found.runner
        self._clock = self._runner.context.clock
        self._configured = configured
        self._progress = ProgressKeeper(self._runner, name)

    def read_in_loop(self) -> timedelta:
        """Read the source if it is due; return the interval until the next check."""
        self.read_due()
        return LOOK_INTERVAL

    def read_due(self) -> int:
        """Read the source if it is due; return the number of new pieces. Log any error, as no error may end the
        thread.
        """
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
            # The progress is read again, as another worker may have read the source in the meantime.
            progress, version = self._progress.read()
            return self._read_and_store(progress, version, lease) if progress.is_due(self._clock.now()) else 0

    def _read_and_store(self, progress: CollectorProgress, version: int, lease: Lease) -> int:
        every = self._configured.every
        try:
            reading = check_reading(self._configured.collector.collect(progress.cursor, LIMITS), LIMITS)
        except Exception as error:  # noqa: BLE001  a plugin may raise anything; its source is read again
            _log.warning("collector %s could not read its source: %s", self.name, redact_error(error))
            failed = progress.after_failure(self.name, error, self._clock.now(), every)
            self._progress.write(failed, version, lease)
            return 0
        pieces, refused = _clean_pieces(self.name, reading.pieces)
        new_count: int = self._runner.run_command(
            _COLLECTOR, "content.take_in", Permission.CONTENT_EDIT, partial(self._store_pieces, pieces)
        )
        pause = timedelta() if _has_more(reading) else every
        done = progress.after_success(reading.cursor, self._clock.now(), pause, refused=refused)
        self._progress.write(done, version, lease)
        return new_count

    def _store_pieces(self, pieces: Sequence[CollectedPiece], uow: UnitOfWork) -> int:
        uow.permit(self._configured.unit)
        return self._found.take_in(uow, self._configured.unit, self.name, self._configured.source_name, pieces)


def _has_more(reading: SourceReading) -> bool:
    """Return whether a reading reached the limit of pieces, so that more may be waiting and the next check reads again
    at once.
    """
    return len(reading.pieces) >= LIMITS.pieces


def _clean_pieces(name: str, pieces: Sequence[object]) -> tuple[list[CollectedPiece], int]:
    """Return the cleaned pieces of a source and the number of invalid ones, which are left out."""
    cleaned = []
    for piece in pieces:
        try:
            cleaned.append(clean_piece(piece))
        except BadInput as error:
            _log.warning("a piece of collector %s is left out: %s", name, redact_error(error))
    return cleaned, len(pieces) - len(cleaned)
