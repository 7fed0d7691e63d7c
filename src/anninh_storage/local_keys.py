"""Keys in one file: for an office with one machine and no key service."""

import hmac
import json
import os
import re
import stat
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Lock

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.kernel.errors import AnninhError, BadInput, ConfigurationError, DecryptionError, StorageError
from anninh_core.kernel.files import write_atomically
from anninh_core.kernel.signing import SEED_BYTES, KeyChain, PublicKey
from anninh_core.ports.keys import KeysCopy, NotedHead, Signature
from anninh_storage.locks import hold_lock
from anninh_storage.noted_heads import NotedHeadsFile

_NONCE_BYTES = 12
_KEY_BYTES = 32
_FORMAT = "aes-256-gcm, hmac-sha256"
_FIRST_EPOCH = "e0001"
_EPOCH_NAME = re.compile(r"e\d{4,}")


class LocalKeys:
    """Epoch keys, the blind key and the signing key in a JSON file that only its owner can read.

    AES-256-GCM wraps data keys with the scope as associated data, so that a
    wrapped key opens for its own scope only; HMAC-SHA256 under a key of its own makes blind hashes.
    Whoever loses this file loses everything sealed: keep a copy apart from the database's backups. The signing key
    (Ed25519) is put in when it is first needed; it follows from the blind key, so that copies of a file sign alike
    until it is rotated. Where the journal stood lies in a second file beside, `<name>.heads`.

    Args:
        path: the key file.
        create: makes a new file where there is none. Beside a storage in use that would put keys that open nothing in
            the place of those that are missing.

    Raises:
        ConfigurationError: there is no such file, and none is to be made.
        StorageError: the file can't be read or written, isn't a key file, or other users may read it.
    """

    name = "local"

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self._path = path
        self._file = str(path)
        self._lock = Lock()
        self._file_stamp = (0, 0)
        self._is_fresh = False
        self._blind, self._current = b"", ""
        self._signing: KeyChain | None = None
        self._noted = NotedHeadsFile(path.with_name(f"{path.name}.heads"))
        self._epochs: dict[str, bytes] = {}
        self._ciphers: dict[str, AESGCM] = {}
        if not create:
            _require_file(path)
        with self._hold_file_lock():
            if create and not os.path.lexists(path):
                self._is_fresh = True
                self._save({"blind": _new_key(), "current": _FIRST_EPOCH, "epochs": {_FIRST_EPOCH: _new_key()}})
            self._refresh()

    @property
    def epoch(self) -> str:
        """Name of the epoch key that new data keys are wrapped with, such as `e0001`."""
        self._refresh()
        return self._current

    def wrap(self, data_key: bytes, scope: str) -> tuple[str, bytes]:
        """Wrap a data key for a scope; returns the epoch's name and the wrapped key."""
        self._is_fresh = False
        self._refresh()
        with self._lock:
            epoch, cipher = self._current, self._ciphers[self._current]
        nonce = os.urandom(_NONCE_BYTES)
        return epoch, nonce + cipher.encrypt(nonce, data_key, scope.encode())

    def unwrap(self, epoch: str, wrapped: bytes, scope: str) -> bytes:
        """Return the data key; `DecryptionError` for a destroyed epoch, another scope or altered bytes."""
        return self.unwrap_many([(epoch, wrapped, scope)])[0]

    def unwrap_many(self, wrapped: Sequence[tuple[str, bytes, str]]) -> Sequence[bytes]:
        """Return the data keys of (epoch, wrapped key, scope), looking at the file once for all of them."""
        self._refresh()
        ciphers, keys = self._ciphers, []  # never changed, only replaced
        for epoch, wrapped_key, scope in wrapped:
            if epoch not in ciphers:
                raise DecryptionError(
                    f"{self._path} holds no epoch key {epoch!r} (destroyed?), so {scope!r} can't be opened"
                )
            try:
                keys.append(
                    ciphers[epoch].decrypt(wrapped_key[:_NONCE_BYTES], wrapped_key[_NONCE_BYTES:], scope.encode())
                )
            except (InvalidTag, ValueError) as error:
                raise DecryptionError(
                    f"the wrapped key of {scope!r} doesn't open: altered, or another scope's"
                ) from error
        return keys

    def blind(self, purpose: str, value: str) -> str:
        """Return a keyed hash of a value: equal values have equal hashes, and the hash tells nothing else."""
        self._is_fresh = False
        mac = self._mac.copy()  # half the price of one made from the key
        mac.update(f"{purpose}\0{value}".encode())
        return mac.hexdigest()

    def turn_epoch(self) -> str:
        """Begin a new epoch and return its name."""
        with self._hold_file_lock():
            self._refresh()
            epoch = f"e{int(self._current.removeprefix('e')) + 1:04}"
            self._save(self._content(epoch, {**self._epochs, epoch: os.urandom(_KEY_BYTES)}, self._signing))
            self._refresh()
            return epoch

    def destroy_epoch(self, epoch: str) -> None:
        """Destroy an old epoch key; `BadInput` for the one in use. One that is gone already is left so."""
        with self._hold_file_lock():
            self._refresh()
            if epoch == self._current:
                raise BadInput(f"epoch {epoch!r} is in use; turn the epoch first")
            left = {name: key for name, key in self._epochs.items() if name != epoch}
            self._save(self._content(self._current, left, self._signing))
            self._refresh()

    def sign(self, purpose: str, content: bytes) -> Signature:
        """Sign content; the first call makes the key, durably before anything is signed with it."""
        chain = self._signing_chain()
        return Signature(chain.current.id, chain.sign(purpose, content))

    def public_keys(self) -> Sequence[PublicKey]:
        """Return the public keys, oldest first."""
        self._refresh()
        with self._lock:
            return self._signing.public if self._signing is not None else ()

    def rotate_signing_key(self) -> PublicKey:
        """Go on with a new signing key; the private half of the old one is no longer in the file."""
        with self._hold_file_lock():
            self._refresh()
            chain = self._signing or KeyChain.derive(self._blind)
            return self._keep_signing(chain.rotated(os.urandom(SEED_BYTES))).current

    def note_head(self, head: NotedHead) -> None:
        """Remember where a journal stands, in the file beside the keys."""
        with self._hold_file_lock():
            self._noted.note(head)

    def noted_heads(self) -> Sequence[NotedHead]:
        """Return what was noted, one head for each journal, the newest last; `StorageError` for a damaged file."""
        with self._translate_errors():
            return self._noted.read()

    def _signing_chain(self) -> KeyChain:
        self._is_fresh = False
        self._refresh()
        if (chain := self._signing) is not None:
            return chain
        with self._hold_file_lock():
            self._refresh()  # another process may have been first
            return self._signing or self._keep_signing(KeyChain.derive(self._blind))

    def _keep_signing(self, chain: KeyChain) -> KeyChain:
        """Store a chain; the file's lock is held."""
        self._save(self._content(self._current, self._epochs, chain))
        self._refresh()
        return chain

    def export(self) -> KeysCopy:
        """Return a copy of all keys, as the file has them."""
        self._refresh()
        with self._lock:
            return KeysCopy(
                form=_FORMAT,
                blind=self._blind,
                current=self._current,
                epochs=dict(self._epochs),
                signing=self._signing,
            )

    def adopt(self, copy: KeysCopy) -> None:
        """Take over keys from elsewhere into a file that was made for it just now.

        Raises:
            BadInput: the file was there before, or its keys have been used; or the copy doesn't fit.
        """
        with self._hold_file_lock():
            if copy.has_same_keys(self.export()):
                return
            if not self._is_fresh or self._current != _FIRST_EPOCH:
                raise BadInput(f"{self._path} holds other keys, which would be lost; move it away if nobody needs it")
            _check_copy(copy)
            self._blind = copy.blind
            self._save(self._content(copy.current, copy.epochs, copy.signing))
            self._is_fresh = False
            self._refresh()

    @contextmanager
    def _hold_file_lock(self) -> Iterator[None]:
        """Lock the file against other processes: a lost epoch key can't be recreated."""
        with self._translate_errors(), hold_lock(self._path.with_name(f"{self._path.name}.lock")):
            yield

    def _content(self, current: str, epochs: Mapping[str, bytes], signing: KeyChain | None) -> Mapping[str, object]:
        texts = {name: _encode_key(key) for name, key in epochs.items()}
        content = {"blind": _encode_key(self._blind), "current": current, "epochs": texts}
        return content if signing is None else {**content, "signing": msgspec.to_builtins(signing)}

    def _save(self, content: Mapping[str, object]) -> None:
        write_atomically(self._path, json.dumps(content, indent=2, sort_keys=True).encode())

    def _refresh(self) -> None:
        """Read the file if it changed, for instance by another process that turned the epoch."""
        try:
            status = os.stat(self._file)  # noqa: PTH116  asked before every use of a key: a Path costs as much again
        except OSError as error:
            raise self._read_error(error) from error
        if self._file_stamp != (status.st_ino, status.st_mtime_ns):
            self._read()

    def _read(self) -> None:
        with self._translate_errors(), self._lock:
            status = os.stat(self._file)  # noqa: PTH116  as above
            _require_private(self._path, status.st_mode)
            self._blind, self._current, self._epochs, self._signing = _parse_key_file(self._path.read_bytes())
            self._mac = hmac.new(self._blind, digestmod=sha256)
            self._ciphers = {name: AESGCM(key) for name, key in self._epochs.items()}
            self._file_stamp = (status.st_ino, status.st_mtime_ns)

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except AnninhError:
            raise
        except OSError as error:
            raise self._read_error(error) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StorageError(
                f"{self._path} is {'empty' if _is_empty(self._path) else 'damaged or no key file'}; "
                "restore it from its copy"
            ) from error

    def _read_error(self, error: OSError) -> StorageError:
        if isinstance(error, FileNotFoundError) and self._path.parent.is_dir():
            return StorageError(f"the key file {self._path} is gone; put its copy back, nothing can be read without")
        return StorageError(f"{self._path}: {error.strerror}; give this process rights to the key file")


def _require_file(path: Path) -> None:
    """Raise `ConfigurationError` where there is no file; that it can't be looked at is told when it is read."""
    try:
        path.stat()
    except FileNotFoundError:
        raise ConfigurationError(
            f"there is no key file {path}: put its copy there, nothing can be read without"
        ) from None
    except OSError:
        return


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return False


def _parse_key_file(data: bytes) -> tuple[bytes, str, dict[str, bytes], KeyChain | None]:
    """Return the blind key, the current epoch's name, the epoch keys, and the signing keys if there are any yet."""
    content = json.loads(data)
    blind, current = b64decode(content["blind"]), str(content["current"])
    epochs = {str(name): b64decode(key) for name, key in content["epochs"].items()}
    if {len(blind), *map(len, epochs.values())} != {_KEY_BYTES}:
        raise ValueError("a key of another length")
    if current not in epochs:
        raise ValueError("the current epoch key is missing")
    signing = msgspec.convert(content["signing"], KeyChain) if "signing" in content else None
    if signing is not None and not signing.is_whole:
        raise ValueError("the signing keys don't belong together")
    return blind, current, epochs, signing


def _check_copy(copy: KeysCopy) -> None:
    if copy.form != _FORMAT:
        raise BadInput(f"keys of the form {copy.form!r} can't be adopted by a key file, which has {_FORMAT!r}")
    if {len(copy.blind), *map(len, copy.epochs.values())} != {_KEY_BYTES} or copy.current not in copy.epochs:
        raise BadInput("the copy of the keys is incomplete; take another one")
    if copy.signing is not None and not copy.signing.is_whole:
        raise BadInput("the copy's signing keys don't belong together; take another one")
    if invalid_names := [name for name in copy.epochs if not _EPOCH_NAME.fullmatch(name)]:
        raise BadInput(f"{invalid_names[0]!r} is no name of an epoch in a key file, such as {_FIRST_EPOCH}")


def _require_private(path: Path, mode: int) -> None:
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise StorageError(f"other users may read the keys in {path}; run: chmod 600 {path}")


def _new_key() -> str:
    return _encode_key(os.urandom(_KEY_BYTES))


def _encode_key(key: bytes) -> str:
    return b64encode(key).decode()
