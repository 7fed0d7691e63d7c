"""Bundles: all data of one authority in one file, its keys encrypted with a passphrase, for a move to another
machine.
"""

from collections.abc import Mapping
from pathlib import Path

from anninh_core.app.app import App
from anninh_core.app.backup.audit import audit_action
from anninh_core.app.backup.authentication import bundle_code_maker, require_authentic
from anninh_core.app.backup.backup import write_archive
from anninh_core.app.backup.container import FileReader
from anninh_core.app.backup.manifest import BUNDLE, FILES_PREFIX, Manifest
from anninh_core.app.backup.passphrase import unwrap_keys, wrap
from anninh_core.app.backup.restoration import load_file
from anninh_core.app.backup.restore_target import RestoreTarget
from anninh_core.app.backup.verification import hash_stored_content, verify
from anninh_core.kernel.crypto.passphrase import KdfParameters, require_long_passphrase
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
    """Write a bundle. The audit log records the actor.

    Args:
        app: should do no other work from now on: later changes aren't in the bundle.
        actor: needs `operate` on the root.
        path: the file to write; it appears only when it is complete and durable.
        passphrase: decrypts the keys; a person with passphrase and file can read everything.
        files: name -> bytes of further files, such as settings.
        force: replaces an existing file.
        wrapping: cost of the key derivation, and so of each guess of the passphrase.

    Raises:
        BadInput: the file exists already, or the passphrase is too short.
        Refused: the actor lacks the permission.
        Unsupported: the keys can't be exported.
        StorageError: the storage can't be read, or the file can't be written; no partial file remains.
    """
    require_new_file(path, force=force)
    portable = _require_portable(app.internals.context.keys)
    require_long_passphrase(passphrase)
    audit_action(app.internals.runner, actor, "keeping.export", "bundle.exported")
    app.audit.sign_head(actor)  # Signing may create the signing key, so it precedes the export of the keys.
    copy = portable.export()
    wrapped = wrap(copy, passphrase, wrapping)
    return write_archive(
        app.internals.runner, path, BUNDLE, {**files, KEYS_FILE: wrapped}, bundle_code_maker(copy), force=force
    )


def read_keys(file: FileReader, passphrase: str, *, unauthenticated: bool = False) -> KeysCopy:
    """Return the keys of a bundle, after checking that the bundle's writer had them.

    Args:
        file: a bundle; its manifest can be trusted afterwards.
        passphrase: decrypts the keys.
        unauthenticated: accepts a bundle of a format without authentication, which anyone may have altered.

    Raises:
        BadInput: the file isn't a bundle.
        DecryptionError: the passphrase is wrong.
        StorageError: the keys are damaged, or the manifest was altered.
    """
    if file.manifest.purpose != BUNDLE:
        raise BadInput(
            "{path} isn't a bundle, so it has no keys in it: use `anninh restore`.",
            path=file.path,
        )
    copy = unwrap_keys(file.read_part(f"{FILES_PREFIX}{KEYS_FILE}"), passphrase)
    require_authentic(file, bundle_code_maker(copy), unauthenticated=unauthenticated)
    return copy


def read_files(file: FileReader, below: str = "") -> dict[str, bytes]:
    """Return a bundle's further files with the name prefix `below`, without the keys."""
    names = [
        part.name.removeprefix(FILES_PREFIX)
        for part in file.manifest.parts
        if part.name.startswith(f"{FILES_PREFIX}{below}")
    ]
    return {name: file.read_part(f"{FILES_PREFIX}{name}") for name in names if name != KEYS_FILE}


def import_bundle(place: RestoreTarget, file: FileReader, keys: KeysCopy) -> str:
    """Fill an empty storage and key store from a bundle, and return the hash of the imported content.

    Args:
        place: its storage is empty; its key store holds these keys already or is new.
        file: read and checked completely before anything is written.
        keys: from `read_keys`.

    Raises:
        BadInput: the storage isn't empty, or the key store holds other keys; nothing was changed.
        Unsupported: the key store can't import keys.
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
