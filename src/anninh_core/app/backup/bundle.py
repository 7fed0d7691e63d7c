"""A bundle: everything of one authority in one file, its keys under a passphrase, for a move to another machine."""

from collections.abc import Mapping
from pathlib import Path

from anninh_core.app.app import App
from anninh_core.app.backup.audit import audit_action
from anninh_core.app.backup.authentication import code_by_copy, require_authentic
from anninh_core.app.backup.backup import write_archive
from anninh_core.app.backup.container import FileReader
from anninh_core.app.backup.manifest import BUNDLE, FILES_PREFIX, Manifest
from anninh_core.app.backup.passphrase import unwrap, wrap
from anninh_core.app.backup.restoration import load_file
from anninh_core.app.backup.restore_target import RestoreTarget
from anninh_core.app.backup.verification import hash_stored_content, verify
from anninh_core.kernel.crypto.passphrase import KdfParameters, require_long
from anninh_core.kernel.errors import BadInput, Unsupported
from anninh_core.kernel.files import require_new_file
from anninh_core.ports.keys import Keys, KeysCopy, PortableKeys
from anninh_core.usecase.actor import Actor

KEYS_FILE = "keys.json"


def export_bundle(
    app: App,
    actor: Actor,
    path: Path,
    passphrase: str,
    *,
    files: Mapping[str, bytes],
    force: bool = False,
    wrapping: KdfParameters | None = None,
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
    require_new_file(path, force=force)
    portable = _require_portable(app.internals.context.keys)
    require_long(passphrase)
    audit_action(app.internals.runner, actor, "keeping.export", "bundle.exported")
    app.audit.sign_head(actor)  # which may make the signing key: the copy comes after
    copy = portable.export()
    wrapped = wrap(copy, passphrase, wrapping)
    return write_archive(
        app.internals.runner, path, BUNDLE, {**files, KEYS_FILE: wrapped}, code_by_copy(copy), force=force
    )


def read_keys(file: FileReader, passphrase: str, *, unauthenticated: bool = False) -> KeysCopy:
    """Return the keys of a bundle, and make sure that whoever wrote the bundle had them.

    Args:
        file: a bundle; what it says of itself may be believed afterwards.
        passphrase: opens the keys.
        unauthenticated: lets a bundle pass that is older than authentication; anybody may have altered it.

    Raises:
        BadInput: the file is no bundle.
        DecryptionError: another passphrase.
        StorageError: the keys are damaged, or the manifest was altered.
    """
    if file.manifest.purpose != BUNDLE:
        raise BadInput(
            "{path} isn't a bundle, so it has no keys in it: use `anninh restore`.",
            path=file.path,
        )
    copy = unwrap(file.read_part(f"{FILES_PREFIX}{KEYS_FILE}"), passphrase)
    require_authentic(file, code_by_copy(copy), unauthenticated=unauthenticated)
    return copy


def read_files(file: FileReader, below: str = "") -> dict[str, bytes]:
    """Return the further files of a bundle whose names begin so, without the keys."""
    names = [
        part.name.removeprefix(FILES_PREFIX)
        for part in file.manifest.parts
        if part.name.startswith(f"{FILES_PREFIX}{below}")
    ]
    return {name: file.read_part(f"{FILES_PREFIX}{name}") for name in names if name != KEYS_FILE}


def import_bundle(place: RestoreTarget, file: FileReader, keys: KeysCopy) -> str:
    """Fill an empty place, and its keeper of keys, from a bundle; returns the hash of the content that is there now.

    Args:
        place: its storage is empty, its keeper of keys holds these keys already or was made just now.
        file: read and checked from beginning to end before anything is written.
        keys: from `read_keys`.

    Raises:
        BadInput: the storage isn't empty, or other keys are there; nothing was changed.
        Unsupported: the keeper takes no keys from elsewhere.
        StorageError: the file is damaged and nothing was changed; or the storage couldn't be written, and is empty.
    """
    place.require_empty()
    verify(file)
    _require_portable(place.keys()).adopt(keys)
    load_file(place, file, lambda row: row)
    return hash_stored_content(place.storage, file.manifest.parts)


def _require_portable(keys: Keys) -> PortableKeys:
    if not isinstance(keys, PortableKeys):
        raise Unsupported(
            "Keys of type {type} can't be exported or imported: make a backup instead with `anninh backup "
            "make`, and restore it where the same keys can be reached.",
            type=type(keys).__name__,
        )
    return keys
