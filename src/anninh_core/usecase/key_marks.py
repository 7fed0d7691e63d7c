"""Marks of keys: by one, the key that a purge destroyed is told from a key that its scope got since."""

from collections.abc import Iterator

import msgspec

from anninh_core.kernel.errors import Damaged, Purged
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.resident_names import PURGE_ORDER_KIND


class _MarkedPurge(msgspec.Struct):
    """What of an order to destroy says that its key was destroyed, and which one that was."""

    done_at: str | None = None
    key_mark: str | None = None


_MARKED_PURGE = msgspec.json.Decoder(_MarkedPurge)


def mark_key(context: UseCaseContext, scope: str) -> str:
    """Return what tells the key of a scope from another one, even once it is rewrapped; "" where none opens.

    It is a body without words, sealed under it.
    """
    encryptor = context.encryptor
    stored = encryptor.get_wrapped_keys((scope,))
    try:
        return encryptor.encrypt(encryptor.get_key(scope, stored), b"", _mark_bound_to(scope)).hex() if stored else ""
    except (Purged, Damaged):  # it opens and encrypts nothing any more
        return ""


def is_other_key(context: UseCaseContext, scope: str, mark: str) -> bool:
    """Tell whether a scope has another key than the marked one; one that opens nothing any more doesn't count."""
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
    """Yield the scopes whose key a purge destroyed, and that have that very key again.

    Purges of earlier versions marked no key, so that nothing can be said of them.
    """
    if PURGE_ORDER_KIND not in context.storage.maintenance.kinds():
        return
    for record in context.storage.maintenance.scan(PURGE_ORDER_KIND):
        try:
            purge = _MARKED_PURGE.decode(context.open_body(record))
        except Damaged:  # the comparison of records names the order
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
