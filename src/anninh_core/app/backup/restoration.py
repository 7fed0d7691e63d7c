"""Restoration of a backup into an empty storage."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from attrs import evolve, frozen

from anninh_core.app.app import App
from anninh_core.app.backup.audit import audit_system_action
from anninh_core.app.backup.authentication import find_code_maker, require_authentic
from anninh_core.app.backup.backup import BLOBS_PART, keys_fingerprint
from anninh_core.app.backup.container import FileReader
from anninh_core.app.backup.manifest import Manifest
from anninh_core.app.backup.restore_target import RestoreTarget
from anninh_core.app.backup.row_codec import OUTBOX_PART, decode_rows, holds_rows
from anninh_core.app.backup.verification import find_differences, verify
from anninh_core.app.factory import open_app
from anninh_core.app.injected_ports import Parts
from anninh_core.app.settings import Settings
from anninh_core.domain.audit.heads.model import BreakReason
from anninh_core.domain.registry import KINDS
from anninh_core.kernel.errors import ConfigurationError, StorageError
from anninh_core.kernel.text import clip
from anninh_core.ports.keys import Keys
from anninh_core.ports.storages.changes import ChangeSet
from anninh_core.ports.storages.dumping import KeptOutbox, Row
from anninh_core.ports.storages.queues import UNSENT, OutboxState
from anninh_core.usecase.actor import system
from anninh_core.usecase.context import UseCaseContext
from anninh_core.vocabulary.district import District

_BATCH = 200
_RESTORED_REASON = "restored from a backup: it may have been sent since"


def restore(
    place: RestoreTarget,
    district: District,
    file: FileReader,
    *,
    now: datetime,
    resume: bool = False,
    unauthenticated: bool = False,
) -> Manifest:
    """Fill an empty storage from a backup.

    Rows that were in the outbox when the backup was made may have been sent since. So their state becomes `unknown`:
    the platforms are queried, and if they can't answer, a person decides.

    Args:
        place: its storage is empty; its keys are those of the backup.
        district: the profile of the same authority.
        file: read and checked completely before anything is written.
        now: aware time at which the rows of the outbox become unknown.
        resume: lets those rows be sent after all, because nothing was sent since the backup.
        unauthenticated: accepts a file of a format without authentication, which anyone may have altered.

    Raises:
        ConfigurationError: the keys or the profile are of another authority.
        BadInput: the storage isn't empty; nothing was changed.
        StorageError: the file is damaged, or wasn't written by a holder of these keys, and nothing was changed; or the
            storage couldn't be written, and is empty.
    """
    require_authority(district, file.manifest)
    if keys_fingerprint(place.keys()) != file.manifest.keys:
        raise ConfigurationError(
            "The key file doesn't belong to this backup: put the right copy where the setting `keys` points."
        )
    require_authentic(file, find_code_maker(file, place.keys()), unauthenticated=unauthenticated)
    place.require_empty()
    verify(file)
    if resume:
        load_file(place, file, lambda row: row)
    else:
        load_file(place, file, lambda row: _mark_unknown(row, now), changed=frozenset({OUTBOX_PART}))
    return file.manifest


@frozen(kw_only=True)
class FinishedRestore:
    """Result of the steps after data were restored.

    Attributes:
        indexed: number of records added to the search index.
        officers: id -> name of officers with accounts, all of whose sessions have ended. Roles that ended, and accounts
            that were closed, after the backup was made are active again; the restored data can't show which.
    """

    indexed: int
    officers: Mapping[str, str]


def finish_restore(
    district: District,
    settings: Settings,
    action: str,
    event: str,
    reason: BreakReason = BreakReason.RESTORE,
    *,
    keys: Keys | None = None,
) -> FinishedRestore:
    """Open an app on restored data, end all sign-ins, rebuild the search index, and record the restore in the audit
    log.

    The audit log continues with a signed entry that names its first line, the reason, and how many lines are known to
    be lost. Messengers stay closed, because their secrets may not be in the settings yet. `keys`, if given, are used,
    so that their passphrase isn't requested again.
    """
    parts = Parts(filled_by=reason.value, keys=keys)
    with open_app(district, settings.model_copy(update={"messengers": {}}), parts) as app:
        officer_ids = app.internals.services.accounts.administration.end_everything(system("keeper"))
        indexed = rebuild_index(app)
        audit_system_action(app.internals.runner, action, event, indexed=indexed)
        return FinishedRestore(
            indexed=indexed, officers={id: app.internals.runner.permits.name_officer(id) for id in officer_ids}
        )


def load_file(
    place: RestoreTarget, file: FileReader, change: Callable[[Row], Row], *, changed: frozenset[str] = frozenset()
) -> None:
    """Load blobs and rows into an empty storage, rows last and in one transaction, then compare the storage with the
    file.

    Args:
        place, file: checked before.
        change: returns the row to load for a row of the file.
        changed: names of the parts whose rows `change` may alter.
    """
    if file.manifest.count(BLOBS_PART):
        for _, data in file.blobs(BLOBS_PART):
            place.blobs.put(data)
    place.storage.maintenance.load(map(change, _iter_rows(file)))
    problems = list(place.storage.maintenance.check())
    if place.storage.journal.head() != (file.manifest.journal_seq, file.manifest.journal_hash):
        problems.append("the trail doesn't end as it did in the file")
    problems += find_differences(place.storage, file.manifest, changed)
    if problems:
        raise StorageError(
            "{path} was loaded, but the result is wrong ({reasons}): empty the storage and use another copy.",
            path=file.path,
            reasons=tuple(problems),
        )


def require_authority(district: District, manifest: Manifest) -> None:
    """Raise `ConfigurationError` unless the file comes from the profile's authority."""
    if manifest.authority != district.root:
        raise ConfigurationError(
            "The file is from authority {authority!r}, but the profile is for {root!r}: name the authority's "
            "own profile in the settings.",
            authority=clip(manifest.authority, 80),
            root=district.root,
        )


def rebuild_index(app: App) -> int:
    """Fill the search index of a newly loaded storage, and return the number of indexed records.

    In the mode `scan` there is no index to fill.
    """
    batch: list[ChangeSet] = []
    indexed_count = 0
    for change in _index_changes(app.internals.context):
        batch.append(change)
        indexed_count += 1
        if len(batch) == _BATCH:
            app.internals.runner.apply(batch)
            batch = []
    app.internals.runner.apply(batch)
    return indexed_count


def _iter_rows(file: FileReader) -> Iterator[Row]:
    for part in file.manifest.parts:
        if holds_rows(part.name):
            yield from decode_rows(part.name, file.lines(part.name), file.manifest.format)


def _mark_unknown(row: Row, now: datetime) -> Row:
    if not isinstance(row, KeptOutbox) or row.row.state not in UNSENT:
        return row
    return KeptOutbox(
        row=evolve(row.row, state=OutboxState.UNKNOWN, settled_at=now, error=_RESTORED_REASON), until=None, open=False
    )


def _index_changes(context: UseCaseContext) -> Iterator[ChangeSet]:
    for kind in KINDS:
        if kind.search is None:
            continue
        records = context.storage.maintenance.scan(kind.name)
        for model in context.iter_readable(kind, records):
            if terms := context.terms.build_search_terms(context.district, kind, model):
                yield ChangeSet(search=(terms,))
