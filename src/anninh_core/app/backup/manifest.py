"""What a file of ours says about itself."""

import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

import msgspec
from attrs import frozen

from anninh_core.app.backup_notes import BackupNote
from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import NewerDatabase, StorageError
from anninh_core.kernel.text import quote
from anninh_core.ports.storages.changes import GENESIS

FORMAT = 4
"""2: rows of the outbox tell by columns of their own how they left, and until when they were put off.
3: a code stands beside the manifest; see `authentication`."""
AUTHENTICATED_SINCE = 3
BACKUP = "backup"
BUNDLE = "bundle"
FILES_PREFIX = "files/"
"""Where the parts stand that are neither rows nor blobs."""
MAX_BYTES = 1 << 20
"""Of a manifest; one of ours has some 10 kB."""

_ROWS_NAME = re.compile(r"(records/)?[a-z][a-z0-9_-]*")
_FILE_NAME = re.compile(r"[^\x00-\x1f\\:/]+")


@frozen(kw_only=True)
class ManifestPart:
    """A part of the file.

    Attributes:
        sha256: of its bytes before they were compressed, in hex.
        size: of the same, in bytes.
        count: rows, blobs or files in it.
    """

    name: str
    sha256: str
    size: int
    count: int


@frozen(kw_only=True)
class Manifest:
    """What is in the file, and where it comes from.

    Attributes:
        format: of the file; a greater one than `FORMAT` is refused.
        purpose: `backup` or `bundle`.
        anninh: version that wrote it.
        engine, revision: storage it was read from, and the revision of its schema; for people, nothing depends on them.
        authority: root unit of the profile.
        keys: a mark of the keys that open what is sealed; it tells nothing of them.
        made_at: in UTC.
        journal_seq, journal_hash: the last line of the trail.
        content: one hash of everything stored: equal contents have equal ones, whatever the engine.
        unreadable: bodies that didn't open although their key is there; they are in the file as they are.
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
        """Return how many are in a part, 0 where there is none of this name."""
        return sum(entry.count for entry in self.parts if entry.name == part or entry.name.startswith(f"{part}/"))

    def to_note(self, verified_at: datetime | None = None) -> BackupNote:
        """Return what the office keeps of the file; `verified_at` is when it was read with the keys at hand."""
        return BackupNote(
            made_at=self.made_at,
            content=self.content,
            records=self.count("records"),
            journal_seq=self.journal_seq,
            verified_at=verified_at,
        )


def encode_manifest(manifest: Manifest) -> bytes:
    """Return a manifest as bytes for people and programs."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2)


def decode_manifest(data: bytes, name: str) -> Manifest:
    """Return the manifest of a file.

    Raises:
        NewerDatabase: written by a newer version.
        StorageError: it is no manifest, or names parts as none of ours does.
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
    """Tell whether a part can have this name: of rows or blobs, or of a file that stays in the folder it is put in."""
    if not name.startswith(FILES_PREFIX):
        return _ROWS_NAME.fullmatch(name) is not None
    steps = name.removeprefix(FILES_PREFIX).split("/")
    return all(_FILE_NAME.fullmatch(step) and step not in {".", ".."} for step in steps)


def require_part_names(manifest: Manifest, name: str) -> None:
    """Raise `StorageError` for a part whose name leads elsewhere, or that is named twice."""
    seen = set[str]()
    for part in manifest.parts:
        if not is_part_name(part.name):
            raise StorageError(
                "The manifest of {path} names part {part}, which isn't a valid name and could lead outside "
                "the folder: use another copy.",
                path=name,
                part=quote(part.name),
            )
        if part.name in seen:
            raise StorageError(
                "The manifest of {path} names part {part} twice: use another copy.",
                path=name,
                part=quote(part.name),
            )
        seen.add(part.name)


def hash_content(parts: Iterable[ManifestPart]) -> str:
    """Return one hash over the parts of a dump and of its blobs; further files don't count."""
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
