"""How something is doing, for whoever keeps it running: what `anninh doctor` asks and prints.

Any part that comes in through a port (storage, keys, blobs, a messenger) may tell by itself how it is doing; none has
to. Only the part itself knows how old a token is or which revision a file has.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol, runtime_checkable

from attrs import evolve, frozen

from anninh_core.kernel.stored_sentences import pack_sentence, unpack_sentence

_LONGEST = 500  # characters of an English sentence that are stored


class Level(Enum):
    """How bad it is."""

    OK = "ok"
    """Nothing is wrong."""
    WARNING = "warning"
    """Something will be wrong if nobody looks."""
    PROBLEM = "problem"
    """Something is wrong."""


@frozen
class Check:
    """The result of one check. Both sentences may be printed and logged: no personal data, no secrets.

    Attributes:
        name: what was looked at, such as `clock`, `migrations` or `token`.
        what: one sentence on what was found or is wrong.
        todo: one sentence on what to do; "" where all is well.
    """

    name: str
    level: Level
    what: str
    todo: str = ""


@runtime_checkable
class TellsHealth(Protocol):
    """A storage, key holder, blob store or messenger that can tell how it is doing."""

    def health(self) -> Sequence[Check]:
        """Tell what an operator should know.

        Called now and then, from any thread. It changes nothing, asks no other machine for longer than a few seconds,
        and doesn't raise: what can't be found out is a finding.

        A right to a platform that runs out is named `token`.
        """
        ...


def ok(name: str, what: str) -> Check:
    """Return that all is well."""
    return Check(name, Level.OK, what)


def warning(name: str, what: str, todo: str) -> Check:
    """Return a warning: something will fail unless somebody acts."""
    return Check(name, Level.WARNING, what, todo)


def problem(name: str, what: str, todo: str) -> Check:
    """Return a problem: something fails now."""
    return Check(name, Level.PROBLEM, what, todo)


def pack_check(check: Check) -> Check:
    """Return a check as it is stored: its sentences are texts that keep their parts."""
    return evolve(check, what=pack_sentence(check.what, _LONGEST), todo=pack_sentence(check.todo, _LONGEST))


def unpack_check(check: Check) -> Check:
    """Return a stored check with its sentences."""
    return evolve(check, what=unpack_sentence(check.what), todo=unpack_sentence(check.todo))
