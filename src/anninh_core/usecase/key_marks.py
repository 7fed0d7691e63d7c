"""Marks of keys: a mark distinguishes the key that a purge destroyed from a later key of the same scope."""

from collections.abc import Iterator

import msgspec

from anninh_core.kernel.errors import Damaged, Purged
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.resident_names import PURGE_ORDER_KIND


class _MarkedPurge(msgspec.Struct):
    """The part of a purge order that records when and which key was destroyed."""

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
        return encryptor.encrypt(encryptor.get_key(scope, stored), b"", _mark_bound_to(scope)).hex() if stored else ""
    except (Purged, Damaged):  # the key can't be used any more
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
    return not _has_key(context, scope, mark)


def find_revived_scopes(context: UseCaseContext) -> Iterator[str]:
    """Yield the scopes that have the key again that a purge destroyed.

    Purges of earlier versions marked no key, so that their scopes can't be checked.
    """
    if PURGE_ORDER_KIND not in context.storage.maintenance.kinds():
        return
    for record in context.storage.maintenance.scan(PURGE_ORDER_KIND):
        try:
            purge = _MARKED_PURGE.decode(context.open_body(record))
        except Damaged:  # the comparison of records reports the damaged order
            continue
        if purge.done_at and purge.key_mark and _has_key(context, record.id, purge.key_mark):
            yield record.id


def _has_key(context: UseCaseContext, scope: str, mark: str) -> bool:
    try:
        context.encryptor.decrypt(scope, bytes.fromhex(mark), _mark_bound_to(scope))
    except (Purged, Damaged):
        return False
    return True


def _mark_bound_to(scope: str) -> bytes:
    return f"purge\x1f{scope}".encode()
