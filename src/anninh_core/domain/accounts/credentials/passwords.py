"""Passwords: their requirements, and their Argon2id hashes, which are computed one at a time."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from threading import Condition
from typing import TYPE_CHECKING

from attrs import define, frozen

from anninh_core.kernel.errors import BadInput, MissingExtra, TooManyRequests
from anninh_core.kernel.text import fold, nfc, words

if TYPE_CHECKING:
    from argon2 import PasswordHasher as Argon2

# Length of a password in characters. NIST SP 800-63B requires a length and a list of common passwords, and no mixture
# of character types.
MIN_LENGTH = 12
MAX_LENGTH = 128

_MAX_TYPED = 4 * MAX_LENGTH  # Each letter may be typed as a base letter and up to three combining marks.
_BUSY = timedelta(seconds=2)
_NO_LETTER = re.compile(r"[\W\d_]+")


@frozen
class PasswordProfile:
    """Cost parameters of a hash; the defaults are OWASP's profile of 19 MiB. A hash contains its own parameters.

    Attributes:
        lanes: threads of one hash.
    """

    memory_kib: int = 19_456
    passes: int = 2
    lanes: int = 1


@define
class _Queue:
    free: int
    waiting: int = 0


class PasswordHasher:
    """Hashes passwords one at a time, so that a flood of sign-ins leaves the processor and memory to other work.

    There are two queues. The `reserved` queue is for people with a session, or at an address from which they signed in
    before. It is served first, so they wait for at most one hash of a stranger.

    Args:
        profile: cost parameters of new hashes.
        places: how many callers may wait in each queue; more are refused.
        patience: longest wait, in seconds.
    """

    def __init__(self, profile: PasswordProfile | None = None, *, places: int = 8, patience: float = 10.0) -> None:
        self._profile = profile or PasswordProfile()
        self._turn = Condition()
        self._is_taken = False
        self._strangers = _Queue(places + 1)
        self._reserved = _Queue(places + 1)
        self._patience = patience
        self._dummy = ""

    @property
    def free_places(self) -> int:
        """Number of free places in the queue for strangers."""
        return self._strangers.free

    @property
    def reserved_count(self) -> int:
        """Number of callers that wait in the reserved queue."""
        return self._reserved.waiting

    def hash(self, password: str, *, reserved: bool = False) -> str:
        """Return the hash of a password, with its salt and cost parameters.

        Args:
            password: as it was typed.
            reserved: whether to wait in the reserved queue.

        Raises:
            TooManyRequests: the queue is full, or the wait took too long.
            MissingExtra: Argon2 isn't installed.
        """
        argon2 = self._load_argon2()
        with self._take_turn(reserved=reserved):
            return argon2.hash(normalize_password(password))

    def verify(self, hash: str, password: str, *, reserved: bool = False) -> bool:
        """Return whether a password matches a hash; the hash "" matches no password, and takes as long.

        Args:
            hash: stored hash.
            password: as it was typed.
            reserved: whether to wait in the reserved queue.

        Raises:
            TooManyRequests: the queue is full, or the wait took too long.
            MissingExtra: Argon2 isn't installed.
        """
        argon2 = self._load_argon2()
        with self._take_turn(reserved=reserved):
            self._dummy = self._dummy or argon2.hash(os.urandom(32).hex())
            return _matches(argon2, hash or self._dummy, normalize_password(password)) and bool(hash)

    def is_outdated(self, hash: str) -> bool:
        """Return whether a hash has other cost parameters than the current ones, so that its password must be hashed
        again.
        """
        return self._load_argon2().check_needs_rehash(hash)

    @contextmanager
    def _take_turn(self, *, reserved: bool) -> Iterator[None]:
        queue = self._reserved if reserved else self._strangers
        with self._turn:
            if not queue.free:
                raise _build_busy_error()
            queue.free -= 1
        try:
            self._await_turn(queue)
            try:
                yield
            finally:
                with self._turn:
                    self._is_taken = False
                    self._turn.notify_all()
        finally:
            with self._turn:
                queue.free += 1

    def _await_turn(self, queue: _Queue) -> None:
        with self._turn:
            queue.waiting += 1
            try:
                if not self._turn.wait_for(lambda: self._may_hash_next(queue), self._patience):
                    raise _build_busy_error()
                self._is_taken = True
            finally:
                queue.waiting -= 1
                self._turn.notify_all()  # Strangers continue once the reserved queue is empty.

    def _may_hash_next(self, queue: _Queue) -> bool:
        return not self._is_taken and (queue is self._reserved or not self._reserved.waiting)

    def _load_argon2(self) -> "Argon2":
        """Return the Argon2 hasher, imported only now: many programs never need it."""
        try:
            import argon2  # noqa: PLC0415  see above
        except ImportError:
            raise MissingExtra("signing in by a password", "accounts") from None
        profile = self._profile
        return argon2.PasswordHasher(
            time_cost=profile.passes, memory_cost=profile.memory_kib, parallelism=profile.lanes
        )


def check_password(password: str, name: str, public_names: Iterable[str] = ()) -> None:
    """Check that a password may be chosen.

    Args:
        password: as it was typed.
        name: its owner's sign-in name.
        public_names: names that strangers may know: the owner's own, and those of the units.

    Raises:
        BadInput: the password is too short, too long, common, a series of characters, or made of names; the message
            doesn't repeat it.
    """
    chosen = normalize_password(password)
    if not MIN_LENGTH <= len(chosen) <= MAX_LENGTH:
        raise BadInput(
            "A password must have {least} to {most} characters, but this one has {count}: choose a few words "
            "of your own, which are long and easy to remember.",
            least=MIN_LENGTH,
            most=MAX_LENGTH,
            count=len(chosen),
        )
    folded = chosen.casefold()
    if folded in load_common_passwords() or len(set(folded)) <= 3 or _is_series(folded):
        raise BadInput("Many people use this password, so it would be guessed first: choose another.")
    if folded == name.casefold() or _is_made_of([name, *public_names], chosen):
        raise BadInput(
            "A password can't be made of your own name, your sign-in name or the names of your unit and "
            "district, with or without digits: choose another."
        )


def normalize_password(password: str) -> str:
    """Return the form in which a password is hashed: keyboards encode the same letters in several ways.

    A text longer than any password is cut, and characters that UTF-8 can't encode are replaced: no stored password has
    either.
    """
    return nfc(password[:_MAX_TYPED].encode(errors="replace").decode())


@cache
def load_common_passwords() -> frozenset[str]:
    """Return common passwords, case folded; the file names its source."""
    text = files(__package__).joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("# "))


def _build_busy_error() -> TooManyRequests:
    return TooManyRequests("Too many people are signing in at this moment: try again in a moment.", _BUSY)


def _matches(argon2: "Argon2", hash: str, password: str) -> bool:
    from argon2.exceptions import VerificationError  # noqa: PLC0415  as above

    try:
        return argon2.verify(hash, password)
    except VerificationError:
        return False


def _is_series(text: str) -> bool:
    """Return whether each character follows the previous one by the same step: abcd…, 9876…; digits wrap around, as in
    9012.
    """
    # For other texts, the modulus is above the last code point, so that only digits wrap around.
    turn = 10 if text.isdecimal() else 1 << 21
    steps = {(ord(after) - ord(before)) % turn for before, after in pairwise(text)}
    return len(steps) == 1


def _is_made_of(names: Iterable[str], password: str) -> bool:
    """Return whether the letters of a password are words of `names` in any order; all other characters are ignored."""
    parts = {_extract_letters(word) for name in names for word in words(name)} - {""}
    letters = _extract_letters(password)
    reached = {0}
    for start in range(len(letters)):
        if start in reached:
            reached.update(start + len(part) for part in parts if letters.startswith(part, start))
    return bool(letters) and len(letters) in reached


def _extract_letters(text: str) -> str:
    return _NO_LETTER.sub("", fold(text))
