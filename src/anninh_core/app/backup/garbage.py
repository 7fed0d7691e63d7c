"""Blobs that nothing names any more."""

from datetime import timedelta

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.app.backup.audit import audit_action
from anninh_core.kernel.errors import StorageError
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.files.blob_references import BlobReferences

GRACE_PERIOD = timedelta(hours=24)
"""A use case stores a blob first and names it when it commits: so long it may take at most."""


@frozen
class GarbageResult:
    """What was removed: blobs, and files that crashed writers had left behind."""

    blobs: int
    unfinished: int


def find_unused_blobs(app: App, grace: timedelta = GRACE_PERIOD) -> tuple[str, ...]:
    """Return the blobs that were stored longer ago than `grace` and that nothing names.

    What was purged names nothing any more. Where there are old blobs, all that is stored is opened and looked through.

    Raises:
        StorageError: something doesn't open although its key is there. It might name any blob.
    """
    old_digests = frozenset(
        map(bytes.fromhex, app.internals.context.blobs.older(app.internals.context.clock.now() - grace))
    )
    if not old_digests:
        return ()
    blob_names = BlobReferences(app.internals.runner, old_digests)
    for row in (
        app.internals.context.storage.maintenance.dump()
    ):  # begun after `old` was listed, so it shows all that names them
        blob_names.scan_row(row)
    if blob_names.unreadable:
        raise StorageError(
            "{count} stored bodies can't be opened although their keys exist, and they may name any blob, so "
            "nothing was removed: run `anninh doctor`.",
            count=blob_names.unreadable,
        )
    return tuple(sorted(digest.hex() for digest in old_digests - blob_names.referenced))


def collect_garbage(app: App, actor: Actor, grace: timedelta = GRACE_PERIOD) -> GarbageResult:
    """Remove what `find_unused_blobs` returns, and what crashed writers left behind; the trail says how much.

    A blob that is stored again meanwhile stays.

    Raises:
        Refused: the actor doesn't operate the system.
        StorageError: as for `find_unused_blobs`; nothing was removed.
    """
    cutoff = app.internals.context.clock.now() - grace
    unused_digests = find_unused_blobs(app, grace)
    audit_action(app.internals.runner, actor, "keeping.collect", "blobs.collected", blobs=len(unused_digests))
    removed = sum(app.internals.context.blobs.delete(digest, cutoff) for digest in unused_digests)
    return GarbageResult(removed, app.internals.context.blobs.sweep(cutoff))
