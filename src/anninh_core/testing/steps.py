"""Running a step by itself, for tests of one subject. Programs call the public use case that the step is part of."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from anninh_core.usecase.actor import Actor
from anninh_core.usecase.marks import Service, use_case_of
from anninh_core.usecase.unit_of_work import UnitOfWork

P = ParamSpec("P")
T = TypeVar("T")


def run_step(step: Callable[Concatenate[UnitOfWork, P], T], actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a step as if it were a whole act, under its own permission and name, and return what it returns.

    Args:
        step: the step of a service, such as `app.internals.services.tips.intake.receive`.
        actor: who acts.
        args: what the step takes after its unit of work.
        kwargs: what it takes by name.
    """
    bound_method: Any = step
    service: Service = bound_method.__self__
    mark = use_case_of(step)
    if mark is None:
        raise TypeError(f"{bound_method.__qualname__} is no step; call it as it is")
    action = f"{service.action_prefix}.{bound_method.__name__}"
    body: Callable[..., T] = mark.body
    return service.runner.run_command(actor, action, mark.permission, lambda uow: body(service, uow, *args, **kwargs))
