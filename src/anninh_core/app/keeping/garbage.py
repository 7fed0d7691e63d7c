"""Blobs that nothing names any more."""

from datetime import timedelta

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.app.keeping.tracing import trace
from anninh_core.kernel.errors import StorageError
from anninh_core.work.actor import Actor
from anninh_core.work.blob_names import BlobNames

GRACE = timedelta(hours=24)
"""A use case stores a blob first and names it when it commits: so long it may take at most."""


@frozen
class Collected:
    """What was removed: blobs, and files that crashed writers had left behind."""

    blobs: int
    unfinished: int


def unused(app: App, grace: timedelta = GRACE) -> tuple[str, ...]:
    """Return the blobs that were stored longer ago than `grace` and that nothing names.

    What was purged names nothing any more. Where there are old blobs, all that is stored is opened and looked through.

    Raises:
        StorageError: something doesn't open although its key is there. It might name any blob.
    """
    old = frozenset(map(bytes.fromhex, app.context.blobs.older(app.context.clock.now() - grace)))
    if not old:
        return ()
    names = BlobNames(app.runner, old)
    for row in app.context.storage.maintenance.dump():  # begun after `old` was listed, so it shows all that names them
        names.look(row)
    if names.unreadable:
        raise StorageError(
            f"{names.unreadable} bodies don't open although their keys are there, and they may name any blob: "
            "nothing is removed; run `anninh doctor`"
        )
    return tuple(sorted(digest.hex() for digest in old - names.found))


def collect(app: App, actor: Actor, grace: timedelta = GRACE) -> Collected:
    """Remove what `unused` returns, and what crashed writers left behind; the trail says how much.

    A blob that is stored again meanwhile stays.

    Raises:
        Refused: the actor doesn't operate the system.
        StorageError: as for `unused`; nothing was removed.
    """
    before = app.context.clock.now() - grace
    found = unused(app, grace)
    trace(app.runner, actor, "keeping.collect", "blobs.collected", blobs=len(found))
    removed = sum(app.context.blobs.delete(digest, before) for digest in found)
    return Collected(removed, app.context.blobs.sweep(before))
