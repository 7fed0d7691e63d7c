"""Who wrote a manifest: a code over its bytes, which names every part by its hash.

The code of a backup is made with the keys, that of a bundle with a key derived from those in it, which the passphrase
opens. Whoever has neither can't alter, add, leave out or exchange anything unseen. It proves nothing against those who
have them, nor that there is no newer file: a whole older one is authentic too.
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
"""Returns the code of a manifest, in hex."""

BUNDLE_INFO = b"anninh bundle manifest"
"""What the key for the codes of bundles is derived for."""

_PURPOSE = "backup.manifest"


def code_by_keys(keys: Keys) -> MakeCode:
    """Return what makes the codes of backups: any keeper of keys can."""
    return lambda manifest: keys.blind(_PURPOSE, sha256(manifest).hexdigest())


def code_by_copy(copy: KeysCopy) -> MakeCode:
    """Return what makes the codes of bundles: whoever opened the keys in it can, before they are put anywhere."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=BUNDLE_INFO).derive(copy.blind)

    def make(manifest: bytes) -> str:
        mac = HMAC(key, SHA256())
        mac.update(manifest)
        return mac.finalize().hex()

    return make


def code_for(file: FileReader, keys: Keys) -> MakeCode:
    """Return what makes the code of a file where the keys are that it was written with.

    Raises:
        Unsupported: the file is a bundle, and these keys can't leave their keeper.
    """
    if file.manifest.purpose != BUNDLE:
        return code_by_keys(keys)
    if not isinstance(keys, PortableKeys):
        raise Unsupported(
            "Keys of type {type} can't make the authentication code of bundle {path}: import the bundle "
            "instead, with `anninh bundle import`.",
            path=file.path,
            type=type(keys).__name__,
        )
    return code_by_copy(keys.export())


def require_authentic(file: FileReader, make_code: MakeCode, *, unauthenticated: bool = False) -> None:
    """Raise `StorageError` unless a file's manifest was written by a holder of the keys.

    Args:
        file: any; its parts are compared with its manifest as they are read.
        make_code: from `code_by_keys` for a backup, from `code_by_copy` for a bundle.
        unauthenticated: lets a file pass that is older than authentication. Anybody may have made or altered it.
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
