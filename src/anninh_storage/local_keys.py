"""Storage of keys in one file, for an office with one machine and no key service."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import ClassVar

from attrs import evolve

from anninh_core.kernel.crypto.passphrase import KdfParameters, require_long_passphrase
from anninh_core.kernel.crypto.signing import SEED_BYTES, KeyChain, PublicKey
from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.kernel.errors import AnninhError, BadInput, ConfigurationError, StorageError
from anninh_core.kernel.files import write_atomically
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, warning
from anninh_core.ports.keys import AskPassphrase, KeysCopy, NotedHead, Signature
from anninh_core.ports.storages.copied_keys import EPOCH_NAME, FORM, KEY_BYTES, CopiedKeys, require_whole
from anninh_storage.key_file import Protection, SealedKeys, WrongPassphraseError, decode_key_file, encode_key_file
from anninh_storage.locks import hold_lock
from anninh_storage.noted_heads import NotedHeadsFile

_FIRST_EPOCH = "e0001"


class LocalKeys:
    """Stores epoch keys, the blind key and the signing key in a JSON file that only its owner can read.

    A passphrase may protect them: then the file holds them sealed, and a process derives the key that opens it once,
    when it starts. `CopiedKeys` wraps data keys and hashes values.

    Without this file, everything sealed is lost: keep a copy apart from the database's backups. The signing key
    (Ed25519) is added when it is first needed. It is derived from the blind key, so that copies of a file sign alike
    until it is rotated. The noted journal heads are in a second file, `<name>.heads`, in the same folder.

    Args:
        path: the key file.
        create: whether the file is created if it is missing. Not with a storage in use: new keys would hide that the
            right ones are missing, and would open nothing.
        passphrase: called if the file is protected, and called again only if the file's passphrase is changed.

    Raises:
        ConfigurationError: the file doesn't exist and `create` is false; or no passphrase can be obtained.
        StorageError: the file can't be read or written, isn't a key file, other users may read it, or the passphrase is
            wrong.
    """

    name = "local"
    takes_passphrase: ClassVar[bool] = True

    def __init__(self, path: Path, *, create: bool = False, passphrase: AskPassphrase | None = None) -> None:
        self._path = path
        self._file = str(path)
        self._ask = passphrase
        self._lock = Lock()
        self._file_stamp = (0, 0)
        self._is_fresh = False
        self._protection: Protection | None = None
        self._refused: tuple[KdfParameters, bytes] | None = None
        self._noted = NotedHeadsFile(path.with_name(f"{path.name}.heads"))
        if not create:
            _require_file(path)
        with self._hold_file_lock():
            if create and not os.path.lexists(path):
                self._is_fresh = True
                self._write_file(_generate_keys(), None)
            else:
                self._read_file()

    @property
    def epoch(self) -> str:
        """Name of the epoch key that new data keys are wrapped with, such as `e0001`."""
        self._read_changed_file()
        return self._keys.epoch

    @property
    def epochs(self) -> Sequence[str]:
        """Names of the epochs with a key in the file, oldest first."""
        self._read_changed_file()
        return self._keys.epochs

    @property
    def is_protected(self) -> bool:
        """Whether a passphrase protects the file."""
        self._read_changed_file()
        return self._protection is not None

    def wrap(self, data_key: bytes, scope: str) -> tuple[str, bytes]:
        """Wrap a data key for a scope; return the epoch's name and the wrapped key."""
        self._is_fresh = False
        self._read_changed_file()
        return self._keys.wrap(data_key, scope)

    def unwrap(self, epoch: str, wrapped: bytes, scope: str) -> bytes:
        """Unwrap a data key and return it; raise `DecryptionError` for a destroyed epoch, another scope or altered
        bytes.
        """
        self._read_changed_file()
        return self._keys.unwrap(epoch, wrapped, scope)

    def unwrap_many(self, wrapped: Sequence[tuple[str, bytes, str]]) -> Sequence[bytes]:
        """Unwrap data keys, each given as (epoch, wrapped key, scope), and check the key file for changes only once."""
        self._read_changed_file()
        # The keys are never changed, only replaced as a whole, so that all are unwrapped with the same keys.
        keys = self._keys
        return [keys.unwrap(*item) for item in wrapped]

    def blind(self, purpose: str, value: str) -> str:
        """Return a keyed hash of a value: equal values have equal hashes, and the hash reveals nothing else."""
        self._is_fresh = False
        return self._keys.blind(purpose, value)

    def turn_epoch(self) -> str:
        """Begin a new epoch and return its name."""
        with self._hold_file_lock():
            copy = self._read_newest_keys()
            epoch = f"e{int(copy.current.removeprefix('e')) + 1:04}"
            self._write_file(
                evolve(copy, current=epoch, epochs={**copy.epochs, epoch: _generate_key()}), self._protection
            )
            return epoch

    def destroy_epoch(self, epoch: str) -> None:
        """Destroy an old epoch key; do nothing if it is destroyed already; raise `BadInput` for the epoch in use."""
        with self._hold_file_lock():
            copy = self._read_newest_keys()
            if epoch == copy.current:
                raise BadInput(
                    "Epoch {epoch!r} is in use: begin a new epoch first, with `anninh keys rotate`.", epoch=epoch
                )
            remaining = {name: key for name, key in copy.epochs.items() if name != epoch}
            self._write_file(evolve(copy, epochs=remaining), self._protection)

    def protect(self, passphrase: str, cost: KdfParameters | None = None) -> None:
        """Seal the keys under a passphrase from now on, in place of an earlier passphrase.

        Other processes that use the file get the new passphrase from the source of the old one.

        Args:
            passphrase: long enough, see `kernel.crypto.passphrase`.
            cost: cost of one derivation; its salt is replaced by a new one.
        """
        require_long_passphrase(passphrase)
        protection = Protection.derive(passphrase, (cost or KdfParameters()).with_new_salt())
        with self._hold_file_lock():
            self._write_file(self._read_newest_keys(), protection)

    def unprotect(self) -> None:
        """Write the keys in clear: everyone with read access to the file can then use them."""
        with self._hold_file_lock():
            self._write_file(self._read_newest_keys(), None)

    def sign(self, purpose: str, content: bytes) -> Signature:
        """Sign content; the first call creates the signing key and stores it durably before signing."""
        chain = self._signing_chain()
        return Signature(chain.current.id, chain.sign(purpose, content))

    def public_keys(self) -> Sequence[PublicKey]:
        """Return the public halves of all signing keys, oldest first."""
        signing = self._read_newest_keys().signing
        return signing.public if signing is not None else ()

    def rotate_signing_key(self) -> PublicKey:
        """Replace the signing key by a new one; the file no longer holds the private half of the old one."""
        with self._hold_file_lock():
            copy = self._read_newest_keys()
            chain = (copy.signing or KeyChain.from_secret(copy.blind)).rotated(os.urandom(SEED_BYTES))
            self._write_file(evolve(copy, signing=chain), self._protection)
            return chain.current

    def note_head(self, head: NotedHead) -> None:
        """Store a journal head in the heads file next to the key file."""
        with self._hold_file_lock():
            self._noted.note(head)

    def noted_heads(self) -> Sequence[NotedHead]:
        """Return the noted journal heads, one per journal, the newest last; raise `StorageError` for a damaged file."""
        with self._translate_errors():
            return self._noted.read()

    def health(self) -> Sequence[Check]:
        """Warn if no passphrase protects the key file, so that a copy of it gives access to the keys."""
        try:
            if self.is_protected:
                return [ok("key file", "A passphrase protects the key file.")]
        except StorageError:  # The operation that needs the keys reports the error.
            return []
        what = Sentence(
            "No passphrase protects the key file: anyone who has copies of it and of the storage can read everything."
        )
        return [
            warning(
                "key file",
                what,
                "Run `anninh keys protect`; docs/howto/keep_the_keys.md explains what a start needs after that.",
            )
        ]

    def export(self) -> KeysCopy:
        """Return a copy of all keys in the file."""
        return self._read_newest_keys()

    def adopt(self, copy: KeysCopy) -> None:
        """Replace the unused keys of a newly created file by keys from a copy.

        Raises:
            BadInput: the file existed before, its keys have been used, or the copy doesn't fit.
        """
        with self._hold_file_lock():
            mine = self._read_newest_keys()
            if copy.has_same_keys(mine):
                return
            if not self._is_fresh or mine.current != _FIRST_EPOCH:
                raise BadInput(
                    "Key file {file} holds other keys, which would be lost: move the file away if they aren't needed.",
                    file=self._path,
                )
            _check_copy(copy)
            self._write_file(copy, self._protection)
            self._is_fresh = False

    def _signing_chain(self) -> KeyChain:
        self._is_fresh = False
        if (chain := self._read_newest_keys().signing) is not None:
            return chain
        with self._hold_file_lock():
            copy = self._read_newest_keys()  # Another process may have created the signing key first.
            if copy.signing is None:
                copy = evolve(copy, signing=KeyChain.from_secret(copy.blind))
                self._write_file(copy, self._protection)
            assert copy.signing is not None
            return copy.signing

    @contextmanager
    def _hold_file_lock(self) -> Iterator[None]:
        """Lock the file against other processes: a lost epoch key can't be recreated."""
        with self._translate_errors(), hold_lock(self._path.with_name(f"{self._path.name}.lock")):
            yield

    def _read_newest_keys(self) -> KeysCopy:
        """Return the keys that are in the key file now."""
        self._read_changed_file()
        return self._keys.copy

    def _write_file(self, copy: KeysCopy, protection: Protection | None) -> None:
        """Replace the key file and read it back; the caller holds the file lock."""
        with self._lock:  # A thread that sees the changed file reads it with its new protection.
            write_atomically(self._path, encode_key_file(copy, protection))
            self._protection = protection
        self._read_file()

    def _read_changed_file(self) -> None:
        """Read the key file if it changed, for instance because another process began a new epoch."""
        try:
            status = os.stat(self._file)  # noqa: PTH116  asked before every use of a key: a Path costs as much again
        except OSError as error:
            raise self._build_read_error(error) from error
        if self._file_stamp != (status.st_ino, status.st_mtime_ns):
            self._read_file()

    def _read_file(self) -> None:
        with self._translate_errors(), self._lock:
            status = os.stat(self._file)  # noqa: PTH116  as above
            _require_private(self._path, status.st_mode)
            content = decode_key_file(self._path.read_bytes())
            protection = self._find_protection(content) if isinstance(content, SealedKeys) else None
            copy = content.open(protection) if isinstance(content, SealedKeys) and protection else content
            assert isinstance(copy, KeysCopy)
            self._keys = CopiedKeys(copy, self._file)
            self._protection = protection
            self._file_stamp = (status.st_ino, status.st_mtime_ns)

    def _find_protection(self, content: SealedKeys) -> Protection:
        """Return the protection that opens the key file: the one in memory if it fits, else one derived from the
        passphrase.
        """
        if self._protection is not None and self._protection.parameters == content.parameters:
            return self._protection
        if self._ask is None:
            raise StorageError(
                "Key file {file} is protected by a passphrase, which this program doesn't ask for: open the "
                "keys with the argument `passphrase`.",
                file=self._path,
            )
        try:
            passphrase = self._ask()
        except ConfigurationError as error:
            if self._file_stamp == (0, 0):
                raise
            raise StorageError(
                "The passphrase of key file {file} was changed in the meantime, and the new one can't be "
                "read ({reason}).",
                file=self._path,
                reason=error,
            ) from error
        return self._try_passphrase(content, passphrase)

    def _try_passphrase(self, content: SealedKeys, passphrase: str) -> Protection:
        """Derive the protection from a passphrase. A refused passphrase isn't tried again, as each try takes a
        second.
        """
        attempt = (content.parameters, sha256(content.parameters.salt + passphrase.encode()).digest())
        if attempt == self._refused:
            raise self._build_passphrase_error()
        protection = Protection.derive(passphrase, content.parameters)
        try:
            content.open(protection)
        except WrongPassphraseError as error:
            self._refused = attempt
            raise self._build_passphrase_error() from error
        return protection

    def _build_passphrase_error(self) -> StorageError:
        return StorageError(
            "The passphrase doesn't open the key file {file}: give the right one (the setting "
            "`keys_passphrase` names where it comes from). If it is lost, move the file away and restore the "
            "keys from a recovery copy with `anninh keys restore`.",
            file=self._path,
        )

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except AnninhError:
            raise
        except OSError as error:
            raise self._build_read_error(error) from error
        except (*DECODE_ERRORS, ValueError, TypeError, KeyError, AttributeError) as error:
            raise StorageError(
                "Key file {file} is empty, damaged, or not a key file at all: restore it from its copy.",
                file=self._path,
            ) from error

    def _build_read_error(self, error: OSError) -> StorageError:
        if isinstance(error, FileNotFoundError) and self._path.parent.is_dir():
            return StorageError(
                "Key file {file} doesn't exist, and nothing stored can be read without it: put its copy there.",
                file=self._path,
            )
        return StorageError(
            "Key file {file} can't be used ({reason}): give this process permission to read and write it.",
            file=self._path,
            reason=error.strerror,
        )


def _require_file(path: Path) -> None:
    """Raise `ConfigurationError` if the file doesn't exist; other access errors are reported when it is read."""
    try:
        path.stat()
    except FileNotFoundError:
        raise ConfigurationError(
            "Key file {file} doesn't exist, and nothing stored can be read without it: put its copy there.", file=path
        ) from None
    except OSError:
        return


def _check_copy(copy: KeysCopy) -> None:
    require_whole(copy)
    if invalid_names := [name for name in copy.epochs if not EPOCH_NAME.fullmatch(name)]:
        raise BadInput(
            "{epoch!r} isn't a name of an epoch in a key file: use one such as {example!r}.",
            epoch=invalid_names[0],
            example=_FIRST_EPOCH,
        )


def _require_private(path: Path, mode: int) -> None:
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise StorageError("Other users can read the keys in {file}: run `chmod 600 {file}`.", file=path)


def _generate_keys() -> KeysCopy:
    epochs: Mapping[str, bytes] = {_FIRST_EPOCH: _generate_key()}
    return KeysCopy(form=FORM, blind=_generate_key(), current=_FIRST_EPOCH, epochs=epochs)


def _generate_key() -> bytes:
    return os.urandom(KEY_BYTES)
