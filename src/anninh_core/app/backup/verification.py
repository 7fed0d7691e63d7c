"""Verification of a file before use and of the data loaded from it, and recording of a verification."""

from collections.abc import Iterator
from itertools import groupby

from anninh_core._version import __version__
from anninh_core.app.backup.audit import audit_system_action
from anninh_core.app.backup.backup import BLOBS_PART
from anninh_core.app.backup.container import FileReader, PartWriter
from anninh_core.app.backup.manifest import BACKUP, FORMAT, Manifest, ManifestPart, hash_content
from anninh_core.app.backup.row_codec import JOURNAL_PART, KINDS_PART, decode_rows, encode_row, holds_rows, part_name
from anninh_core.app.backup_notes import note_backup
from anninh_core.app.factory import open_app
from anninh_core.app.injected_ports import Parts
from anninh_core.app.settings import Settings
from anninh_core.app.storage_upgrade import find_pending_upgrade
from anninh_core.kernel.errors import StorageError
from anninh_core.plugins import Plugins
from anninh_core.ports.keys import Keys
from anninh_core.ports.storages.changes import GENESIS, JournalLine, chain_hash
from anninh_core.ports.storages.storage import Storage
from anninh_core.vocabulary.district import District


def verify(file: FileReader) -> None:
    """Check a whole file: checksums of the parts, every row, the hash chain of the audit log, the name of every blob.

    This needs no keys, and so doesn't prove who wrote the file: see `authentication`.

    Raises:
        StorageError: a check failed; the message names the part.
    """
    file.require_complete()
    for part in file.manifest.parts:
        if part.name == BLOBS_PART:
            count = sum(1 for _ in file.blobs(part.name))
        elif holds_rows(part.name):
            count = _verify_rows(file, part.name)
        else:
            file.read_part(part.name)
            count = part.count
        if count != part.count:
            raise StorageError(
                "Part {part!r} of {path} has {count:,} items, not {expected:,}: use another copy.",
                path=file.path,
                part=part.name,
                count=count,
                expected=part.count,
            )
    if JOURNAL_PART not in {part.name for part in file.manifest.parts}:
        _check_chain_end(file, 0, GENESIS)
    # The content hash covers the hashes of the parts, which were checked above.
    if (content := hash_content(file.manifest.parts)) != file.manifest.content:
        raise StorageError(
            "The content of {path} has the hash {content_hash}, but the manifest names {expected}: use another copy.",
            path=file.path,
            content_hash=content,
            expected=file.manifest.content,
        )


def record_verification(district: District, settings: Settings, manifest: Manifest, keys: Keys) -> bool:
    """Record in its own storage that a backup was verified, and return whether there was a storage in use.

    A storage that is empty, or that opening would upgrade, isn't changed.

    Args:
        district, settings: of the installation that the backup comes from.
        manifest: of a file that passed `verify`, and `require_authentic` with these keys.
        keys: the opened keys of the installation.
    """
    if manifest.purpose != BACKUP or not _is_in_use(settings):
        return False
    without_messengers = settings.model_copy(update={"messengers": {}})
    with open_app(district, without_messengers, Parts(keys=keys)) as app:
        note_backup(app.internals.context, manifest.to_note(verified_at=app.internals.context.clock.now()))
        audit_system_action(app.internals.runner, "keeping.verify_backup", "backup.verified", content=manifest.content)
    return True


def hash_stored_content(storage: Storage, parts: tuple[ManifestPart, ...]) -> str:
    """Return the content hash of a storage, together with the blobs of a file."""
    return hash_content([*(part for part in parts if part.name == BLOBS_PART), *_iter_stored_parts(storage)])


def find_differences(storage: Storage, manifest: Manifest, changed: frozenset[str]) -> list[str]:
    """Return a sentence for each part in which a storage differs from the file it was loaded from.

    Rows that another version wrote may differ here, so only their number is compared. The kinds depend on the version
    that opens the storage: a new index isn't a difference.

    Args:
        storage: filled from the file, and not changed since.
        changed: parts with altered rows; only the number of their rows is compared, too.
    """
    is_same_version = (manifest.anninh, manifest.format) == (__version__, FORMAT)
    expected = {part.name: part for part in manifest.parts if holds_rows(part.name) and part.count}
    stored = {part.name: part for part in _iter_stored_parts(storage)}
    del stored[KINDS_PART], expected[KINDS_PART]
    problems = []
    for name in sorted({*expected, *stored}):
        counts = [parts[name].count if name in parts else 0 for parts in (stored, expected)]
        if counts[0] != counts[1]:
            problems.append(f"{counts[0]} of {counts[1]} rows of {name} are there")
        elif is_same_version and name not in changed and stored[name].sha256 != expected[name].sha256:
            problems.append(f"what is stored of {name} differs")
    return problems


def _is_in_use(settings: Settings) -> bool:
    storage = Plugins(settings.plugins).open_storage(settings.storage)
    try:
        upgrade = find_pending_upgrade(storage)
        return upgrade is not None and bool(upgrade.found) and not upgrade.steps
    finally:
        storage.close()


def _iter_stored_parts(storage: Storage) -> Iterator[ManifestPart]:
    for name, group in groupby(storage.maintenance.dump(), key=part_name):
        writer = PartWriter(len)
        for row in group:
            writer.write(encode_row(row))
        yield writer.finish(name)


def _verify_rows(file: FileReader, name: str) -> int:
    seq = 0
    previous_hash = GENESIS
    count = 0
    for row in decode_rows(name, file.lines(name), file.manifest.format):
        count += 1
        if isinstance(row, JournalLine):
            if (row.seq, row.previous, row.hash) != (seq + 1, previous_hash, chain_hash(previous_hash, row.content)):
                raise StorageError(
                    "Line {line} of the audit log in {path} doesn't follow from line {previous_line}, so the "
                    "log was altered before the file was written: compare it with heads that were kept "
                    "elsewhere.",
                    path=file.path,
                    line=row.seq,
                    previous_line=seq,
                )
            seq = row.seq
            previous_hash = row.hash
    if name == JOURNAL_PART:
        _check_chain_end(file, seq, previous_hash)
    return count


def _check_chain_end(file: FileReader, seq: int, hash: str) -> None:
    if (seq, hash) != (file.manifest.journal_seq, file.manifest.journal_hash):
        raise StorageError(
            "The audit log in {path} doesn't end as its manifest states: use another copy.", path=file.path
        )
