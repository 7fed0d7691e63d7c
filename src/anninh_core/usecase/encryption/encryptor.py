"""Encryption of record bodies before they reach the storage.

Bodies are encrypted by AES-256-GCM under a data key per erasure scope; the data key is wrapped by an epoch key that
only the keys port holds. The associated data binds a body to its record: a moved or swapped body, or altered columns,
fail to decrypt.
"""

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from itertools import chain, combinations

import msgspec
from attrs import evolve, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core.kernel.errors import Damaged, DecryptionError, KeysUnavailable, NewerDatabase, Purged
from anninh_core.ports.keys import Keys, ManyKeys
from anninh_core.ports.storages.changes import NewKey, Record, Scalar
from anninh_core.ports.storages.storage import KeyRing

_log = logging.getLogger(__name__)

_NONCE_BYTES = 12
_KEY_BYTES = 32
_CACHE_SIZE = 4096  # The cache holds at most this number of keys.
_PAGE = 200  # A read of more keys than this is a scan, which must not evict keys from the cache.
_PROBES = 5
"""Number of other data keys to try if one can't be opened, to distinguish a damaged key from missing keys."""
_NO_MULTI: Mapping[str, tuple[str, ...]] = {}
_ENCODER = msgspec.json.Encoder(order="deterministic")


NoteDamage = Callable[[Record, Damaged], None]
"""A function that is called with a record that can't be decrypted, so that the others on its page are still read."""


def skip_damaged(record: Record, error: Damaged) -> None:
    """Skip a damaged record in a list that is useful without it; the log names the record."""
    _log.warning("%s %s is left out: %s", record.kind, record.id, type(error).__name__)


@frozen
class DataKey:
    """A decrypted data key; if `new` isn't None, it must be part of the change set that first uses the key."""

    scope: str
    cipher: AESGCM
    new: NewKey | None = None


class Encryptor:
    """Encrypts and decrypts bodies. It is safe for several threads.

    The key ring is queried each time, in one query for keys used together: a key that another process destroyed is
    unusable from that moment on. Only the unwrapped data keys are cached, since a key service may be slow.

    Args:
        keyring: the wrapped keys.
        purged: returns whether a scope was purged before. A returning person's data gets another key; data from before
            the purge stays undecryptable.
        newest_schema: returns the newest schema of a kind that this version knows, or None for an unknown kind. A body
            of a later schema may be bound to columns that this version doesn't read, and then can't be decrypted.
    """

    def __init__(
        self,
        keys: Keys,
        keyring: KeyRing,
        purged: Callable[[str], bool] = lambda _: False,
        newest_schema: Callable[[str], int | None] = lambda _: None,
    ) -> None:
        self._keys = keys
        self._keyring = keyring
        self._is_purged = purged
        self._newest_schema = newest_schema
        self._batch_keys = keys if isinstance(keys, ManyKeys) else None
        self._cipher_cache: OrderedDict[str, tuple[NewKey, AESGCM]] = OrderedDict()
        self._lock = threading.Lock()

    def get_wrapped_keys(self, scopes: Collection[str]) -> Mapping[str, NewKey]:
        """Return the stored wrapped keys of scopes, to be passed to many calls of `get_key` and `decrypt`."""
        wrapped_keys = self._keyring.get_many(scopes) if scopes else {}
        for scope in {*scopes} - wrapped_keys.keys():
            self.forget(scope)
        return wrapped_keys

    def get_key(self, scope: str, stored: Mapping[str, NewKey] | None = None) -> DataKey:
        """Return the data key of a scope; create it if it is missing.

        Args:
            stored: result of a recent `get_wrapped_keys` with this scope.

        Raises:
            Purged, Damaged, KeysUnavailable: the existing key can't be unwrapped.
        """
        wrapped_key = (self.get_wrapped_keys((scope,)) if stored is None else stored).get(scope)
        return self._create_key(scope) if wrapped_key is None else DataKey(scope, self._get_cipher(wrapped_key))

    def _create_key(self, scope: str) -> DataKey:
        """Create and return a data key for a scope that has none."""
        raw = os.urandom(_KEY_BYTES)
        epoch, wrapped = self._keys.wrap(raw, scope)
        return DataKey(scope, AESGCM(raw), NewKey(scope=scope, epoch=epoch, wrapped=wrapped))

    def encrypt(self, key: DataKey, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt bytes with `bound_to` as associated data."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + key.cipher.encrypt(nonce, plain, bound_to)

    def decrypt(
        self,
        scope: str,
        sealed: bytes,
        bound_to: bytes | Iterable[bytes],
        stored: Mapping[str, NewKey] | None = None,
    ) -> bytes:
        """Decrypt bytes that `encrypt` encrypted under the key of a scope.

        Args:
            sealed: a result of `encrypt`.
            bound_to: the associated data, or several candidates for it.
            stored: result of a recent `get_wrapped_keys` with this scope.

        Raises:
            Purged: the scope's key was destroyed by an order.
            Damaged: the bytes were altered or moved, or the scope's key was altered or lost.
            KeysUnavailable: the available keys open no data key of the key's epoch.
        """
        plain = self._try_decrypt(scope, sealed, (bound_to,) if isinstance(bound_to, bytes) else bound_to, stored)
        if plain is None:
            raise self._build_body_error(scope, f"a body of scope {scope!r}")
        return plain

    def decrypt_unpurged(self, record: Record) -> bytes:
        """Return the decrypted body of a record that is never purged, such as a purge order, in which purges are looked
        up.

        Raises:
            Damaged: decryption failed, for whatever reason.
        """
        wrapped_key = self.get_wrapped_keys((record.scope,)).get(record.scope)
        plain = None
        if wrapped_key is not None:
            with suppress(DecryptionError):
                cipher = self._get_cached_or_unwrap(wrapped_key)
                plain = _decrypt_with_candidates(cipher, record.body, iter_associated_data(record))
        if plain is None:
            raise Damaged(
                "Record {kind}:{record} can't be decrypted: run {act:audit.verify}.", kind=record.kind, record=record.id
            )
        return plain

    def decrypt_record(self, record: Record, stored: Mapping[str, NewKey] | None = None) -> bytes:
        """Return the decrypted body of a record.

        Raises:
            Purged, Damaged, KeysUnavailable: as for `decrypt`.
            NewerDatabase: decryption failed, and the record was written by a newer version.
        """
        plain = self._try_decrypt(record.scope, record.body, iter_associated_data(record), stored)
        if plain is not None:
            return plain
        newest_schema = self._newest_schema(record.kind)
        is_purged = self._is_purged(record.scope)
        is_newer = newest_schema is not None and record.schema > newest_schema
        if is_newer and not is_purged and not self._is_schema_altered(record, newest_schema or 0, stored):
            raise NewerDatabase(
                "Record {kind}:{record} was written by a newer version (schema {schema}, but this version "
                "reads up to {newest}): update anninh.",
                kind=record.kind,
                record=record.id,
                schema=record.schema,
                newest=newest_schema,
            )
        raise self._build_body_error(record.scope, f"{record.kind} {record.id}")

    def _is_schema_altered(self, record: Record, newest_schema: int, stored: Mapping[str, NewKey] | None) -> bool:
        """Return whether a body is bound to a known schema, although the record's `schema` is a later one.

        No newer version has written such a record: one altered number must not raise the error for a newer database.
        """
        earlier = (evolve(record, schema=schema) for schema in range(newest_schema, 0, -1))
        candidates = chain.from_iterable(map(iter_associated_data, earlier))
        return self._try_decrypt(record.scope, record.body, candidates, stored) is not None

    def _build_body_error(self, scope: str, name: str) -> Purged | Damaged:
        if self._is_purged(scope):
            return Purged("{record} was purged: the key that encrypted it was destroyed.", record=name)
        return Damaged(
            "{record} can't be decrypted, because it was altered or moved: run {act:audit.verify}.", record=name
        )

    def _build_missing_key_error(self, scope: str) -> Purged | Damaged:
        if self._is_purged(scope):
            return Purged("The key of {scope!r} was destroyed: what it encrypted is lost for good.", scope=scope)
        return Damaged(
            "The key of {scope!r} is missing, although no purge destroyed it: restore it from a backup.",
            scope=scope,
        )

    def _build_closed_key_error(self, wrapped_key: NewKey, reason: DecryptionError) -> DecryptionError:
        """Return the error that explains why a data key can't be unwrapped."""
        scope = wrapped_key.scope
        if self._is_purged(scope):
            return Purged("The key of {scope!r} was destroyed: what it encrypted is lost for good.", scope=scope)
        if self._is_epoch_unavailable(wrapped_key):
            return KeysUnavailable(
                "The keys in use can't open any data key of epoch {epoch!r}: use the key file that belongs "
                "to this storage, or restore it from its recovery copy with `anninh keys restore`.",
                epoch=wrapped_key.epoch,
            )
        return Damaged(
            "The key of {scope!r} can't be opened ({reason}): run {act:audit.verify}.", scope=scope, reason=reason
        )

    def _is_epoch_unavailable(self, wrapped_key: NewKey) -> bool:
        """Return whether other data keys of the same epoch (or of any epoch, if it has no other) can't be unwrapped
        either.
        """
        neighbours = self._keyring.wrapped_by(wrapped_key.epoch, _PROBES + 1)
        others = [key for key in neighbours if key.scope != wrapped_key.scope]
        others = others or [*self._keyring.wrapped_otherwise(wrapped_key.epoch, _PROBES)]
        return bool(others) and not any(map(self._can_unwrap, others))

    def _can_unwrap(self, wrapped_key: NewKey) -> bool:
        try:
            self._keys.unwrap(wrapped_key.epoch, wrapped_key.wrapped, wrapped_key.scope)
        except DecryptionError:
            return False
        return True

    def _try_decrypt(
        self, scope: str, sealed: bytes, candidates: Iterable[bytes], stored: Mapping[str, NewKey] | None
    ) -> bytes | None:
        """Return the decrypted bytes, or None if they are bound to none of the candidates for the associated data.

        Raises:
            Purged, Damaged, KeysUnavailable: the scope's key is missing, or can't be unwrapped.
        """
        wrapped_key = (self.get_wrapped_keys((scope,)) if stored is None else stored).get(scope)
        if wrapped_key is None:
            raise self._build_missing_key_error(scope)
        return _decrypt_with_candidates(self._get_cipher(wrapped_key), sealed, candidates)

    def decrypt_all(
        self,
        records: Sequence[Record],
        stored: Mapping[str, NewKey] | None = None,
        damaged: NoteDamage | None = None,
    ) -> Iterator[tuple[Record, bytes]]:
        """Yield records with their decrypted bodies, in one query to the key ring; purged records are left out.

        Args:
            stored: wrapped keys of their scopes, if they were read with the records.
            damaged: called with a record that can't be decrypted, which is then skipped.

        Raises:
            Damaged: a record can't be decrypted, and `damaged` isn't given.
            KeysUnavailable: the available keys open no data key of an epoch.
            NewerDatabase: a body can't be decrypted, and was written by a newer version.
        """
        if stored is None:
            stored = self.get_wrapped_keys({record.scope for record in records if record.scope})
        ciphers = self._get_ciphers(stored)
        for record in records:
            try:
                plain = self._decrypt_with(ciphers, record, stored) if record.scope else record.body
            except Purged:
                continue
            except Damaged as error:
                if damaged is None:
                    raise
                damaged(record, error)
                continue
            yield record, plain

    def _decrypt_with(self, ciphers: Mapping[str, AESGCM], record: Record, stored: Mapping[str, NewKey]) -> bytes:
        """Return the decrypted body of a record; this is fast if `ciphers` has its key and the body is bound in the
        current form.
        """
        cipher = ciphers.get(record.scope)
        body = record.body
        if cipher is None:
            return self.decrypt_record(record, stored)
        try:
            return cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], build_associated_data(record))
        except (InvalidTag, ValueError):  # ValueError is raised for a truncated body.
            return self.decrypt_record(record, stored)

    def _get_ciphers(self, stored: Mapping[str, NewKey]) -> dict[str, AESGCM]:
        """Return the ciphers of scopes; if any key can't be unwrapped, only the cached ciphers."""
        with self._lock:
            ciphers = {scope: cipher for scope, key in stored.items() if (cipher := self._get_cached(key))}
        missing = [key for scope, key in stored.items() if scope not in ciphers]
        try:
            return ciphers | self._unwrap_and_cache(missing)
        except DecryptionError:
            return ciphers

    def forget(self, scope: str) -> None:
        """Drop a key from the cache after its destruction."""
        with self._lock:
            self._cipher_cache.pop(scope, None)

    def _get_cipher(self, stored: NewKey) -> AESGCM:
        try:
            return self._get_cached_or_unwrap(stored)
        except DecryptionError as error:
            raise self._build_closed_key_error(stored, error) from error

    def _get_cached_or_unwrap(self, stored: NewKey) -> AESGCM:
        with self._lock:
            cached = self._get_cached(stored)
        return cached or self._unwrap_and_cache((stored,))[stored.scope]

    def _get_cached(self, stored: NewKey) -> AESGCM | None:
        """Return a key's cached cipher, or None if it isn't cached or the key was rewrapped since. The caller must hold
        the lock.
        """
        cached = self._cipher_cache.get(stored.scope)
        if cached is None or cached[0].wrapped != stored.wrapped or cached[0].epoch != stored.epoch:
            return None
        self._cipher_cache.move_to_end(stored.scope)
        return cached[1]

    def _unwrap_and_cache(self, wrapped: Sequence[NewKey]) -> dict[str, AESGCM]:
        """Unwrap keys and cache their ciphers; a scan of many keys evicts no cached ones."""
        if not wrapped:
            return {}
        if self._batch_keys is None:
            raw: Sequence[bytes] = [self._keys.unwrap(key.epoch, key.wrapped, key.scope) for key in wrapped]
        else:
            raw = self._batch_keys.unwrap_many([(key.epoch, key.wrapped, key.scope) for key in wrapped])
        ciphers = {key.scope: AESGCM(raw_key) for key, raw_key in zip(wrapped, raw, strict=True)}
        with self._lock:
            free_slots = len(wrapped) if len(wrapped) <= _PAGE else max(0, _CACHE_SIZE - len(self._cipher_cache))
            for key in wrapped[:free_slots]:
                self._cipher_cache[key.scope] = key, ciphers[key.scope]
            while len(self._cipher_cache) > _CACHE_SIZE:
                self._cipher_cache.popitem(last=False)
        return ciphers


def _decrypt_with_candidates(cipher: AESGCM, sealed: bytes, candidates: Iterable[bytes]) -> bytes | None:
    """Return the decrypted bytes, or None if they are bound to none of the candidates for the associated data."""
    for candidate in candidates:
        try:
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], candidate)
        except (InvalidTag, ValueError):  # ValueError is raised for truncated bytes.
            continue
    return None


def build_associated_data(record: Record) -> bytes:
    """Return the associated data of a record's body: the record's identity, version, schema and declared columns.

    Columns without a value are omitted, so that a kind may get new columns.
    """
    columns = record.columns
    multi = record.multi
    if None in columns.values():
        columns = {name: value for name, value in columns.items() if value is not None}
    if not any(multi.values()):
        multi = _NO_MULTI
    elif not all(multi.values()):
        multi = {name: values for name, values in multi.items() if values}
    return _encode_associated_data(record, columns, multi)


def iter_associated_data(record: Record) -> Iterator[bytes]:
    """Yield the possible associated data of a record: first the current form, then the forms of the first release.

    The first release also included the empty columns that the kind had at the time, and these are unknown.
    """
    yield build_associated_data(record)
    empty = [name for name, value in {**record.columns, **record.multi}.items() if value in (None, ())]
    for left_out in chain.from_iterable(combinations(empty, size) for size in range(len(empty))):
        columns = {name: value for name, value in record.columns.items() if name not in left_out}
        multi = {name: values for name, values in record.multi.items() if name not in left_out}
        yield _encode_associated_data(record, columns, multi)


def _encode_associated_data(
    record: Record, columns: Mapping[str, Scalar], multi: Mapping[str, tuple[str, ...]]
) -> bytes:
    columns_hash = sha256(_ENCODER.encode([columns, multi])).hexdigest()
    return (
        f"{record.kind}\x1f{record.id}\x1f{record.unit}\x1f{record.version}\x1f{record.schema}\x1f{columns_hash}"
    ).encode()


def build_row_associated_data(table: str, id: str) -> bytes:
    """Return the associated data of a queue row's body."""
    return f"{table}\x1f{id}".encode()
