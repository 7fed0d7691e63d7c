"""Heads of another authority, kept here as evidence."""

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
        id: its digest.
        unit: our root.
        keys: the chain of signing keys that came with it.
        accepted: False for one that contradicts what was received before; it is kept as evidence.
        why: what it contradicts, "" for an accepted one.
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
    """What became of a file of heads.

    Attributes:
        authority: whose heads they are.
        first_key: id of its first signing key; compare it over another channel when it is received for the first time.
        new: how many of the heads weren't here before.
        accepted: whether they continue what was here.
        why: what they contradict, "" for accepted ones.
        breaks: heads from which the other journal goes on after a break, among the new ones.
    """

    authority: str
    first_key: str
    new: int
    accepted: bool
    why: str = ""
    breaks: int = 0


def find_contradiction(held: Sequence[ReceivedHead], file: HeadFile) -> str:
    """Return why heads don't continue those received before, "" if they do.

    They may go back to an earlier line, or to another one, only after a head that says so.

    Args:
        held: accepted heads of the same authority, by number and time.
        file: with the new heads, checked in itself.
    """
    if not held:
        return ""
    if why := _compare_keys(held, file):
        return why
    held_digests = {one.id for one in held}
    fresh = [head for head in file.heads if head.digest not in held_digests]
    if not fresh:
        return ""
    newest = max(held, key=_received_order).head
    if fresh[0].continues is not None:
        return ""
    if file.store != newest.store:
        return f"they are of a journal that began with another line than the one known so far ({newest.store[:16]})"
    return _find_fork(held, fresh, newest)


def _find_fork(held: Sequence[ReceivedHead], fresh: Sequence[SignedHead], newest: SignedHead) -> str:
    after_break = max((one for one in held if one.head.continues is not None), key=_received_order, default=None)
    known = {one.head.number: one.head for one in held if after_break is None or one.at >= after_break.at}
    for head in fresh:
        before, after = known.get(head.number - 1), known.get(head.number + 1)
        if head.number in known:
            return f"head {head.number} is another one than was received before: the journal forked or was rolled back"
        if (before is not None and head.previous != before.digest) or (
            after is not None and after.previous != head.digest
        ):
            return f"head {head.number} belongs to other heads than were received before: the journal forked"
        if head.seq != newest.seq and (head.number > newest.number) != (head.seq > newest.seq):
            return f"head {head.number} is of line {head.seq:,}, and line {newest.seq:,} was known: it was rolled back"
    return ""


def _received_order(one: ReceivedHead) -> tuple[datetime, int]:
    """Our clock counts: theirs may have been set back."""
    return one.at, one.head.number


def _compare_keys(held: Sequence[ReceivedHead], file: HeadFile) -> str:
    known = max((one.keys for one in held), key=len)
    if file.keys[: len(known)] == known:
        return ""
    if file.keys == known[: len(file.keys)] and file.keys:
        return ""  # an older file: its keys are a beginning of those known
    return "they are signed by other keys than those known so far, and no known key certifies them"
