"""Heads of another authority, which are kept here as evidence."""

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from anninh_core.domain.audit.heads.head_file import HeadFile
from anninh_core.domain.audit.heads.model import SignedHead
from anninh_core.kernel.crypto.signing import PublicKey
from anninh_core.usecase.views import view


@frozen(kw_only=True)
class ReceivedHead:
    """A head of another authority.

    Attributes:
        id: digest of the head.
        unit: our root unit.
        keys: chain of signing keys that came with the head.
        accepted: False if the head contradicts earlier ones; it is stored as evidence.
        why: the contradiction, "" for an accepted head.
    """

    id: str
    unit: str
    head: SignedHead
    keys: tuple[PublicKey, ...]
    at: datetime
    accepted: bool
    why: str = ""


@view
class HeadReceipt:
    """Result of taking in a file of heads.

    Attributes:
        authority: authority that the heads are from.
        first_key: id of its first signing key; compare it over another channel when the first heads are received.
        new: number of heads that weren't stored before.
        accepted: whether they continue the stored heads.
        why: the contradiction, "" for accepted heads.
        breaks: number of new heads with which the other journal continues after a break.
    """

    authority: str
    first_key: str
    new: int
    accepted: bool
    why: str = ""
    breaks: int = 0


def find_contradiction(held: Sequence[ReceivedHead], file: HeadFile) -> str:
    """Return why the new heads of another authority don't continue the received heads, "" if they do.

    They may go back to an earlier or different line only after a head that declares a break.

    Args:
        held: accepted heads of the same authority, by number and time.
        file: the new heads, already checked as a file.
    """
    if not held:
        return ""
    if why := _compare_keys(held, file):
        return why
    held_digests = {received.id for received in held}
    fresh = [head for head in file.heads if head.digest not in held_digests]
    if not fresh:
        return ""
    newest = max(held, key=_find_sort_key).head
    if fresh[0].continues is not None:
        return ""
    if file.store != newest.store:
        return f"they are of a journal that began with another line than the one known so far ({newest.store[:16]})"
    return _find_fork(held, fresh, newest)


def _find_fork(held: Sequence[ReceivedHead], fresh: Sequence[SignedHead], newest: SignedHead) -> str:
    after_break = max(
        (received for received in held if received.head.continues is not None), key=_find_sort_key, default=None
    )
    by_number = {
        received.head.number: received.head for received in held if after_break is None or received.at >= after_break.at
    }
    for head in fresh:
        before, after = by_number.get(head.number - 1), by_number.get(head.number + 1)
        if head.number in by_number:
            return f"head {head.number} is another one than was received before: the journal forked or was rolled back"
        if (before is not None and head.previous != before.digest) or (
            after is not None and after.previous != head.digest
        ):
            return f"head {head.number} belongs to other heads than were received before: the journal forked"
        if head.seq != newest.seq and (head.number > newest.number) != (head.seq > newest.seq):
            return f"head {head.number} is of line {head.seq:,}, and line {newest.seq:,} was known: it was rolled back"
    return ""


def _find_sort_key(received: ReceivedHead) -> tuple[datetime, int]:
    """Return the key that sorts received heads by our clock, because the other authority's clock may have been set
    back.
    """
    return received.at, received.head.number


def _compare_keys(held: Sequence[ReceivedHead], file: HeadFile) -> str:
    known_keys = max((received.keys for received in held), key=len)
    if file.keys[: len(known_keys)] == known_keys:
        return ""
    if file.keys == known_keys[: len(file.keys)] and file.keys:
        return ""  # The file is older, so its keys are the first of the known keys.
    return "they are signed by other keys than those known so far, and no known key certifies them"
