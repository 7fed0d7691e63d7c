"""Sealing: bodies are encrypted before they reach the storage.

AES-256-GCM under a data key per erasure scope; the data key is wrapped by an epoch key that only the keys port holds.
The associated data binds a body to its record: moved, swapped or with altered columns it doesn't open.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain, combinations

import msgspec
from attrs import frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.kernel.errors import DecryptionError
from anninh_core.ports.changes import NewKey, Record, Scalar
from anninh_core.ports.keys import Keys, ManyKeys
from anninh_core.ports.storage import KeyRing

_NONCE = 12
_KEY = 32
_REMEMBERED = 4096  # keys
_PAGE = 200  # keys; who reads more at once is looking through everything
_NO_MULTI: Mapping[str, tuple[str, ...]] = {}
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

    Args:
        keys: wraps and unwraps.
        keyring: has the wrapped keys.
        purged: tells whether a scope was purged before. What it seals anew, of somebody who came back, has another key;
            what is left of before is as gone as if there were none.
    """

    def __init__(self, keys: Keys, keyring: KeyRing, purged: Callable[[str], bool] = lambda _: False) -> None:
        self._keys = keys
        self._keyring = keyring
        self._purged = purged
        self._many = keys if isinstance(keys, ManyKeys) else None
        self._unwrapped: OrderedDict[str, tuple[NewKey, AESGCM]] = OrderedDict()
        self._lock = threading.Lock()

    def stored(self, scopes: Collection[str]) -> Mapping[str, NewKey]:
        """Return the wrapped keys of those scopes that have one: what `key_for` and `open` take for many at once."""
        stored = self._keyring.get_many(scopes)
        if len(stored) < len(scopes):
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
        return self._new_key(scope) if found is None else DataKey(scope, self._cipher(found))

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
            raise DecryptionError(f"the key of scope {scope!r} is destroyed; what it sealed is gone for good")
        cipher = self._cipher(found)
        for binding in (bound_to,) if isinstance(bound_to, bytes) else bound_to:
            try:
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], binding)
            except InvalidTag:
                continue
        raise DecryptionError(
            f"a body of scope {scope!r} doesn't open: it was altered or moved; run `anninh audit verify`"
        )

    def open_all(
        self, records: Sequence[Record], stored: Mapping[str, NewKey] | None = None
    ) -> Iterator[tuple[Record, bytes]]:
        """Yield records with their bodies decrypted, without those whose key was destroyed; the key ring is asked once.

        Without those either that were sealed before their scope was purged, where it has a new key by now.

        Args:
            records: any.
            stored: what the key ring has just said of their scopes, where they were read with it.

        Raises:
            SealBroken: a body was altered or moved, or its epoch key is gone.
        """
        if stored is None:
            stored = self.stored({record.scope for record in records if record.scope})
        ciphers = self._ciphers(stored)
        for record in records:
            scope, body = record.scope, record.body
            if scope in ciphers:
                try:
                    plain = ciphers[scope].decrypt(body[:_NONCE], body[_NONCE:], binding(record))
                except InvalidTag:
                    try:
                        plain = self.open(scope, body, bindings(record), stored)
                    except DecryptionError:
                        if self._purged(scope):
                            continue
                        raise
                yield record, plain
            elif not scope:
                yield record, body
            elif scope in stored:  # its key couldn't be unwrapped: this says why
                yield record, self.open(scope, body, bindings(record), stored)

    def _ciphers(self, stored: Mapping[str, NewKey]) -> dict[str, AESGCM]:
        """Return what opens the bodies of scopes; if one of the keys can't be unwrapped, only what is remembered."""
        with self._lock:
            known = {scope: cipher for scope, key in stored.items() if (cipher := self._known(key))}
        missing = [key for scope, key in stored.items() if scope not in known]
        try:
            return known | self._made(missing)
        except DecryptionError:
            return known

    def forget(self, scope: str) -> None:
        """Drop what is remembered of a key, once it is destroyed."""
        with self._lock:
            self._unwrapped.pop(scope, None)

    def _cipher(self, stored: NewKey) -> AESGCM:
        with self._lock:
            known = self._known(stored)
        return known or self._made((stored,))[stored.scope]

    def _known(self, stored: NewKey) -> AESGCM | None:
        """Return what a key unwraps to, if that is remembered and it wasn't rewrapped since. Called under the lock."""
        held = self._unwrapped.get(stored.scope)
        if held is None or held[0].wrapped != stored.wrapped or held[0].epoch != stored.epoch:
            return None
        self._unwrapped.move_to_end(stored.scope)
        return held[1]

    def _made(self, wrapped: Sequence[NewKey]) -> dict[str, AESGCM]:
        """Unwrap keys and remember them; a long look pushes nothing out that others may soon ask for again."""
        if not wrapped:
            return {}
        if self._many is None:
            raw: Sequence[bytes] = [self._keys.unwrap(key.epoch, key.wrapped, key.scope) for key in wrapped]
        else:
            raw = self._many.unwrap_many([(key.epoch, key.wrapped, key.scope) for key in wrapped])
        made = {key.scope: AESGCM(one) for key, one in zip(wrapped, raw, strict=True)}
        with self._lock:
            room = len(wrapped) if len(wrapped) <= _PAGE else max(0, _REMEMBERED - len(self._unwrapped))
            for key in wrapped[:room]:
                self._unwrapped[key.scope] = key, made[key.scope]
            while len(self._unwrapped) > _REMEMBERED:
                self._unwrapped.popitem(last=False)
        return made


def binding(record: Record) -> bytes:
    """Return what a record's body is bound to: its identity, version, schema and declared columns.

    A column without a value is as good as none, so that a kind may get new columns.
    """
    columns, multi = record.columns, record.multi
    if None in columns.values():
        columns = {name: value for name, value in columns.items() if value is not None}
    if not any(multi.values()):
        multi = _NO_MULTI
    elif not all(multi.values()):
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
    return (
        f"{record.kind}\x1f{record.id}\x1f{record.unit}\x1f{record.version}\x1f{record.schema}\x1f{declared}"
    ).encode()


def row_binding(table: str, id: str) -> bytes:
    """Return what the body of a queue row is bound to."""
    return f"{table}\x1f{id}".encode()
