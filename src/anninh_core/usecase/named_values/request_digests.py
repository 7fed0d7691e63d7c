"""Digests of request bodies per idempotency key: the same key with another body is a client error."""

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from attrs import frozen

from anninh_core.kernel.errors import Damaged, Purged
from anninh_core.usecase.encryption.encryptor import row_associated_data
from anninh_core.usecase.named_values.adapter_state import EncryptedState
from anninh_core.usecase.runner import UseCaseRunner

KEPT_FOR = timedelta(hours=24)
"""How long a digest is kept."""

_OWNER = "api.requests"  # with a dot, which no name of a messenger instance has
_BUCKETS = "0123456789abcdef"
_PER_BUCKET = 500
_TRIES = 20
_SALT = 16  # bytes


@frozen
class _Kept:
    """A stored digest.

    Attributes:
        sealed: the digest and its salt, encrypted under the key of `scope` if it isn't "".
        scope: erasure scope of the request's subject: after its purge the digest can't be decrypted.
    """

    sealed: bytes
    scope: str
    until: datetime


_DECODER = msgspec.json.Decoder(dict[str, _Kept])


class RequestDigests:
    """Keeps encrypted digests for a day, and no longer than the subject of the request.

    Each digest is keyed by its own salt, so that guesses can't be tested after the salt is gone.
    """

    def __init__(self, runner: UseCaseRunner) -> None:
        self._context = runner.context
        self._state = EncryptedState(runner, _OWNER)

    def remember(self, request: str, body: bytes, scope: str) -> None:
        """Store the digest of a request body. If the storage is too busy, later requests aren't compared.

        Args:
            request: identifies the caller, the operation and the idempotency key.
            scope: erasure scope of the request's subject, "" for none.
        """
        name = self._name(request)
        salt = secrets.token_bytes(_SALT)
        sealed = self._seal(salt + hmac.digest(salt, body, "sha256"), scope, name)
        for _ in range(_TRIES):
            stored = self._state.get(name[0])
            kept = {key: digest for key, digest in _decode(stored.value).items() if digest.until > self._now}
            kept = dict([*kept.items()][-_PER_BUCKET:]) | {name: _Kept(sealed, scope, self._now + KEPT_FOR)}
            if self._state.put(name[0], msgspec.json.encode(kept), stored.version):
                return

    def compare(self, request: str, body: bytes) -> bool | None:
        """Return whether an earlier request had the same body; None if no digest is available."""
        name = self._name(request)
        kept = _decode(self._state.get(name[0]).value).get(name)
        if kept is None or kept.until <= self._now:
            return None
        try:
            opened = self._open(kept, name)
        except (Purged, Damaged):
            return None
        salt = opened[:_SALT]
        digest = opened[_SALT:]
        return hmac.compare_digest(digest, hmac.digest(salt, body, "sha256"))

    def forget_old(self) -> int:
        """Remove digests that are older than a day; return their number."""
        return sum(map(self._forget_old_in, _BUCKETS))

    def _forget_old_in(self, bucket: str) -> int:
        stored = self._state.get(bucket)
        digests = _decode(stored.value)
        current = {name: digest for name, digest in digests.items() if digest.until > self._now}
        if len(current) == len(digests) or not self._state.put(bucket, msgspec.json.encode(current), stored.version):
            return 0
        return len(digests) - len(current)

    @property
    def _now(self) -> datetime:
        return self._context.clock.now()

    def _name(self, request: str) -> str:
        return self._context.keys.blind("api request", request)

    def _seal(self, digest: bytes, scope: str, name: str) -> bytes:
        if not scope:
            return digest  # the whole state is encrypted
        return self._context.encryptor.encrypt(self._context.encryptor.get_key(scope), digest, _bound_to(name))

    def _open(self, kept: _Kept, name: str) -> bytes:
        if not kept.scope:
            return kept.sealed
        return self._context.encryptor.decrypt(kept.scope, kept.sealed, _bound_to(name))


def _bound_to(name: str) -> bytes:
    return row_associated_data("state", f"{_OWNER}:{name}")


def _decode(value: bytes) -> Mapping[str, _Kept]:
    return _DECODER.decode(value) if value else {}
