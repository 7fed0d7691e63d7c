"""Progress of a message sent in several parts: after a failure the next attempt sends the remaining parts only.

A message's parts are sent by one worker at a time, since the outbox leases it. The platform's ids of the sent parts are
stored, sealed by the core, the last part's too: after a crash just behind it, the next process must find out that
nothing is left to send. After a crash between a part and its record, the message's outcome is unknown to the core; a
reconciliation that finds that part on the platform stores it by `record_found`.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec

from anninh_core.kernel.errors import (
    DeliveryError,
    NeedsPerson,
    RecipientUnreachable,
    RetryLater,
    StorageError,
    UnknownOutcome,
)
from anninh_core.ports.messengers.adapter import AdapterState

MAX_MESSAGES = 200
"""Maximum number of messages stored in one bucket. Completed ones are evicted first, then the oldest ones, which were
given up long ago.
"""

_BUCKET_PREFIX = "progress:"
_TRIES = 20  # Maximum number of tries to change a bucket, as other workers write into the same bucket.


class _SentParts(NamedTuple):
    """Number of parts of a message, and the ids of the sent ones. Stored as a list of these two."""

    total: int
    ids: tuple[str, ...] = ()


_DECODER = msgspec.json.Decoder(dict[str, _SentParts])


class MultipartProgress:
    """Sends messages of several parts, and stores which parts were sent. Threads and processes may share the state.

    Args:
        state: state of the messenger instance. The records are in sixteen values of it: values can be changed, but not
            removed.
    """

    def __init__(self, state: AdapterState) -> None:
        self._state = state

    def send(self, key: str, parts: Sequence[Callable[[], str]]) -> Sequence[str]:
        """Send the parts that have not been sent yet, in order, and return the platform's ids of all parts.

        Args:
            key: key of the message (`OutgoingMessage.key`). The same key has the same parts.
            parts: functions that send one part each and return its id.

        Raises:
            DeliveryError: error of the failed part; the parts sent before it are stored.
            RetryLater: the state can't be read; nothing was sent.
            RecipientUnreachable: for the first part only; nothing was sent.
            NeedsPerson: parts were sent before the recipient became unreachable, or before the options for splitting
                changed: the remaining text can't be determined.
            UnknownOutcome: that part's outcome is unknown, or parts were sent and couldn't be stored.
        """
        if len(parts) == 1:
            return (parts[0](),)
        sent_parts = self._load_sent_parts(key)
        if sent_parts.ids and sent_parts.total != len(parts):
            raise NeedsPerson(
                "{sent} of {total} parts went out, and with today's options there would be {now}: read the "
                "conversation, and send the rest by hand.",
                sent=len(sent_parts.ids),
                total=sent_parts.total,
                now=len(parts),
            )
        ids = list(sent_parts.ids)
        is_recorded = True
        for part in parts[len(ids) :]:
            try:
                ids.append(part())
            except RecipientUnreachable as error:
                if not ids:
                    raise  # Nothing was sent, so that another delivery method may be tried.
                problem: DeliveryError = NeedsPerson(
                    "{sent} of {total} parts went out, then the recipient couldn't be reached any more. {reason}",
                    sent=len(ids),
                    total=len(parts),
                    reason=error.sentence,
                )
            except DeliveryError as error:
                if is_recorded or isinstance(error, UnknownOutcome):
                    raise
                problem = UnknownOutcome(
                    "{sent} of {total} parts went out, part {part} failed ({reason}), and how many went out couldn't "
                    "be stored: read the conversation.",
                    sent=len(ids),
                    total=len(parts),
                    part=len(ids) + 1,
                    reason=type(error).__name__,
                )
            else:
                is_recorded = self._record_sent_parts(key, _SentParts(len(parts), tuple(ids)))
                continue
            raise problem
        return tuple(ids)

    def sent_ids(self, key: str, total: int) -> Sequence[str]:
        """Return the ids of a message's parts that are known to be sent, in order.

        Raises:
            RetryLater: the state can't be read.
        """
        sent_parts = self._load_sent_parts(key)
        return sent_parts.ids if sent_parts.total == total else ()

    def _load_sent_parts(self, key: str) -> _SentParts:
        try:
            return _decode_bucket(self._state.get(_bucket_name(key)).value).get(key, _SentParts(0))
        except StorageError as error:
            reason = type(error).__name__
        raise RetryLater(
            "How many parts of the message went out can't be read ({reason}): nothing was sent.", reason=reason
        )

    def all_sent_ids(self) -> frozenset[str]:
        """Return the ids of all sent parts in the state, of every message.

        Raises:
            RetryLater: the state can't be read.
        """
        try:
            buckets = [_decode_bucket(self._state.get(f"{_BUCKET_PREFIX}{digit:x}").value) for digit in range(16)]
        except StorageError as error:
            reason = type(error).__name__
        else:
            return frozenset(id for notes in buckets for note in notes.values() for id in note.ids)
        raise RetryLater("The parts that went out can't be read ({reason}): it is tried again later.", reason=reason)

    def record_found(self, key: str, total: int, id: str) -> bool:
        """Store that the part of a message with an unknown outcome was sent; return False if it couldn't be stored."""
        return self._record_sent_parts(key, _SentParts(total, (*self.sent_ids(key, total), id)))

    def _record_sent_parts(self, key: str, sent_parts: _SentParts) -> bool:
        """Store the sent parts of a message; return False if they couldn't be stored."""
        try:
            return any(self._try_record_sent_parts(key, sent_parts) for _ in range(_TRIES))
        except StorageError:
            return False

    def _try_record_sent_parts(self, key: str, sent_parts: _SentParts) -> bool:
        stored = self._state.get(_bucket_name(key))
        notes = {other: other_parts for other, other_parts in _decode_bucket(stored.value).items() if other != key}
        return self._state.put(_bucket_name(key), _encode_bucket(notes | {key: sent_parts}), stored.version)


def _bucket_name(key: str) -> str:
    return f"{_BUCKET_PREFIX}{sha256(key.encode()).hexdigest()[0]}"


def _decode_bucket(value: bytes) -> dict[str, _SentParts]:
    return _DECODER.decode(value) if value else {}


def _encode_bucket(notes: Mapping[str, _SentParts]) -> bytes:
    surplus = max(0, len(notes) - MAX_MESSAGES)
    evicted = sorted(notes, key=lambda key: len(notes[key].ids) < notes[key].total)[:surplus]
    return msgspec.json.encode({key: note for key, note in notes.items() if key not in evicted})
