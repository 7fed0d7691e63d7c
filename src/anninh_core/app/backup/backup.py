"""Online backup of an authority's data into one file, without keys."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import chain, groupby, islice
from pathlib import Path

from attrs import evolve

from anninh_core._version import __version__
from anninh_core.app.app import App
from anninh_core.app.backup.audit import audit_action
from anninh_core.app.backup.authentication import MakeCode, backup_code_maker
from anninh_core.app.backup.container import MAX_LINE, FileWriter
from anninh_core.app.backup.manifest import BACKUP, FILES_PREFIX, Manifest, hash_content
from anninh_core.app.backup.row_codec import encode_row, part_name
from anninh_core.app.backup_notes import note_backup
from anninh_core.kernel.errors import NotFound, StorageError
from anninh_core.kernel.files import atomic_writer, require_new_file
from anninh_core.ports.blobs import Blobs
from anninh_core.ports.keys import Keys
from anninh_core.ports.storages.changes import JournalLine
from anninh_core.ports.storages.dumping import Row
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.files.blob_references import BlobReferences
from anninh_core.usecase.runner import UseCaseRunner

BLOBS_PART = "blobs"


def back_up(app: App, actor: Actor, path: Path, *, force: bool = False) -> Manifest:
    """Write a backup: the storage as of one moment, and the blobs in use at that moment.

    The audit log records the actor.

    Args:
        app: may be in use, in this process and in others.
        actor: needs `operate` on the root.
        path: the file to write; it appears only when it is complete and durable.
        force: replaces an existing file.

    Raises:
        BadInput: the file exists already.
        Refused: the actor lacks the permission.
        StorageError: the storage can't be read, or the file can't be written; no partial file remains.
    """
    require_new_file(path, force=force)
    audit_action(app.internals.runner, actor, "keeping.back_up", "backup.made")
    app.audit.sign_head(actor)
    manifest = write_archive(
        app.internals.runner, path, BACKUP, {}, backup_code_maker(app.internals.context.keys), force=force
    )
    note_backup(app.internals.context, manifest.to_note())
    return manifest


def write_archive(
    runner: UseCaseRunner, path: Path, purpose: str, files: Mapping[str, bytes], make_code: MakeCode, *, force: bool
) -> Manifest:
    """Write storage, blobs, further files and the manifest's code into one file; errors as for `back_up`."""
    require_new_file(path, force=force)
    try:
        with atomic_writer(path) as file, FileWriter(file) as writer:
            manifest = _write_parts(runner, writer, purpose, files)
            writer.write_manifest(manifest, make_code)
            return manifest
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(
            "{file} can't be written ({reason}): free disk space, or choose a file in another folder.",
            file=path,
            reason=error.strerror,
        ) from error


def keys_fingerprint(keys: Keys) -> str:
    """Return a fingerprint that identifies keys without revealing them; every app stores its own."""
    return keys.blind("app", "keys")


def _write_parts(runner: UseCaseRunner, writer: FileWriter, purpose: str, files: Mapping[str, bytes]) -> Manifest:
    rows = runner.context.storage.maintenance.dump()
    # Reading the first row fixes the storage's snapshot. The blobs are listed afterwards, so that the list has every
    # blob that the snapshot names.
    first_rows = list(islice(rows, 1))
    blob_names = BlobReferences(runner, frozenset(map(bytes.fromhex, runner.context.blobs.digests())))
    last_line = _write_rows(writer, chain(first_rows, rows), blob_names.scan_row)
    _write_blobs(writer, runner.context.blobs, blob_names.referenced)
    content = hash_content(writer.parts)
    for name, data in sorted(files.items()):
        with writer.open_part(f"{FILES_PREFIX}{name}") as part:
            part.write(data)
    manifest = Manifest(
        purpose=purpose,
        anninh=__version__,
        engine=runner.context.storage.name,
        revision=runner.context.storage.maintenance.revision(),
        authority=runner.context.district.root,
        keys=keys_fingerprint(runner.context.keys),
        made_at=runner.context.clock.now(),
        content=content,
        unreadable=blob_names.unreadable,
        parts=tuple(writer.parts),
    )
    if last_line is not None:
        manifest = evolve(manifest, journal_seq=last_line.seq, journal_hash=last_line.hash)
    return manifest


def _write_rows(writer: FileWriter, rows: Iterable[Row], scan: Callable[[Row], None]) -> JournalLine | None:
    """Write the rows, one part per kind; return the last line of the audit log, or None."""
    last_line: JournalLine | None = None
    for name, group in groupby(rows, key=part_name):
        with writer.open_part(name) as part:
            for row in group:
                scan(row)
                part.write(_require_row_size(name, encode_row(row)))
                if isinstance(row, JournalLine):
                    last_line = row
    return last_line


def _require_row_size(name: str, line: bytes) -> bytes:
    if len(line) > MAX_LINE:
        raise StorageError(
            "A row of {part} has {count:,} bytes, but only rows of at most {most:,} bytes can be read back.",
            part=name,
            count=len(line),
            most=MAX_LINE,
        )
    return line


def _write_blobs(writer: FileWriter, blobs: Blobs, digests: Iterable[bytes]) -> None:
    with writer.open_part(BLOBS_PART, pack=False) as part:
        for digest in sorted(digests):
            # A blob that was garbage-collected in the meantime is skipped, because no current row names it.
            with suppress(NotFound):
                part.write_blob(digest, blobs.get(digest.hex()))
