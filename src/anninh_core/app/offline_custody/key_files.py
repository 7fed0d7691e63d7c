"""Private keys of a custodian, of recovery and of a reader for one answer, in files encrypted with a passphrase."""

import os
from pathlib import Path

import msgspec
from attrs import field, frozen
from cryptography.exceptions import InvalidTag

from anninh_core.domain.identity.custody.service import parse_key
from anninh_core.kernel.crypto.passphrase import KdfParameters, derive_cipher, require_long_passphrase
from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import BadInput, DecryptionError
from anninh_core.kernel.files import write_atomically
from anninh_core.kernel.text import quote_text
from anninh_core.usecase.encryption.envelope import compute_key_id, derive_public_key, make_private_key

FORMAT = "anninh private key 1"
_NONCE_BYTES = 12


@frozen(kw_only=True)
class PrivateKey:
    """A private key in the memory of its holder's machine."""

    secret: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The public half of the key."""
        return derive_public_key(self.secret)

    @property
    def id(self) -> str:
        """Fingerprint for people who compare keys."""
        return compute_key_id(self.public)


@frozen(kw_only=True)
class _KeyFile:
    format: str
    public_key: str
    kdf: KdfParameters
    sealed: bytes = field(repr=False)

    @property
    def associated_data(self) -> bytes:
        return msgspec.json.encode((self.format, self.public_key, self.kdf))


_DECODER = msgspec.json.Decoder(_KeyFile)


def make_key_file(path: Path, passphrase: str, cost: KdfParameters | None = None) -> PrivateKey:
    """Create a private key, write it encrypted with a passphrase, and return it.

    Args:
        path: a new file; other users can't read it.
        passphrase: at least 12 characters.
        cost: cost of the key derivation; a new salt is always generated.

    Raises:
        BadInput: the file exists already, or the passphrase is too short.
    """
    require_long_passphrase(passphrase)
    if path.exists():
        raise BadInput("{file} already exists and wasn't changed: choose another file.", file=path)
    key = PrivateKey(secret=make_private_key())
    parameters = (cost or KdfParameters()).with_new_salt()
    blank = _KeyFile(format=FORMAT, public_key=key.public.hex(), kdf=parameters, sealed=b"")
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + derive_cipher(passphrase, parameters).encrypt(nonce, key.secret, blank.associated_data)
    file = _KeyFile(format=FORMAT, public_key=blank.public_key, kdf=parameters, sealed=sealed)
    write_atomically(path, msgspec.json.encode(file))
    return key


def read_public_key(path: Path) -> bytes:
    """Return the public half of a file's key, which is unencrypted.

    Raises:
        BadInput: it isn't the file of a private key.
    """
    return parse_key(_read_encrypted_file(path).public_key)


def read_key_file(path: Path, passphrase: str) -> PrivateKey:
    """Return the private key of a file.

    Raises:
        BadInput: it isn't the file of a private key, or its cost is out of bounds.
        DecryptionError: the passphrase is wrong, or the file was altered.
    """
    file = _read_encrypted_file(path)
    if file.format != FORMAT or not file.kdf.is_known:
        raise BadInput(
            "{file} has a format ({format}) or a passphrase cost that this version doesn't support: update "
            "anninh, or use another copy.",
            file=path,
            format=quote_text(file.format),
        )
    nonce = file.sealed[:_NONCE_BYTES]
    sealed = file.sealed[_NONCE_BYTES:]
    try:
        secret = derive_cipher(passphrase, file.kdf).decrypt(nonce, sealed, file.associated_data)
    except (InvalidTag, ValueError) as error:
        raise DecryptionError(
            "The passphrase doesn't open {file}, or the file was altered: try again.", file=path
        ) from error
    return PrivateKey(secret=secret)


def _read_encrypted_file(path: Path) -> _KeyFile:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(
            "{file} can't be read ({reason}): choose the right file, or allow this program to read it.",
            file=path,
            reason=error.strerror,
        ) from error
    try:
        return _DECODER.decode(content)
    except DECODE_ERRORS as error:
        raise BadInput(
            "{file} isn't the file of a private key ({reason}): make one with `anninh custodians make-key`.",
            file=path,
            reason=describe_decode_error(error, content),
        ) from error
