"""Filling an empty place from a file."""

from collections.abc import Callable, Iterator
from datetime import datetime

from attrs import evolve

from anninh_core.app.app import App
from anninh_core.app.keeping.backup import BLOBS, keys_mark
from anninh_core.app.keeping.checking import verify
from anninh_core.app.keeping.container import FileReader
from anninh_core.app.keeping.lines import is_of_rows, rows_of
from anninh_core.app.keeping.manifest import Manifest
from anninh_core.app.keeping.place import Place
from anninh_core.app.keeping.tracing import trace_unasked
from anninh_core.app.opening import open_app
from anninh_core.app.settings import Settings
from anninh_core.kernel.errors import ConfigurationError, StorageError
from anninh_core.ports.changes import ChangeSet
from anninh_core.ports.dumping import KeptOutbox, Row
from anninh_core.ports.queues import UNSENT, OutboxState
from anninh_core.rooms.registry import KINDS
from anninh_core.vocabulary.district import District
from anninh_core.work.context import UseCaseContext

_BATCH = 200
_WHY = "restored from a backup: it may have been sent since"


def restore(place: Place, district: District, file: FileReader, *, now: datetime, resume: bool = False) -> Manifest:
    """Fill an empty place from a backup.

    What waited in the outbox when the backup was made may have left since. So it is `unknown` now: the platforms are
    asked, and where they can't tell, a person decides.

    Args:
        place: its storage is empty, its keys are those that the backup's content was sealed with.
        district: the profile of the same authority.
        file: read and checked from beginning to end before anything is written.
        now: when the rows of the outbox became unknown, aware.
        resume: lets them leave after all: nothing was sent since.

    Raises:
        ConfigurationError: other keys, or the profile of another authority.
        BadInput: the storage isn't empty; nothing was changed.
        StorageError: the file is damaged and nothing was changed; or the storage couldn't be written, and is empty.
    """
    require_authority(district, file.manifest)
    if keys_mark(place.keys()) != file.manifest.keys:
        raise ConfigurationError("the key file is not the one of this backup; put the right copy where `keys` points")
    place.require_empty()
    verify(file)
    fill(place, file, (lambda row: row) if resume else (lambda row: _unsure(row, now)))
    return file.manifest


def settle_in(district: District, settings: Settings, action: str, event: str) -> int:
    """Open the app of a place that was filled just now, fill its index, note it in the trail; see `index_anew`.

    Messengers stay closed: their secrets may not be in the settings yet.
    """
    with open_app(district, settings.model_copy(update={"messengers": {}})) as app:
        indexed = index_anew(app)
        trace_unasked(app.runner, action, event, indexed=indexed)
    return indexed


def fill(place: Place, file: FileReader, change: Callable[[Row], Row]) -> None:
    """Load blobs and rows into an empty place, the rows last and as one, and check what is there then."""
    if file.manifest.count(BLOBS):
        for _, data in file.blobs(BLOBS):
            place.blobs.put(data)
    place.storage.maintenance.load(map(change, _rows(file)))
    found = list(place.storage.maintenance.check())
    if place.storage.journal.head() != (file.manifest.journal_seq, file.manifest.journal_hash):
        found.append("the trail doesn't end as it did in the file")
    if found:
        raise StorageError(f"{file.path} was loaded, but {'; '.join(found)}; empty the storage and use another copy")


def require_authority(district: District, manifest: Manifest) -> None:
    """Raise `ConfigurationError` unless a file comes from a profile's authority."""
    if manifest.authority != district.root:
        raise ConfigurationError(
            f"the file is of authority {manifest.authority!r}, the profile's root is {district.root!r}; "
            "name its own profile in the settings"
        )


def index_anew(app: App) -> int:
    """Fill the index of an app whose storage was loaded just now; returns how many records are in it.

    In the mode `scan` there is none to fill.
    """
    batch: list[ChangeSet] = []
    done = 0
    for change in _terms(app.context):
        batch.append(change)
        done += 1
        if len(batch) == _BATCH:
            app.runner.apply(batch)
            batch = []
    app.runner.apply(batch)
    return done


def _rows(file: FileReader) -> Iterator[Row]:
    for part in file.manifest.parts:
        if is_of_rows(part.name):
            yield from rows_of(part.name, file.lines(part.name), file.manifest.format)


def _unsure(row: Row, now: datetime) -> Row:
    if not isinstance(row, KeptOutbox) or row.row.state not in UNSENT:
        return row
    return KeptOutbox(
        row=evolve(row.row, state=OutboxState.UNKNOWN, settled_at=now, error=_WHY), until=None, open=False
    )


def _terms(context: UseCaseContext) -> Iterator[ChangeSet]:
    for kind in KINDS:
        if kind.search is None:
            continue
        records = context.storage.maintenance.scan(kind.name)
        for model in context.readable(kind, records):
            if terms := context.terms.of(context.district, kind, model):
                yield ChangeSet(search=(terms,))
