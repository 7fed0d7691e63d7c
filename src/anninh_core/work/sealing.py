"""Sealing: bodies are encrypted before they reach the storage.

AES-256-GCM under a data key per erasure scope; the data key is wrapped by an epoch key that only the keys port holds.
The associated data binds a body to its record: moved, swapped or with altered columns it doesn't open.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
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
_KEY = 32
_REMEMBERED = 4096  # keys
_ENCODER = msgspec.json.Encoder(order="deterministic")


@frozen
class DataKey:
    """An opened data key; `new` must travel in the change set that first uses it."""

    scope: str
    cipher: AESGCM
    new: NewKey | None = None


class Sealer:
    """Seals and opens bodies. Safe for many threads.

    The key ring is asked each time, at once for what is used together: a key that another process destroyed opens and
    seals nothing from that moment on. What is remembered is only what a wrapped key unwraps to, since a key service may
    be far away.
    """

    def __init__(self, keys: Keys, keyring: KeyRing) -> None:
        self._keys = keys
        self._keyring = keyring
        self._unwrapped: OrderedDict[str, tuple[NewKey, DataKey]] = OrderedDict()
        self._lock = threading.Lock()

    def stored(self, scopes: Collection[str]) -> Mapping[str, NewKey]:
        """Return the wrapped keys of those scopes that have one: what `key_for` and `open` take for many at once."""
        stored = self._keyring.get_many(scopes)
        for scope in scopes:
            if scope not in stored:
                self.forget(scope)
        return stored

    def key_for(self, scope: str, stored: Mapping[str, NewKey] | None = None) -> DataKey:
        """Return the scope's data key, made anew where there is none.

        Args:
            scope: whose key.
            stored: what the key ring has just said of this scope and others.
        """
        found = (self.stored((scope,)) if stored is None else stored).get(scope)
        return self._new_key(scope) if found is None else self._opened(found)

    def _new_key(self, scope: str) -> DataKey:
        """Return a data key for a scope that can't have one yet, since its id was made just now."""
        raw = os.urandom(_KEY)
        epoch, wrapped = self._keys.wrap(raw, scope)
        return DataKey(scope, AESGCM(raw), NewKey(scope=scope, epoch=epoch, wrapped=wrapped))

    def seal(self, key: DataKey, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt bytes so that they open only together with `bound_to`."""
        nonce = os.urandom(_NONCE)
        return nonce + key.cipher.encrypt(nonce, plain, bound_to)

    def open(
        self,
        scope: str,
        sealed: bytes,
        bound_to: bytes | Iterable[bytes],
        stored: Mapping[str, NewKey] | None = None,
    ) -> bytes:
        """Decrypt bytes.

        Args:
            scope: whose key.
            sealed: as `seal` returned them.
            bound_to: what they are bound to, or each thing that they may be bound to.
            stored: what the key ring has just said of this scope and others.

        Raises:
            SealBroken: the scope's key was destroyed, or the bytes were altered or moved.
        """
        found = (self.stored((scope,)) if stored is None else stored).get(scope)
        if found is None:
            raise SealBroken(f"the key of scope {scope!r} is destroyed; what it sealed is gone for good")
        cipher = self._opened(found).cipher
        for binding in (bound_to,) if isinstance(bound_to, bytes) else bound_to:
            try:
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], binding)
            except InvalidTag:
                continue
        raise SealBroken(f"a body of scope {scope!r} doesn't open: it was altered or moved; run `anninh audit verify`")

    def forget(self, scope: str) -> None:
        """Drop what is remembered of a key, once it is destroyed."""
        with self._lock:
            self._unwrapped.pop(scope, None)

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
    columns, multi = record.columns, record.multi
    if None in columns.values():
        columns = {name: value for name, value in columns.items() if value is not None}
    if not all(multi.values()):
        multi = {name: values for name, values in multi.items() if values}
    return _binding(record, columns, multi)


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
    declared = sha256(_ENCODER.encode([columns, multi])).hexdigest()
    identity = f"{record.kind}\x1f{record.id}\x1f{record.unit}\x1f{record.version}\x1f{record.schema}"
    return f"{identity}\x1f{declared}".encode()


def row_binding(table: str, id: str) -> bytes:
    """Return what the body of a queue row is bound to."""
    return f"{table}\x1f{id}".encode()
