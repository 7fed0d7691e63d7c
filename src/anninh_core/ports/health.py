"""Health checks for operators, as collected and printed by `anninh doctor`.

Any part behind a port (storage, keys, blobs, a messenger) may report its own health; none has to. Only the part itself
knows the age of a token or the revision of a file.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol, runtime_checkable

from attrs import evolve, frozen

from anninh_core.kernel.stored_sentences import pack_sentence, unpack_sentence

_LONGEST = 500  # Maximum number of characters of an English sentence that is stored.


class Level(Enum):
    """Severity of a health check's result."""

    OK = "ok"
    """Nothing is wrong."""
    WARNING = "warning"
    """Something will become a problem if no one acts."""
    PROBLEM = "problem"
    """Something is wrong now."""


@frozen
class Check:
    """The result of a health check. Both sentences may be printed and logged: no personal data, no secrets.

    Attributes:
        name: subject of the check, such as `clock`, `migrations` or `token`.
        what: one sentence on the result.
        todo: one sentence on the required action; "" if all is well.
    """

    name: str
    level: Level
    what: str
    todo: str = ""


@runtime_checkable
class TellsHealth(Protocol):
    """A storage, key holder, blob store or messenger that reports its health."""

    def health(self) -> Sequence[Check]:
        """Return the results of health checks, for an operator.

        Called occasionally, from any thread. The method changes nothing, waits for other machines for a few seconds at
        most, and doesn't raise: an unknown state is a finding. The check of an expiring platform permission is named
        `token`.
        """
        ...


def ok(name: str, what: str) -> Check:
    """Return the result of a successful health check."""
    return Check(name, Level.OK, what)


def warning(name: str, what: str, todo: str) -> Check:
    """Return the result of a health check as a warning: something will fail without action."""
    return Check(name, Level.WARNING, what, todo)


def problem(name: str, what: str, todo: str) -> Check:
    """Return the result of a health check as a problem: something fails now."""
    return Check(name, Level.PROBLEM, what, todo)


def pack_check(check: Check) -> Check:
    """Return a health check's result for storing: its sentences become texts that contain their template and values."""
    return evolve(check, what=pack_sentence(check.what, _LONGEST), todo=pack_sentence(check.todo, _LONGEST))


def unpack_check(check: Check) -> Check:
    """Return a stored health check's result with its sentences restored."""
    return evolve(check, what=unpack_sentence(check.what), todo=unpack_sentence(check.todo))
