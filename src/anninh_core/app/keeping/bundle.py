"""A bundle: everything of one authority in one file, its keys under a passphrase, to go on elsewhere."""

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from anninh_core._version import __version__
from anninh_core.app.app import App
from anninh_core.app.keeping.backup import ADDED, BLOBS, require_free, write_file
from anninh_core.app.keeping.checking import verify
from anninh_core.app.keeping.container import FileReader, PartWriter
from anninh_core.app.keeping.lines import line_of, part_of
from anninh_core.app.keeping.manifest import BUNDLE, FORMAT, Manifest, Part, content_of
from anninh_core.app.keeping.passphrase import Wrapping, unwrap, wrap
from anninh_core.app.keeping.place import Place
from anninh_core.app.keeping.restoring import fill
from anninh_core.app.keeping.tracing import trace
from anninh_core.kernel.errors import BadInput, StorageError, Unsupported
from anninh_core.ports.keys import Keys, KeysCopy, PortableKeys
from anninh_core.ports.storage import Storage
from anninh_core.work.actor import Actor

KEYS = "keys.json"


def export_bundle(
    app: App,
    actor: Actor,
    path: Path,
    passphrase: str,
    *,
    files: Mapping[str, bytes],
    force: bool = False,
    wrapping: Wrapping | None = None,
) -> Manifest:
    """Write a bundle. The trail says who made it.

    Args:
        app: should do no other work from now on: what comes after isn't in the bundle.
        actor: needs `operate` on the root.
        path: the file to write; it appears when it is whole and durable.
        passphrase: opens the keys; whoever has it and the file can read everything.
        files: name -> bytes of further files, such as settings.
        force: replaces a file that is there.
        wrapping: what trying a passphrase costs.

    Raises:
        BadInput: there is such a file already, or the passphrase is too short.
        Refused: the actor may not.
        Unsupported: the keys can't leave their keeper.
        StorageError: the storage can't be read, or the file can't be written; nothing of it stays behind.
    """
    require_free(path, force=force)
    keys = wrap(_portable(app.context.keys).export(), passphrase, wrapping)
    trace(app.runner, actor, "keeping.export", "bundle.exported")
    return write_file(app.runner, path, BUNDLE, {**files, KEYS: keys}, force=force)


def keys_in(file: FileReader, passphrase: str) -> KeysCopy:
    """Return the keys of a bundle.

    Raises:
        BadInput: the file is no bundle.
        SealBroken: another passphrase.
        StorageError: the keys are damaged.
    """
    if file.manifest.purpose != BUNDLE:
        raise BadInput(f"{file.path} is a {file.manifest.purpose} and has no keys in it; use `anninh restore`")
    return unwrap(file.whole(f"{ADDED}{KEYS}"), passphrase)


def files_in(file: FileReader, below: str = "") -> dict[str, bytes]:
    """Return the further files of a bundle whose names begin so, without the keys."""
    names = [part.name.removeprefix(ADDED) for part in file.manifest.parts if part.name.startswith(f"{ADDED}{below}")]
    return {name: file.whole(f"{ADDED}{name}") for name in names if name != KEYS}


def import_bundle(place: Place, file: FileReader, keys: KeysCopy) -> str:
    """Fill an empty place, and its keeper of keys, from a bundle; returns the hash of the content that is there now.

    Args:
        place: its storage is empty, its keeper of keys holds these keys already or was made just now.
        file: read and checked from beginning to end before anything is written.
        keys: from `keys_in`.

    Raises:
        BadInput: the storage isn't empty, or other keys are there; nothing was changed.
        Unsupported: the keeper takes no keys from elsewhere.
        StorageError: the file is damaged and nothing was changed; or the storage couldn't be written, and is empty.
    """
    place.require_empty()
    verify(file)
    _portable(place.keys()).adopt(keys)
    fill(place, file, lambda row: row)
    found = content_now(place.storage, file.manifest.parts)
    comparable = (file.manifest.anninh, file.manifest.format) == (__version__, FORMAT)
    if comparable and found != file.manifest.content:
        raise StorageError(f"{file.path} was loaded, but what is stored differs; empty the storage and try again")
    return found


def content_now(storage: Storage, parts: tuple[Part, ...]) -> str:
    """Return the hash of what a storage holds, together with the blobs of a file."""
    found = [part for part in parts if part.name == BLOBS]
    for name, group in groupby(storage.maintenance.dump(), key=part_of):
        writer = PartWriter(len)
        for row in group:
            writer.write(line_of(row))
        found.append(writer.part(name))
    return content_of(found)


def _portable(keys: Keys) -> PortableKeys:
    if not isinstance(keys, PortableKeys):
        raise Unsupported(
            f"the keys of {type(keys).__name__} can't leave it, nor come from elsewhere; "
            "make a backup instead, and restore it where the same keys can be reached"
        )
    return keys
