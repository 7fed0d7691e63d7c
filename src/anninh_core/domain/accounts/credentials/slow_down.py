"""Guesses are slowed down: each failure more doubles the wait, up to a cap, and nobody is ever locked out for good."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import msgspec
from attrs import frozen

from anninh_core.kernel.errors import TooManyRequests
from anninh_core.ports.keys import Keys
from anninh_core.ports.messengers.adapter import Remembered
from anninh_core.usecase.named_values.adapter_state import EncryptedState

CAP = timedelta(minutes=5)
"""The longest wait."""

_FIRST = timedelta(seconds=1)
_FORGET = timedelta(hours=1)
_MAX_DOUBLINGS = 16  # beyond which the cap is long reached
_BUCKET_LETTERS = 4
"""Letters of a keyed hash that tell one subject from another: what is kept about guesses stays bounded."""

_TRIES = 20


@frozen
class Attempts:
    """Failures of late."""

    failures: int = 0
    last: datetime | None = None

    def wait(self, at: datetime, free: int) -> timedelta:
        """Return how long to wait before the next try; the first `free` failures cost nothing."""
        if self.last is None or self.failures < free or at - self.last >= _FORGET:
            return timedelta()
        delay: timedelta = min(CAP, _FIRST * 2 ** min(self.failures - free, _MAX_DOUBLINGS))
        return max(timedelta(), min(delay, self.last + delay - at))

    def failed(self, at: datetime) -> "Attempts":
        """Return them with one failure more; after an hour of rest it is the first one."""
        rested = self.last is None or at - self.last >= _FORGET
        return Attempts(1 if rested else self.failures + 1, at)

    def refunded(self) -> "Attempts":
        """Return them with one failure less."""
        return Attempts(max(0, self.failures - 1), self.last)


@frozen
class Subject:
    """What guesses are counted by.

    Attributes:
        kind: `name`, `address`, or a pair of both.
        value: which; it is stored as a part of its keyed hash.
        free: how many failures cost nothing.
    """

    kind: str
    value: str
    free: int = 5


_DECODER = msgspec.json.Decoder(Attempts)


class SlowDown:
    """Counts tries by subject, in the storage: it survives a restart, and holds over all processes.

    A try is counted as failed before it is made, so that many at once are no way round it.
    """

    def __init__(self, state: EncryptedState, keys: Keys) -> None:
        self._state = state
        self._keys = keys

    def charge(self, at: datetime, *subjects: Subject) -> None:
        """Count a try of some subjects.

        Raises:
            TooManyRequests: one of them has to wait; nothing was counted, so that nobody makes the wait longer.
        """
        charged: list[Subject] = []
        for subject in subjects:
            try:
                self._change(subject, partial(_charged, at, subject))
            except TooManyRequests:
                self.refund(*charged)
                raise
            charged.append(subject)

    def refund(self, *subjects: Subject) -> None:
        """Take back a try that succeeded."""
        for subject in subjects:
            self._change(subject, Attempts.refunded)

    def forget(self, *subjects: Subject) -> None:
        """Begin anew: whoever has signed in had mistyped before."""
        for subject in subjects:
            self._change(subject, lambda _: Attempts())

    def _change(self, subject: Subject, change: Callable[[Attempts], Attempts]) -> None:
        name = f"{subject.kind}.{self._keys.blind(f'sign-in try {subject.kind}', subject.value)[:_BUCKET_LETTERS]}"
        for _ in range(_TRIES):
            stored = self._state.get(name)
            known = _decode(stored)
            changed = change(known)
            if changed == known or self._state.put(name, msgspec.json.encode(changed), stored.version):
                return
        raise TooManyRequests("Too many people are signing in at this moment: try again in a moment.", _FIRST)


def _charged(at: datetime, subject: Subject, known: Attempts) -> Attempts:
    if wait := known.wait(at, subject.free):
        raise TooManyRequests(
            "Too many attempts failed: wait {seconds} seconds, then try again.",
            wait,
            seconds=max(1, round(wait.total_seconds())),
        )
    return known.failed(at)


def _decode(stored: Remembered) -> Attempts:
    return _DECODER.decode(stored.value) if stored.value else Attempts()
