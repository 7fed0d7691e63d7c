"""Progress of a message sent in several parts: after a failure the next try sends the remaining parts only.

A message's parts are sent by one worker at a time, since the outbox leases it. What is kept are the platform's ids of
the parts that went out, sealed by the core, the last part's too: a process that dies just after it must find out that
nothing is left to send. Where one dies between a part and its note, the core holds the message's outcome for unknown;
whoever finds that part on the platform tells by `found`.
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
from anninh_core.ports.adapter import AdapterState

MOST = 200
"""Messages remembered in one bucket. Completed ones are evicted first, then the oldest, long given up."""

_DRAWER = "progress:"
_TRIES = 20  # others write into the same bucket


class _Note(NamedTuple):
    """Of how many parts a message has, the ids of those that went out. It is kept as a list of these two."""

    total: int
    ids: tuple[str, ...] = ()


_DECODER = msgspec.json.Decoder(dict[str, _Note])


class Progress:
    """Sends messages of several parts. Threads and processes may share the state.

    Args:
        state: of the messenger instance. Notes lie in sixteen values of it: values can be changed, but not removed.
    """

    def __init__(self, state: AdapterState) -> None:
        self._state = state

    def send(self, key: str, parts: Sequence[Callable[[], str]]) -> Sequence[str]:
        """Send the parts that have not gone out yet, in order, and return the platform's ids of all of them.

        Args:
            key: of the message (`OutgoingMessage.key`). The same key has the same parts.
            parts: each sends one part and returns its id.

        Raises:
            DeliveryError: of the part that failed; what went out before it is remembered.
            RetryLater: the state can't be read; nothing was sent.
            RecipientUnreachable: of the first part only; nothing was sent.
            NeedsPerson: parts went out before the recipient couldn't be reached any more, or before the message came to
                be cut in another way: nobody can tell which words are left to say.
            UnknownOutcome: that part's outcome is unknown, or parts went out and that couldn't be noted.
        """
        if len(parts) == 1:
            return (parts[0](),)
        note = self._note(key)
        if note.ids and note.total != len(parts):
            raise NeedsPerson(_cut_anew(len(note.ids), note.total, len(parts)))
        ids, noted = list(note.ids), True
        for part in parts[len(ids) :]:
            try:
                ids.append(part())
            except RecipientUnreachable as error:
                if not ids:
                    raise  # nothing was sent: another way may be tried
                problem: DeliveryError = NeedsPerson(_half(len(ids), len(parts), error))
            except DeliveryError as error:
                if noted or isinstance(error, UnknownOutcome):
                    raise
                problem = UnknownOutcome(_unnoted(len(ids), len(parts), error))
            else:
                noted = self._noted(key, _Note(len(parts), tuple(ids)))
                continue
            raise problem
        return tuple(ids)

    def sent(self, key: str, total: int) -> Sequence[str]:
        """Return the ids of a message's parts that are known to have gone out, in order.

        Raises:
            RetryLater: the state can't be read.
        """
        note = self._note(key)
        return note.ids if note.total == total else ()

    def _note(self, key: str) -> _Note:
        try:
            return _read(self._state.get(_drawer(key)).value).get(key, _Note(0))
        except StorageError as error:
            problem = f"how far the message has got can't be read ({type(error).__name__}); nothing was sent"
        raise RetryLater(problem)

    def ids(self) -> frozenset[str]:
        """Return the ids of all parts, of whichever message, that are remembered to have gone out.

        Raises:
            RetryLater: the state can't be read.
        """
        try:
            drawers = [_read(self._state.get(f"{_DRAWER}{digit:x}").value) for digit in range(16)]
        except StorageError as error:
            problem = f"what has gone out can't be read ({type(error).__name__}); it is tried later"
        else:
            return frozenset(id for notes in drawers for note in notes.values() for id in note.ids)
        raise RetryLater(problem)

    def found(self, key: str, total: int, id: str) -> bool:
        """Note that the part whose outcome was unknown did go out; False if it couldn't be noted."""
        return self._noted(key, _Note(total, (*self.sent(key, total), id)))

    def _noted(self, key: str, note: _Note) -> bool:
        """Note what went out; False if it couldn't be done."""
        try:
            return any(self._changed(key, note) for _ in range(_TRIES))
        except StorageError:
            return False

    def _changed(self, key: str, note: _Note) -> bool:
        held = self._state.get(_drawer(key))
        notes = {other: kept for other, kept in _read(held.value).items() if other != key}
        return self._state.put(_drawer(key), _written(notes | {key: note}), held.version)


def _half(sent: int, total: int, error: DeliveryError) -> str:
    return f"{sent} of {total} parts went out, then the recipient couldn't be reached any more: {error}"


def _cut_anew(sent: int, before: int, now: int) -> str:
    cut = f"{sent} of {before} parts went out, and by the options of today there would be {now}"
    return f"{cut}; look at the conversation, and send the rest by hand"


def _unnoted(sent: int, total: int, error: DeliveryError) -> str:
    cause = f"part {sent + 1} failed ({type(error).__name__})"
    return f"{sent} of {total} parts went out, {cause}, and how far it got couldn't be stored; look at the conversation"


def _drawer(key: str) -> str:
    return f"{_DRAWER}{sha256(key.encode()).hexdigest()[0]}"


def _read(value: bytes) -> dict[str, _Note]:
    return _DECODER.decode(value) if value else {}


def _written(notes: Mapping[str, _Note]) -> bytes:
    surplus = max(0, len(notes) - MOST)
    first = sorted(notes, key=lambda key: len(notes[key].ids) < notes[key].total)[:surplus]
    return msgspec.json.encode({key: note for key, note in notes.items() if key not in first})
