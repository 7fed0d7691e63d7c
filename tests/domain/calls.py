"""Functions that call a command in a prepared test world."""

from collections.abc import Callable
from typing import Any

from tests.domain.world import World

from anninh_core.testing.steps import run_step
from anninh_core.usecase.marks import get_use_case
from anninh_core.usecase.permissions.permits import UseCaseKind

Call = Callable[..., object]
Recipe = Callable[[World], Callable[[Call], Callable[[Any], object]]]
"""A function that prepares a test world, and returns a function that turns a command into a call by an actor."""


def bind_arguments(*positional: Any, **named: Any) -> Callable[[Call], Callable[[Any], object]]:
    """Return a function that binds these arguments to a use case; the bound call takes the actor, and runs a step as a
    command of its own.
    """

    def bind_to_method(method: Call) -> Callable[[Any], object]:
        mark = get_use_case(method)
        if mark is not None and mark.kind is UseCaseKind.STEP:
            return lambda actor: run_step(method, actor, *positional, **named)
        return lambda actor: method(actor, *positional, **named)

    return bind_to_method
