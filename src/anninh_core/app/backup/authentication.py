"""Authentication codes (MACs) of manifests; a manifest names every part of its file by hash.

The code of a backup is made with the keys of the installation; the code of a bundle with a key derived from the keys in
the bundle, which the passphrase decrypts. Without these keys no one can alter, add, omit or exchange a part undetected.
The code doesn't protect against holders of the keys, and doesn't prove that a file is the newest: an older file is
authentic too.
"""

from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from anninh_core.app.backup.container import CODE_NAME, FileReader
from anninh_core.app.backup.manifest import AUTHENTICATED_SINCE, BUNDLE
from anninh_core.kernel.errors import StorageError, Unsupported
from anninh_core.ports.keys import Keys, KeysCopy, PortableKeys

MakeCode = Callable[[bytes], str]
"""Type of a function that returns the authentication code of a manifest, in hex."""

BUNDLE_INFO = b"anninh bundle manifest"
"""Value of the HKDF parameter `info` from which the key for the authentication codes of bundles is derived."""

_PURPOSE = "backup.manifest"


def backup_code_maker(keys: Keys) -> MakeCode:
    """Return a function that computes the authentication codes of backups; it works with keys of every kind."""
    return lambda manifest: keys.blind(_PURPOSE, sha256(manifest).hexdigest())


def bundle_code_maker(copy: KeysCopy) -> MakeCode:
    """Return a function that computes the authentication codes of bundles from the keys in the bundle, before they are
    imported anywhere.
    """
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=BUNDLE_INFO).derive(copy.blind)

    def compute_code(manifest: bytes) -> str:
        mac = HMAC(key, SHA256())
        mac.update(manifest)
        return mac.finalize().hex()

    return compute_code


def find_code_maker(file: FileReader, keys: Keys) -> MakeCode:
    """Return the function that computes the authentication code of `file`; `keys` are those that the file was written
    with.

    Raises:
        Unsupported: the file is a bundle, and `keys` can't be exported.
    """
    if file.manifest.purpose != BUNDLE:
        return backup_code_maker(keys)
    if not isinstance(keys, PortableKeys):
        raise Unsupported(
            "Keys of type {type} can't make the authentication code of bundle {path}: import the bundle "
            "instead, with `anninh bundle import`.",
            path=file.path,
            type=type(keys).__name__,
        )
    return bundle_code_maker(keys.export())


def require_authentic(file: FileReader, make_code: MakeCode, *, unauthenticated: bool = False) -> None:
    """Raise `StorageError` unless the file's manifest was written by a holder of the keys.

    Args:
        file: any file; its parts are compared with its manifest as they are read.
        make_code: from `backup_code_maker` for a backup, from `bundle_code_maker` for a bundle.
        unauthenticated: accepts a file of a format without authentication, which anyone may have made or altered.
    """
    if file.manifest.format < AUTHENTICATED_SINCE:
        if not unauthenticated:
            raise StorageError(
                "{path} has format {format}, which doesn't prove who wrote the file, so anyone may have "
                "altered it: if you know where it comes from, allow it with --unauthenticated.",
                path=file.path,
                format=file.manifest.format,
            )
        return
    if not file.code:
        raise StorageError(
            "{path} has no part {part!r}, so nothing proves who wrote the file: use another copy.",
            path=file.path,
            part=CODE_NAME,
        )
    if not compare_digest(make_code(file.manifest_bytes).encode(), file.code):
        raise StorageError(
            "The manifest of {path} isn't authentic, because it was altered, or written with other keys or "
            "another passphrase: use another copy.",
            path=file.path,
        )
