"""Passwords: what they may be, and their Argon2id hashes, of which at most one is computed at a time."""

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

# Characters of a password. NIST SP 800-63B asks for length and a list of common ones, and for no mixture of signs.
MIN_LENGTH = 12
MAX_LENGTH = 128

_MAX_TYPED = 4 * MAX_LENGTH  # a letter with its marks, each typed by itself
_BUSY = timedelta(seconds=2)
_NO_LETTER = re.compile(r"[\W\d_]+")


@frozen
class PasswordProfile:
    """What a hash costs: OWASP's profile of 19 MiB unless another is given. Hashes say by which they were made.

    Attributes:
        lanes: threads of one hash.
    """

    memory_kib: int = 19_456
    passes: int = 2
    lanes: int = 1


@define
class _Queue:
    """Who waits for a turn.

    Attributes:
        free: how many more may come.
    """

    free: int
    waiting: int = 0


class PasswordHasher:
    """Hashes passwords, one at a time, so that a flood of sign-ins leaves the processor and memory to the others.

    There are two queues, `reserved` for people whom something besides the password speaks for: a place from which they
    signed in before, or a session. Their turn comes first, so they wait for one hash of a stranger at most.

    Args:
        profile: what a hash costs.
        places: how many may wait in each queue; whoever comes then is told to come again.
        patience: seconds that one waits at most.
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
        """How many strangers more may come."""
        return self._strangers.free

    @property
    def reserved_waiting(self) -> int:
        """How many wait who aren't strangers."""
        return self._reserved.waiting

    def hash(self, password: str, *, reserved: bool = False) -> str:
        """Return the hash of a password, with its salt and costs.

        Args:
            password: as it was typed.
            reserved: whether it is of somebody who isn't a stranger.

        Raises:
            TooManyRequests: too many wait for their turn.
            MissingExtra: Argon2 isn't installed.
        """
        argon2 = self._load()
        with self._take_turn(reserved=reserved):
            return argon2.hash(normalize_password(password))

    def verify(self, hash: str, password: str, *, reserved: bool = False) -> bool:
        """Tell whether a password is the one of a hash; "" stands for nobody's, and takes as long.

        Args:
            hash: what is stored.
            password: as it was typed.
            reserved: whether it is of somebody who isn't a stranger.

        Raises:
            TooManyRequests: too many wait for their turn.
            MissingExtra: Argon2 isn't installed.
        """
        argon2 = self._load()
        with self._take_turn(reserved=reserved):
            self._dummy = self._dummy or argon2.hash(os.urandom(32).hex())
            return _matches(argon2, hash or self._dummy, normalize_password(password)) and bool(hash)

    def is_outdated(self, hash: str) -> bool:
        """Tell whether a hash was made at other costs than those of today: its password is to be hashed anew."""
        return self._load().check_needs_rehash(hash)

    @contextmanager
    def _take_turn(self, *, reserved: bool) -> Iterator[None]:
        queue = self._reserved if reserved else self._strangers
        with self._turn:
            if not queue.free:
                raise _busy()
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
                if not self._turn.wait_for(lambda: self._is_turn_of(queue), self._patience):
                    raise _busy()
                self._is_taken = True
            finally:
                queue.waiting -= 1
                self._turn.notify_all()  # strangers may go on where nobody waits before them any more

    def _is_turn_of(self, queue: _Queue) -> bool:
        return not self._is_taken and (queue is self._reserved or not self._reserved.waiting)

    def _load(self) -> "Argon2":
        """Return what hashes, imported only now: many programs never ask for it."""
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
        public_names: what strangers may know of the owner: the person's own name, and those of the units.

    Raises:
        BadInput: too short, too long, one that many have, or made of names. The sentence doesn't repeat it.
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
    if folded in common_passwords() or len(set(folded)) <= 3 or _is_series(folded):
        raise BadInput("Many people use this password, so it would be guessed first: choose another.")
    if folded == name.casefold() or _is_made_of([name, *public_names], chosen):
        raise BadInput(
            "A password can't be made of your own name, your sign-in name or the names of your unit and "
            "district, with or without digits: choose another."
        )


def normalize_password(password: str) -> str:
    """Return the form in which a password is hashed: keyboards write the same letters in several ways.

    What is longer than any password can be is cut, and what is no letter at all replaced: neither is anybody's.
    """
    return nfc(password[:_MAX_TYPED].encode(errors="replace").decode())


@cache
def common_passwords() -> frozenset[str]:
    """Return passwords that many people have, case folded; where they are from stands in the file."""
    text = files(__package__).joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("# "))


def _busy() -> TooManyRequests:
    return TooManyRequests("Too many people are signing in at this moment: try again in a moment.", _BUSY)


def _matches(argon2: "Argon2", hash: str, password: str) -> bool:
    from argon2.exceptions import VerificationError  # noqa: PLC0415  as above

    try:
        return argon2.verify(hash, password)
    except VerificationError:
        return False


def _is_series(text: str) -> bool:
    """Tell whether every sign follows the one before by the same step: abcd…, 9876…, and 9012 goes on with 0."""
    turn = 10 if text.isdecimal() else 1 << 21  # beyond the last sign there is
    steps = {(ord(after) - ord(before)) % turn for before, after in pairwise(text)}
    return len(steps) == 1


def _is_made_of(names: Iterable[str], password: str) -> bool:
    """Return whether the letters of a password are words of some names in any order, whatever is between them."""
    parts = {_letters(word) for name in names for word in words(name)} - {""}
    letters = _letters(password)
    reached = {0}
    for start in range(len(letters)):
        if start in reached:
            reached.update(start + len(part) for part in parts if letters.startswith(part, start))
    return bool(letters) and len(letters) in reached


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", fold(text))
