"""What a file of ours says about itself."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

import msgspec
from attrs import frozen

from anninh_core.kernel.errors import NewerDatabase, StorageError
from anninh_core.ports.changes import GENESIS

FORMAT = 2
"""2: rows of the outbox tell by columns of their own how they left, and until when they were put off."""
BACKUP, BUNDLE = "backup", "bundle"


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


def encode_manifest(manifest: Manifest) -> bytes:
    """Return a manifest as bytes for people and programs."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2)


def decode_manifest(data: bytes, name: str) -> Manifest:
    """Return the manifest of a file.

    Raises:
        NewerDatabase: written by a newer version.
        StorageError: it is no manifest.
    """
    try:
        format = _FORMAT_DECODER.decode(data).format
        if format > FORMAT:
            raise NewerDatabase(f"{name} has format {format}, this version reads up to {FORMAT}; update anninh")
        return _MANIFEST_DECODER.decode(data)
    except msgspec.DecodeError as error:
        raise StorageError(f"{name}: its manifest is damaged ({error}); use another copy") from error


def hash_content(parts: Iterable[ManifestPart]) -> str:
    """Return one hash over the parts of a dump and of its blobs."""
    hasher = sha256()
    for part in sorted(parts, key=lambda part: part.name):
        hasher.update(f"{part.name} {part.sha256}\n".encode())
    return hasher.hexdigest()


@frozen
class _ManifestFormat:
    format: int


_MANIFEST_DECODER = msgspec.json.Decoder(Manifest)
_FORMAT_DECODER = msgspec.json.Decoder(_ManifestFormat)
