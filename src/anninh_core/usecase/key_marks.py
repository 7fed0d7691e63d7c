"""Marks of data keys: a mark distinguishes the key that a purge destroyed from a later key of the same scope."""

from collections.abc import Iterator

import msgspec

from anninh_core.kernel.errors import Damaged, Purged
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.resident_names import PURGE_ORDER_KIND


class _MarkedPurge(msgspec.Struct):
    """The fields of a purge order that record when a key was destroyed, and which."""

    done_at: str | None = None
    key_mark: str | None = None


_MARKED_PURGE = msgspec.json.Decoder(_MarkedPurge)


def mark_key(context: UseCaseContext, scope: str) -> str:
    """Return a mark that identifies the key of a scope, even after rewrapping; "" if no key is usable.

    The mark is an empty body encrypted under the key.
    """
    encryptor = context.encryptor
    stored = encryptor.get_wrapped_keys((scope,))
    try:
        return (
            encryptor.encrypt(encryptor.get_key(scope, stored), b"", _build_mark_binding(scope)).hex() if stored else ""
        )
    except (Purged, Damaged):  # The key can no longer be used.
        return ""


def is_other_key(context: UseCaseContext, scope: str, mark: str) -> bool:
    """Return whether a scope has a usable key other than the marked key."""
    encryptor = context.encryptor
    stored = encryptor.get_wrapped_keys((scope,))
    if not stored:
        return False
    try:
        encryptor.get_key(scope, stored)
    except (Purged, Damaged):
        return False
    return not _is_marked_key(context, scope, mark)


def find_revived_scopes(context: UseCaseContext) -> Iterator[str]:
    """Yield the scopes in which the key that a purge destroyed exists again.

    Purges of earlier versions marked no key, so that their scopes can't be checked.
    """
    if PURGE_ORDER_KIND not in context.storage.maintenance.kinds():
        return
    for record in context.storage.maintenance.scan(PURGE_ORDER_KIND):
        try:
            purge = _MARKED_PURGE.decode(context.open_body(record))
        except Damaged:  # The comparison of records reports this damaged order.
            continue
        if purge.done_at and purge.key_mark and _is_marked_key(context, record.id, purge.key_mark):
            yield record.id


def _is_marked_key(context: UseCaseContext, scope: str, mark: str) -> bool:
    try:
        context.encryptor.decrypt(scope, bytes.fromhex(mark), _build_mark_binding(scope))
    except (Purged, Damaged):
        return False
    return True


def _build_mark_binding(scope: str) -> bytes:
    return f"purge\x1f{scope}".encode()
