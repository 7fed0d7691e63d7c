"""Digests of request bodies, one per idempotency key: a request with the same key and another body is a client's
error.
"""

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from attrs import frozen

from anninh_core.kernel.errors import Damaged, Purged
from anninh_core.usecase.encryption.encryptor import build_row_associated_data
from anninh_core.usecase.named_values.adapter_state import EncryptedState
from anninh_core.usecase.runner import UseCaseRunner

KEPT_FOR = timedelta(hours=24)
"""How long the digest of a request body is kept."""

_OWNER = "api.requests"  # This name has a dot, which no name of a messenger instance has.
_BUCKETS = "0123456789abcdef"
_PER_BUCKET = 500
_TRIES = 20
_SALT = 16  # The salt's length in bytes.


@frozen
class _StoredDigest:
    """A stored digest of a request body.

    Attributes:
        sealed: the digest and its salt, encrypted under the key of `scope` if it isn't "".
        scope: erasure scope of the request's subject: after its purge the digest can't be decrypted.
    """

    sealed: bytes
    scope: str
    until: datetime


_DECODER = msgspec.json.Decoder(dict[str, _StoredDigest])


class RequestDigests:
    """Keeps encrypted digests of request bodies for a day, and no longer than the subject of the request.

    Each digest is keyed by its own salt, so that guesses can't be tested after the salt is gone.
    """

    def __init__(self, runner: UseCaseRunner) -> None:
        self._context = runner.context
        self._state = EncryptedState(runner, _OWNER)

    def store_digest(self, request: str, body: bytes, scope: str) -> None:
        """Store the digest of a request body. If the storage is too busy, later requests aren't compared.

        Args:
            request: identifies the caller, the operation and the idempotency key.
            scope: erasure scope of the request's subject, "" for none.
        """
        name = self._build_name(request)
        salt = secrets.token_bytes(_SALT)
        sealed = self._encrypt_digest(salt + hmac.digest(salt, body, "sha256"), scope, name)
        for _ in range(_TRIES):
            stored = self._state.get(name[0])
            kept = {key: digest for key, digest in _decode_digests(stored.value).items() if digest.until > self._now}
            kept = dict([*kept.items()][-_PER_BUCKET:]) | {name: _StoredDigest(sealed, scope, self._now + KEPT_FOR)}
            if self._state.put(name[0], msgspec.json.encode(kept), stored.version):
                return

    def compare(self, request: str, body: bytes) -> bool | None:
        """Return whether an earlier request with the same key had the same body; None if no digest of it is
        available.
        """
        name = self._build_name(request)
        kept = _decode_digests(self._state.get(name[0]).value).get(name)
        if kept is None or kept.until <= self._now:
            return None
        try:
            opened = self._decrypt_digest(kept, name)
        except (Purged, Damaged):
            return None
        salt = opened[:_SALT]
        digest = opened[_SALT:]
        return hmac.compare_digest(digest, hmac.digest(salt, body, "sha256"))

    def remove_old(self) -> int:
        """Remove digests that are older than a day; return their number."""
        return sum(map(self._remove_old_in, _BUCKETS))

    def _remove_old_in(self, bucket: str) -> int:
        stored = self._state.get(bucket)
        digests = _decode_digests(stored.value)
        current = {name: digest for name, digest in digests.items() if digest.until > self._now}
        if len(current) == len(digests) or not self._state.put(bucket, msgspec.json.encode(current), stored.version):
            return 0
        return len(digests) - len(current)

    @property
    def _now(self) -> datetime:
        return self._context.clock.now()

    def _build_name(self, request: str) -> str:
        return self._context.keys.blind("api request", request)

    def _encrypt_digest(self, digest: bytes, scope: str, name: str) -> bytes:
        if not scope:
            return digest  # Without a scope the digest isn't encrypted here, as the whole state is encrypted.
        return self._context.encryptor.encrypt(
            self._context.encryptor.get_key(scope), digest, _build_associated_data(name)
        )

    def _decrypt_digest(self, kept: _StoredDigest, name: str) -> bytes:
        if not kept.scope:
            return kept.sealed
        return self._context.encryptor.decrypt(kept.scope, kept.sealed, _build_associated_data(name))


def _build_associated_data(name: str) -> bytes:
    return build_row_associated_data("state", f"{_OWNER}:{name}")


def _decode_digests(value: bytes) -> Mapping[str, _StoredDigest]:
    return _DECODER.decode(value) if value else {}
