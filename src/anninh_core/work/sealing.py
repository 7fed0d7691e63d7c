"""Sealing: bodies are encrypted before they reach the storage.

AES-256-GCM under a data key per erasure scope; the data key is wrapped by an epoch key that only the keys port holds.
The associated data binds a body to its record: moved, swapped or with altered columns it doesn't open.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from itertools import chain, combinations

import msgspec
from attrs import frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.kernel.errors import SealBroken
from anninh_core.ports.changes import NewKey, Record, Scalar
from anninh_core.ports.keys import Keys
from anninh_core.ports.storage import KeyRing

_NONCE = 12
_REMEMBERED = 4096  # keys


@frozen
class DataKey:
    """An opened data key; `new` must travel in the change set that first uses it."""

    scope: str
    cipher: AESGCM
    new: NewKey | None = None


class Sealer:
    """Seals and opens bodies. Safe for many threads.

    The key ring is asked each time: a key that another process destroyed opens and seals nothing from that moment on.
    What is remembered is only what a wrapped key unwraps to, since a key service may be far away.
    """

    def __init__(self, keys: Keys, keyring: KeyRing) -> None:
        self._keys = keys
        self._keyring = keyring
        self._unwrapped: OrderedDict[str, tuple[NewKey, DataKey]] = OrderedDict()
        self._lock = threading.Lock()

    def key_for(self, scope: str) -> DataKey:
        """Return the scope's data key, made anew where there is none."""
        stored = self._stored(scope)
        return self.new_key(scope) if stored is None else self._opened(stored)

    def new_key(self, scope: str) -> DataKey:
        """Return a data key for a scope that can't have one yet, since its id was made just now."""
        raw = AESGCM.generate_key(bit_length=256)
        epoch, wrapped = self._keys.wrap(raw, scope)
        return DataKey(scope, AESGCM(raw), NewKey(scope=scope, epoch=epoch, wrapped=wrapped))

    def seal(self, key: DataKey, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt bytes so that they open only together with `bound_to`."""
        nonce = os.urandom(_NONCE)
        return nonce + key.cipher.encrypt(nonce, plain, bound_to)

    def open(self, scope: str, sealed: bytes, bound_to: bytes | Iterable[bytes]) -> bytes:
        """Decrypt bytes.

        Args:
            scope: whose key.
            sealed: as `seal` returned them.
            bound_to: what they are bound to, or each thing that they may be bound to.

        Raises:
            SealBroken: the scope's key was destroyed, or the bytes were altered or moved.
        """
        stored = self._stored(scope)
        if stored is None:
            raise SealBroken(f"the key of scope {scope!r} is destroyed; what it sealed is gone for good")
        cipher = self._opened(stored).cipher
        for binding in (bound_to,) if isinstance(bound_to, bytes) else bound_to:
            with suppress(InvalidTag):
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], binding)
        raise SealBroken(f"a body of scope {scope!r} doesn't open: it was altered or moved; run `anninh audit verify`")

    def forget(self, scope: str) -> None:
        """Drop what is remembered of a key, once it is destroyed."""
        with self._lock:
            self._unwrapped.pop(scope, None)

    def _stored(self, scope: str) -> NewKey | None:
        stored = self._keyring.get(scope)
        if stored is None:
            self.forget(scope)
        return stored

    def _opened(self, stored: NewKey) -> DataKey:
        with self._lock:
            wrapped, key = self._unwrapped.get(stored.scope, (None, None))
            if key is not None and wrapped == stored:
                self._unwrapped.move_to_end(stored.scope)
                return key
        key = DataKey(stored.scope, AESGCM(self._keys.unwrap(stored.epoch, stored.wrapped, stored.scope)))
        with self._lock:
            self._unwrapped[stored.scope] = stored, key
            if len(self._unwrapped) > _REMEMBERED:
                self._unwrapped.popitem(last=False)
        return key


def binding(record: Record) -> bytes:
    """Return what a record's body is bound to: its identity, version, schema and declared columns.

    A column without a value is as good as none, so that a kind may get new columns.
    """
    columns = {name: value for name, value in record.columns.items() if value is not None}
    return _binding(record, columns, {name: values for name, values in record.multi.items() if values})


def bindings(record: Record) -> Iterator[bytes]:
    """Yield what a record's body may be bound to: as it is now, and as the first release did it.

    There the columns that the kind had then counted without a value too; which of those here it had, nobody knows.
    """
    yield binding(record)
    empty = [name for name, value in {**record.columns, **record.multi}.items() if value in (None, ())]
    for left_out in chain.from_iterable(combinations(empty, size) for size in range(len(empty))):
        columns = {name: value for name, value in record.columns.items() if name not in left_out}
        multi = {name: values for name, values in record.multi.items() if name not in left_out}
        yield _binding(record, columns, multi)


def _binding(record: Record, columns: Mapping[str, Scalar], multi: Mapping[str, tuple[str, ...]]) -> bytes:
    declared = sha256(msgspec.json.encode([columns, multi], order="deterministic")).hexdigest()
    parts = (record.kind, record.id, record.unit, str(record.version), str(record.schema), declared)
    return "\x1f".join(parts).encode()


def row_binding(table: str, id: str) -> bytes:
    """Return what the body of a queue row is bound to."""
    return f"{table}\x1f{id}".encode()
