"""Throttling of guesses: each further failure doubles the wait, up to a cap; no account is ever locked for good."""

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
"""Longest wait of a subject after failed attempts."""

_FIRST = timedelta(seconds=1)
_FORGET = timedelta(hours=1)
_MAX_DOUBLINGS = 16  # The wait reaches its cap after fewer doublings.
_BUCKET_LETTERS = 4
"""Number of letters of a keyed hash that identify a subject; they are few, so that the stored state about guesses stays
bounded.
"""

_TRIES = 20


@frozen
class Attempts:
    """The recent failed attempts of a subject."""

    failures: int = 0
    last: datetime | None = None

    def wait(self, at: datetime, free: int) -> timedelta:
        """Return the remaining wait before the next attempt; the first `free` failures cost nothing."""
        if self.last is None or self.failures < free or at - self.last >= _FORGET:
            return timedelta()
        delay: timedelta = min(CAP, _FIRST * 2 ** min(self.failures - free, _MAX_DOUBLINGS))
        return max(timedelta(), min(delay, self.last + delay - at))

    def failed(self, at: datetime) -> "Attempts":
        """Return the attempts with one failure more; after an hour without failures, the count begins at 1 again."""
        rested = self.last is None or at - self.last >= _FORGET
        return Attempts(1 if rested else self.failures + 1, at)

    def refunded(self) -> "Attempts":
        """Return the attempts with one failure less."""
        return Attempts(max(0, self.failures - 1), self.last)


@frozen
class Subject:
    """A name, an address, or a pair of both, for which failed attempts are counted.

    Attributes:
        kind: `name`, `address`, or a pair of both.
        value: the name, address or pair; only a part of its keyed hash is stored.
        free: number of failures without a wait.
    """

    kind: str
    value: str
    free: int = 5


_DECODER = msgspec.json.Decoder(Attempts)


class SlowDown:
    """Counts failed attempts by subject, in the storage, so that the counts survive a restart and hold for all
    processes.

    An attempt is counted as failed before it is made, so that parallel attempts can't bypass the wait.
    """

    def __init__(self, state: EncryptedState, keys: Keys) -> None:
        self._state = state
        self._keys = keys

    def charge(self, at: datetime, *subjects: Subject) -> None:
        """Count an attempt as failed for each subject.

        Raises:
            TooManyRequests: a subject has to wait; nothing is counted, so that no one can lengthen the wait.
        """
        charged: list[Subject] = []
        for subject in subjects:
            try:
                self._update_attempts(subject, partial(_charge_attempt, at, subject))
            except TooManyRequests:
                self.take_back_failure(*charged)
                raise
            charged.append(subject)

    def take_back_failure(self, *subjects: Subject) -> None:
        """Take back one failure of each subject, after the attempt succeeded."""
        for subject in subjects:
            self._update_attempts(subject, Attempts.refunded)

    def reset_failures(self, *subjects: Subject) -> None:
        """Reset the failures of each subject, because an owner who has signed in had only mistyped before."""
        for subject in subjects:
            self._update_attempts(subject, lambda _: Attempts())

    def _update_attempts(self, subject: Subject, change: Callable[[Attempts], Attempts]) -> None:
        name = f"{subject.kind}.{self._keys.blind(f'sign-in try {subject.kind}', subject.value)[:_BUCKET_LETTERS]}"
        for _ in range(_TRIES):
            stored = self._state.get(name)
            attempts = _decode_attempts(stored)
            changed = change(attempts)
            if changed == attempts or self._state.put(name, msgspec.json.encode(changed), stored.version):
                return
        raise TooManyRequests("Too many people are signing in at this moment: try again in a moment.", _FIRST)


def _charge_attempt(at: datetime, subject: Subject, attempts: Attempts) -> Attempts:
    if wait := attempts.wait(at, subject.free):
        raise TooManyRequests(
            "Too many attempts failed: wait {seconds} seconds, then try again.",
            wait,
            seconds=max(1, round(wait.total_seconds())),
        )
    return attempts.failed(at)


def _decode_attempts(stored: Remembered) -> Attempts:
    return _DECODER.decode(stored.value) if stored.value else Attempts()
