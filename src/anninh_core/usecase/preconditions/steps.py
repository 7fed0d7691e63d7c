"""Preconditions that a record and an actor must meet for an act; if one fails, the act is refused, and isn't
offered.
"""

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
"""A function that raises `Refused`, `WrongStep` or `BadInput` if a record or the actor doesn't allow an act, whatever
its arguments are.
"""


@frozen
class StepChecks(Generic[M]):
    """The preconditions of the acts on records of one kind, by the names of their use cases.

    An act calls `require` after loading its record, so that refused acts are exactly those not offered.
    """

    _checks: Mapping[str, tuple[Check[M], ...]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._checks)

    def require(self, step: str, model: M, session: ReadSession) -> None:
        """Check that the actor may carry out an act (`step`) on a record.

        Raises:
            Refused, WrongStep, BadInput: the step isn't possible, with the reason.
            KeyError: no such step.
        """
        for check in self._checks[step]:
            check(model, session)

    def allows(self, step: str, model: M, session: ReadSession) -> bool:
        """Return whether `require` would raise no error; False if a record on which this depends can't be read."""
        try:
            self.require(step, model, session)
        except (Refused, WrongStep, BadInput, Damaged):
            return False
        return True

    def with_check(self, step: str, check: Check[M]) -> "StepChecks[M]":
        """Return a copy with one more check for an act, which runs last; it is for conditions that only another layer
        knows.
        """
        return StepChecks({**self._checks, step: (*self._checks.get(step, ()), check)})


class _StateMachineRecord(Protocol):
    def require_possible(self, to: Any) -> None: ...


def build_transition_check(target: StrEnum) -> Check[Any]:
    """Return a check that the state machine allows the record's transition to the state `target`.

    The check raises:
        WrongStep: the transition isn't allowed.
    """

    def check(record: _StateMachineRecord, _: ReadSession) -> None:
        record.require_possible(target)

    return check


def is_permitted_on(session: ReadSession, permission: Permission, *units: str) -> bool:
    """Return whether the actor has a permission on any of the units, within the limits of the sign-in."""
    permitted = session.permits.units(session.actor, permission, session.today)
    return permitted is None or not set(units).isdisjoint(permitted)


def is_granted(session: ReadSession, mark: UseCase, operation: str, units: tuple[str, ...]) -> bool:
    """Return whether the actor's grants and sign-in cover an operation on a record that belongs to some units."""
    limits = session.actor.sign_in.operations
    if limits is not None and operation not in limits:
        return False
    return all(is_permitted_on(session, permission, *units) for permission in (mark.permission, *mark.needs))


def build_permission_check(permission: Permission, unit_of: Callable[[Any], str]) -> Check[Any]:
    """Return a check that the actor has a further permission on a unit of the record, which `unit_of` returns.

    The check raises:
        Refused: the actor doesn't have it.
    """

    def check(model: Any, session: ReadSession) -> None:
        verdict = session.permits.may(session.actor, permission, unit_of(model), session.today)
        if not verdict.allowed:
            raise verdict.refusal()

    return check
