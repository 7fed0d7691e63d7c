"""Calls of commands in a prepared world."""

from collections.abc import Callable
from typing import Any

from tests.domain.world import World

from anninh_core.testing.steps import run_step
from anninh_core.usecase.marks import use_case_of
from anninh_core.usecase.permissions.permits import UseCaseKind

Call = Callable[..., object]
Recipe = Callable[[World], Callable[[Call], Callable[[Any], object]]]
"""Prepares a world, and returns a function that turns a command into a call by an actor."""


def args(*positional: Any, **named: Any) -> Callable[[Call], Callable[[Any], object]]:
    """Return a binder of arguments: it calls a command as an actor, and a step as a command of its own."""

    def bind(method: Call) -> Callable[[Any], object]:
        mark = use_case_of(method)
        if mark is not None and mark.kind is UseCaseKind.STEP:
            return lambda actor: run_step(method, actor, *positional, **named)
        return lambda actor: method(actor, *positional, **named)

    return bind
