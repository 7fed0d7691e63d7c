"""Running a step by itself, for tests of one subject. Programs call the public use case that the step is part of."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from anninh_core.work.actor import Actor
from anninh_core.work.draft import Draft
from anninh_core.work.marks import Room, mark_of

P = ParamSpec("P")
T = TypeVar("T")


def run_step(step: Callable[Concatenate[Draft, P], T], actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a step as if it were a whole act, under its own permission and name, and return what it returns.

    Args:
        step: the step of a service, such as `app.services.tips.intake.receive`.
        actor: who acts.
        args: what the step takes after its unit of work.
        kwargs: what it takes by name.
    """
    bound: Any = step
    service: Room = bound.__self__
    mark = mark_of(step)
    if mark is None:
        raise TypeError(f"{bound.__qualname__} is no step; call it as it is")
    action = f"{service.room}.{bound.__name__}"
    body: Callable[..., T] = mark.body
    return service.runner.run_command(
        actor, action, mark.permission, lambda draft: body(service, draft, *args, **kwargs)
    )
