"""A way to run a single step of a use case in a test. Programs call the public use case that contains the step."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from anninh_core.usecase.actor import Actor
from anninh_core.usecase.marks import Service, get_use_case
from anninh_core.usecase.unit_of_work import UnitOfWork

P = ParamSpec("P")
T = TypeVar("T")


def run_step(step: Callable[Concatenate[UnitOfWork, P], T], actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a step as a command of its own, under its own permission and name, and return its result.

    Args:
        step: the step of a service, such as `app.internals.services.tips.intake.receive`.
        actor: the acting person or system.
        args: positional arguments of the step after its unit of work.
        kwargs: keyword arguments of the step.
    """
    bound_method: Any = step
    service: Service = bound_method.__self__
    mark = get_use_case(step)
    if mark is None:
        raise TypeError(f"{bound_method.__qualname__} is no step; call it as it is")
    action = f"{service.action_prefix}.{bound_method.__name__}"
    body: Callable[..., T] = mark.body
    return service.runner.run_command(actor, action, mark.permission, lambda uow: body(service, uow, *args, **kwargs))
