"""What an act takes for granted of its record and of who asks: what refuses it also keeps it from being offered."""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from attrs import frozen

from anninh_core.kernel.errors import BadInput, Damaged, Refused, WrongStep
from anninh_core.usecase.permissions.permits import UseCase
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission

M = TypeVar("M")
Check = Callable[[M, ReadSession], object]
"""Raises `Refused`, `WrongStep` or `BadInput` where a record, or who asks, doesn't allow an act, whatever is given."""


@frozen
class StepChecks(Generic[M]):
    """The steps of a kind of record by the name of their use case, each with what it takes for granted of the record.

    An act calls `require` once it has its record, and so is refused by what says that it isn't offered.
    """

    _checks: Mapping[str, tuple[Check[M], ...]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._checks)

    def require(self, step: str, model: M, session: ReadSession) -> None:
        """Check that a step can be done with a record by whoever acts.

        Raises:
            Refused, WrongStep, BadInput: it can't; says why.
            KeyError: no such step.
        """
        for check in self._checks[step]:
            check(model, session)

    def allows(self, step: str, model: M, session: ReadSession) -> bool:
        """Return whether `require` would pass; not where another record can't be read that it depends on."""
        try:
            self.require(step, model, session)
        except (Refused, WrongStep, BadInput, Damaged):
            return False
        return True

    def with_check(self, step: str, check: Check[M]) -> "StepChecks[M]":
        """Return the same with one more check of a step, made last: what only another layer can tell."""
        return StepChecks({**self._checks, step: (*self._checks.get(step, ()), check)})


class _HasStates(Protocol):
    def require_possible(self, to: Any) -> None: ...


def can_become(target: StrEnum) -> Check[Any]:
    """Return a check that the state machine leads from a record's state to another.

    Its check raises:
        WrongStep: it doesn't.
    """

    def check(record: _HasStates, _: ReadSession) -> None:
        record.require_possible(target)

    return check


def may_on(session: ReadSession, permission: Permission, *units: str) -> bool:
    """Tell whether the actor has a permission on one of some units, as far as the sign-in reaches."""
    permitted = session.permits.units(session.actor, permission, session.today)
    return permitted is None or not set(units).isdisjoint(permitted)


def is_granted(session: ReadSession, mark: UseCase, operation: str, units: tuple[str, ...]) -> bool:
    """Tell whether the actor's grants and sign-in reach an operation on a record of some units."""
    limits = session.actor.sign_in.operations
    if limits is not None and operation not in limits:
        return False
    return all(may_on(session, permission, *units) for permission in (mark.permission, *mark.needs))


def permit_on(permission: Permission, unit_of: Callable[[Any], str]) -> Check[Any]:
    """Return a check that the actor has a further permission on a unit that the record names.

    Its check raises:
        Refused: the actor hasn't.
    """

    def check(model: Any, session: ReadSession) -> None:
        verdict = session.permits.may(session.actor, permission, unit_of(model), session.today)
        if not verdict.allowed:
            raise verdict.refusal()

    return check
