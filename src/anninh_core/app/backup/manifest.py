"""The manifest of a backup or bundle."""

import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

import msgspec
from attrs import frozen

from anninh_core.app.backup_notes import BackupNote
from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import NewerDatabase, StorageError
from anninh_core.kernel.text import quote_text
from anninh_core.ports.storages.changes import GENESIS

FORMAT = 4
"""Number of the newest file format. Since format 2, rows of the outbox have columns for the delivery method and for the
time until which they are deferred; since format 3, the manifest has an authentication code, see `authentication`.
"""
AUTHENTICATED_SINCE = 3
BACKUP = "backup"
BUNDLE = "bundle"
FILES_PREFIX = "files/"
"""Prefix of parts that contain neither rows nor blobs."""
MAX_BYTES = 1 << 20
"""Greatest size of a manifest; a usual manifest has some 10 kB."""

_ROWS_NAME = re.compile(r"(records/)?[a-z][a-z0-9_-]*")
_FILE_NAME = re.compile(r"[^\x00-\x1f\\:/]+")


@frozen(kw_only=True)
class ManifestPart:
    """A part of the file.

    Attributes:
        sha256: SHA-256 of its bytes before compression, in hex.
        size: number of its bytes before compression.
        count: number of rows, blobs or files in it.
    """

    name: str
    sha256: str
    size: int
    count: int


@frozen(kw_only=True)
class Manifest:
    """Describes the contents and the origin of a backup or bundle.

    Attributes:
        format: format of the file; formats above `FORMAT` are refused.
        purpose: `backup` or `bundle`.
        anninh: version that wrote the file.
        engine, revision: storage engine and schema revision of the source; only for information.
        authority: root unit of the profile.
        keys: fingerprint of the keys that decrypt the content; it reveals nothing about them.
        made_at: time of the backup, in UTC.
        journal_seq, journal_hash: sequence number and hash of the last line of the audit log.
        content: one hash over all stored content; equal contents have equal hashes, with any engine.
        unreadable: number of bodies that couldn't be decrypted although their key exists; they are in the file
            unchanged.
    """

    format: int = FORMAT
    purpose: str
    anninh: str
    engine: str
    revision: str
    authority: str
    keys: str
    made_at: datetime
    journal_seq: int = 0
    journal_hash: str = GENESIS
    content: str
    parts: tuple[ManifestPart, ...]
    unreadable: int = 0

    def count(self, part: str) -> int:
        """Return the number of entries in a part and its subparts, 0 if the file has no such part."""
        return sum(item.count for item in self.parts if item.name == part or item.name.startswith(f"{part}/"))

    def to_note(self, verified_at: datetime | None = None) -> BackupNote:
        """Return the note about this file for the storage; `verified_at` is the time at which the file was verified
        with its keys.
        """
        return BackupNote(
            made_at=self.made_at,
            content=self.content,
            records=self.count("records"),
            journal_seq=self.journal_seq,
            verified_at=verified_at,
        )


def encode_manifest(manifest: Manifest) -> bytes:
    """Return a manifest as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2)


def decode_manifest(data: bytes, name: str) -> Manifest:
    """Decode the manifest of a file.

    Raises:
        NewerDatabase: the file was written by a newer version.
        StorageError: it isn't a manifest, or has invalid part names.
    """
    try:
        format = _FORMAT_DECODER.decode(data).format
        if format > FORMAT:
            raise NewerDatabase(
                "{path} has format {format}, but this version reads formats up to {newest}: update anninh.",
                path=name,
                format=format,
                newest=FORMAT,
            )
        manifest = _MANIFEST_DECODER.decode(data)
    except DECODE_ERRORS as error:
        why = describe_decode_error(error, data)
        raise StorageError(
            "The manifest of {path} is damaged ({reason}): use another copy.", path=name, reason=why
        ) from error
    require_part_names(manifest, name)
    return manifest


def is_part_name(name: str) -> bool:
    """Return whether `name` is a valid name of a part with rows or blobs, or of a file whose path stays inside its
    folder.
    """
    if not name.startswith(FILES_PREFIX):
        return _ROWS_NAME.fullmatch(name) is not None
    steps = name.removeprefix(FILES_PREFIX).split("/")
    return all(_FILE_NAME.fullmatch(step) and step not in {".", ".."} for step in steps)


def require_part_names(manifest: Manifest, name: str) -> None:
    """Raise `StorageError` if a part's name is invalid or occurs twice."""
    seen = set[str]()
    for part in manifest.parts:
        if not is_part_name(part.name):
            raise StorageError(
                "The manifest of {path} names part {part}, which isn't a valid name and could lead outside "
                "the folder: use another copy.",
                path=name,
                part=quote_text(part.name),
            )
        if part.name in seen:
            raise StorageError(
                "The manifest of {path} names part {part} twice: use another copy.",
                path=name,
                part=quote_text(part.name),
            )
        seen.add(part.name)


def hash_content(parts: Iterable[ManifestPart]) -> str:
    """Return one hash over the parts with rows and blobs; further files don't count."""
    hasher = sha256()
    stored_parts = (part for part in parts if not part.name.startswith(FILES_PREFIX))
    for part in sorted(stored_parts, key=lambda part: part.name):
        hasher.update(f"{part.name} {part.sha256}\n".encode())
    return hasher.hexdigest()


@frozen
class _ManifestFormat:
    format: int


_MANIFEST_DECODER = msgspec.json.Decoder(Manifest)
_FORMAT_DECODER = msgspec.json.Decoder(_ManifestFormat)
