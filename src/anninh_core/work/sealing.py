"""Sealing: bodies are encrypted before they reach the storage.

AES-256-GCM under a data key per erasure scope; the data key is wrapped by an epoch key that only the keys port holds.
The associated data binds a body to its record: moved, swapped or with altered columns it doesn't open.
"""

import os
import threading
from collections import OrderedDict
from hashlib import sha256

import msgspec
from attrs import frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.kernel.errors import SealBroken
from anninh_core.ports.changes import NewKey, Record
from anninh_core.ports.keys import Keys
from anninh_core.ports.storage import KeyRing

_NONCE = 12
_CACHED_KEYS = 4096


@frozen
class DataKey:
    """An opened data key; `new` must travel in the change set that first uses it."""

    scope: str
    cipher: AESGCM
    new: NewKey | None = None


class Sealer:
    """Seals and opens bodies. Safe for many threads."""

    def __init__(self, keys: Keys, keyring: KeyRing) -> None:
        self._keys = keys
        self._keyring = keyring
        self._open: OrderedDict[str, DataKey] = OrderedDict()
        self._lock = threading.Lock()

    def key_for(self, scope: str) -> DataKey:
        """Return the scope's data key, made anew where there is none.

        The key ring is asked each time: another process may have destroyed the key that this one remembers.
        """
        if self._keyring.get(scope) is not None:
            return self._existing(scope)
        self.forget(scope)
        raw = AESGCM.generate_key(bit_length=256)
        epoch, wrapped = self._keys.wrap(raw, scope)
        return DataKey(scope, AESGCM(raw), NewKey(scope=scope, epoch=epoch, wrapped=wrapped))

    def seal(self, key: DataKey, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt bytes so that they open only together with `bound_to`."""
        nonce = os.urandom(_NONCE)
        return nonce + key.cipher.encrypt(nonce, plain, bound_to)

    def open(self, scope: str, sealed: bytes, bound_to: bytes) -> bytes:
        """Decrypt bytes.

        Raises:
            SealBroken: the scope's key was destroyed, or the bytes were altered or moved.
        """
        try:
            return self._existing(scope).cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to)
        except InvalidTag:
            raise SealBroken(
                f"a body of scope {scope!r} doesn't open: it was altered or moved; run `anninh audit verify`"
            ) from None

    def forget(self, scope: str) -> None:
        """Drop a cached key, after a purge or a lost race."""
        with self._lock:
            self._open.pop(scope, None)

    def _existing(self, scope: str) -> DataKey:
        with self._lock:
            cached = self._open.get(scope)
            if cached is not None:
                self._open.move_to_end(scope)
                return cached
        stored = self._keyring.get(scope)
        if stored is None:
            raise SealBroken(f"the key of scope {scope!r} is destroyed; what it sealed is gone for good")
        key = DataKey(scope, AESGCM(self._keys.unwrap(stored.epoch, stored.wrapped, scope)))
        with self._lock:
            self._open[scope] = key
            if len(self._open) > _CACHED_KEYS:
                self._open.popitem(last=False)
        return key


def binding(record: Record) -> bytes:
    """Return what a record's body is bound to: its identity, version, schema and declared columns."""
    declared = sha256(msgspec.json.encode([record.columns, record.multi], order="deterministic")).hexdigest()
    parts = (record.kind, record.id, record.unit, str(record.version), str(record.schema), declared)
    return "\x1f".join(parts).encode()


def row_binding(table: str, id: str) -> bytes:
    """Return what the body of a queue row is bound to."""
    return f"{table}\x1f{id}".encode()
