"""Check of the key ring: each wrapped key can be unwrapped, and no key destroyed by a purge is back."""

from collections.abc import Iterator, Sequence

from anninh_core.domain.audit.record_findings import Mismatch, RecordFinding
from anninh_core.kernel.errors import DecryptionError
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.keys import Keys, ManyKeys
from anninh_core.ports.storages.changes import NewKey
from anninh_core.ports.storages.storage import KeyRing
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.key_marks import find_revived_scopes

_BATCH = 500


def find_unusable_keys(context: UseCaseContext) -> Iterator[RecordFinding]:
    """Yield the scopes with a key that can't be unwrapped, and the purged scopes with a key that is back."""
    for keys in _read_keys(context.storage.keyring):
        for scope in _find_unusable_scopes(context.keys, keys):
            why = Sentence("has a key that doesn't unwrap: the key was altered or moved, or its epoch's key is gone")
            yield _build_finding(scope, Mismatch.UNUSABLE_KEY, why)
    for scope in find_revived_scopes(context):
        yield _build_finding(
            scope, Mismatch.REVIVED, Sentence("was purged, but its key is back and opens what it sealed")
        )


def _read_keys(keyring: KeyRing) -> Iterator[Sequence[NewKey]]:
    yield keyring.wrapped_by("", _BATCH)  # These keys have no epoch; this program itself wraps no key without an epoch.
    after = ""
    while keys := keyring.wrapped_otherwise("", _BATCH, after):
        yield keys
        after = keys[-1].scope


def _find_unusable_scopes(keys: Keys, wrapped: Sequence[NewKey]) -> Iterator[str]:
    if isinstance(keys, ManyKeys) and _can_unwrap_all(keys, wrapped):
        return
    for key in wrapped:
        try:
            keys.unwrap(key.epoch, key.wrapped, key.scope)
        except DecryptionError:
            yield key.scope


def _can_unwrap_all(keys: ManyKeys, wrapped: Sequence[NewKey]) -> bool:
    try:
        keys.unwrap_many([(key.epoch, key.wrapped, key.scope) for key in wrapped])
    except DecryptionError:
        return False
    return True


def _build_finding(scope: str, mismatch: Mismatch, why: str) -> RecordFinding:
    ref = Ref.parse(scope)
    return RecordFinding(kind=ref.kind, id=ref.id, mismatch=mismatch, why=why)
