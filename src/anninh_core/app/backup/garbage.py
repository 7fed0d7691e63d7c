"""Garbage collection of blobs that no record refers to."""

from datetime import timedelta

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.app.backup.audit import audit_action
from anninh_core.kernel.errors import StorageError
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.files.blob_references import BlobReferences

GRACE_PERIOD = timedelta(hours=24)
"""Longest time of a use case between storing a blob and committing the record that names it."""


@frozen
class GarbageResult:
    """Numbers of removed blobs, and of unfinished files that crashed writers had left."""

    blobs: int
    unfinished: int


def find_unused_blobs(app: App, grace: timedelta = GRACE_PERIOD) -> tuple[str, ...]:
    """Return the digests of blobs that were stored longer ago than `grace` and that no row names.

    Purged rows name no blobs. If there are old blobs, all stored rows are decrypted and searched for their names.

    Raises:
        StorageError: a body can't be decrypted although its key exists, so it might name any blob.
    """
    old_digests = frozenset(
        map(bytes.fromhex, app.internals.context.blobs.older(app.internals.context.clock.now() - grace))
    )
    if not old_digests:
        return ()
    blob_names = BlobReferences(app.internals.runner, old_digests)
    for row in (
        app.internals.context.storage.maintenance.dump()
    ):  # The dump is started after the old blobs were listed, so it includes every row that names one of them.
        blob_names.scan_row(row)
    if blob_names.unreadable:
        raise StorageError(
            "{count} stored bodies can't be opened although their keys exist, and they may name any blob, so "
            "nothing was removed: run `anninh doctor`.",
            count=blob_names.unreadable,
        )
    return tuple(sorted(digest.hex() for digest in old_digests - blob_names.referenced))


def collect_garbage(app: App, actor: Actor, grace: timedelta = GRACE_PERIOD) -> GarbageResult:
    """Remove unused blobs and the unfinished files of crashed writers; the audit log records the number of blobs.

    A blob that is stored again in the meantime stays.

    Raises:
        Refused: the actor lacks the permission `operate`.
        StorageError: as for `find_unused_blobs`; nothing was removed.
    """
    cutoff = app.internals.context.clock.now() - grace
    unused_digests = find_unused_blobs(app, grace)
    audit_action(app.internals.runner, actor, "keeping.collect", "blobs.collected", blobs=len(unused_digests))
    removed = sum(app.internals.context.blobs.delete(digest, cutoff) for digest in unused_digests)
    return GarbageResult(removed, app.internals.context.blobs.sweep(cutoff))
