"""Marks of use cases: command, query, step or workflow, and the permission each needs.

A *command* or *query* is called from outside, by an actor: `tips.assign(actor, …)`. A larger act takes it in with
`uow.include(tips.assign, …)`: then it runs under the same actor, in the same commit. A *step* is only ever part of a
larger act: it takes that act's unit of work, and refuses an actor. A *workflow* is several of them, one after another.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.replacing import evolve
from anninh_core.usecase.actor import Actor, ActorKind
from anninh_core.usecase.argument_readers import readers_of
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.permissions.permits import USE_CASE, UseCase, UseCaseKind
from anninh_core.usecase.read_session import Listing, ReadSession, ShortenedTuple
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.signatures import ReadableSignature
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

P = ParamSpec("P")
T = TypeVar("T")


class Service:
    """Base of every service.

    Attributes:
        action_prefix: first half of its actions' names in the journal. They are stored, so it never changes, whatever
            the package is called.
    """

    action_prefix: str

    def __init__(self, runner: UseCaseRunner) -> None:
        self.runner = runner
        self.context: UseCaseContext = runner.context


R = TypeVar("R", bound=Service)


def command(
    permission: Permission,
    *needs: Permission,
    public: bool = False,
    step_up: bool = False,
    daily: bool = False,
    sends: bool = False,
    irreversible: bool = False,
) -> Callable[[Callable[Concatenate[R, UnitOfWork, P], T]], Callable[Concatenate[R, Actor, P], T]]:
    """Mark a use case that changes something: one permission, one change set, one journal entry.

    Args:
        permission: what the use case checks itself.
        needs: further permissions that the parts it includes check.
        public: whether it may be called from outside the process; closed by default.
        step_up: whether it takes somebody who has just shown a second factor.
        daily: whether it is everyday work, offered before rarer acts.
        sends: whether people outside read words of the caller: a person is shown them before they confirm.
        irreversible: whether nothing takes it back: a person confirms that they checked it.
    """

    def wrap(body: Callable[Concatenate[R, UnitOfWork, P], T]) -> Callable[Concatenate[R, Actor, P], T]:
        @wraps(body)
        def call(self: R, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
            action = _admit(self, actor, mark)
            positional = readers.apply(args, kwargs)
            result = self.runner.run_command(
                actor, action, permission, lambda uow: body(self, uow, *positional, **kwargs)
            )
            return show_to(self.context, actor, result)

        readers = readers_of(body)
        mark = UseCase(
            UseCaseKind.COMMAND,
            permission,
            body,
            needs=needs,
            public=public,
            step_up=step_up,
            readers=readers,
            daily=daily,
            sends=sends,
            irreversible=irreversible,
        )
        _publish(call, body, mark)
        return call

    return wrap


def query(
    permission: Permission,
    *needs: Permission,
    traced: bool = False,
    folds: bool = False,
    public: bool = False,
    step_up: bool = False,
) -> Callable[[Callable[Concatenate[R, ReadSession, P], T]], Callable[Concatenate[R, Actor, P], T]]:
    """Mark a use case that only reads.

    Args:
        permission: what the use case checks itself.
        needs: further permissions that the parts it includes check.
        traced: whether it opens sealed content, so that it leaves a journal entry before it answers.
        folds: whether looks again at the same versions are counted for a while. Never where an identity, a file, a
            search or an export is answered.
        public, step_up: as for `command`.
    """

    def wrap(body: Callable[Concatenate[R, ReadSession, P], T]) -> Callable[Concatenate[R, Actor, P], T]:
        @wraps(body)
        def call(self: R, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
            action = _admit(self, actor, mark)
            positional = readers.apply(args, kwargs)

            def read(session: ReadSession) -> T:
                result = count_damaged(session, lambda: body(self, session, *positional, **kwargs))
                if session.damaged:
                    self.runner.note_left_out(session.damaged)
                return result

            result = self.runner.run_query(actor, action, permission, traced, read, folds=folds)
            return show_to(self.context, actor, result)

        readers = readers_of(body)
        mark = UseCase(UseCaseKind.QUERY, permission, body, traced, needs, folds, public, step_up, readers)
        _publish(call, body, mark)
        return call

    return wrap


def step(
    permission: Permission,
) -> Callable[[Callable[Concatenate[R, UnitOfWork, P], T]], Callable[Concatenate[R, UnitOfWork, P], T]]:
    """Mark a part of a larger act: it takes the unit of work of that act, and refuses an actor."""

    def wrap(body: Callable[Concatenate[R, UnitOfWork, P], T]) -> Callable[Concatenate[R, UnitOfWork, P], T]:
        @wraps(body)
        def call(self: R, uow: UnitOfWork, /, *args: P.args, **kwargs: P.kwargs) -> T:
            if not isinstance(uow, UnitOfWork):
                raise TypeError(
                    f"{body.__qualname__} is a step of a larger act and takes its unit of work, not {uow!r}; "
                    "call the public use case that it is part of"
                )
            with uow.requiring(permission):
                return body(self, uow, *args, **kwargs)

        setattr(call, USE_CASE, UseCase(UseCaseKind.STEP, permission, body))
        return call

    return wrap


def workflow(
    permission: Permission,
    *needs: Permission,
    public: bool = False,
    step_up: bool = False,
    daily: bool = False,
    sends: bool = False,
    irreversible: bool = False,
) -> Callable[[Callable[Concatenate[R, Actor, P], T]], Callable[Concatenate[R, Actor, P], T]]:
    """Mark an act of several commits or queries, each of which is a use case of its own.

    It must stand being broken off between any two commits, and called again under the same request key. A commit that
    isn't the last takes a key of its own (`Actor.for_step`, with `resume`), or none where its records say what is left
    to do (`Actor.without_request`). The one that ends the act takes the key as it is.

    Args:
        permission: what the first of them checks.
        needs: what further ones check.
        public, step_up, daily, sends, irreversible: as for `command`.
    """

    def wrap(body: Callable[Concatenate[R, Actor, P], T]) -> Callable[Concatenate[R, Actor, P], T]:
        @wraps(body)
        def call(self: R, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
            action = _admit(self, actor, mark)
            positional = readers.apply(args, kwargs)
            result = self.runner.run_workflow(actor, action, lambda begun: body(self, begun, *positional, **kwargs))
            return show_to(self.context, actor, result)

        readers = readers_of(body)
        mark = UseCase(
            UseCaseKind.WORKFLOW,
            permission,
            body,
            needs=needs,
            public=public,
            step_up=step_up,
            readers=readers,
            daily=daily,
            sends=sends,
            irreversible=irreversible,
        )
        _publish(call, body, mark)
        return call

    return wrap


def use_case_of(method: Callable[..., object]) -> UseCase | None:
    """Return the mark of a method, None if it has none."""
    use_case: UseCase | None = getattr(method, USE_CASE, None)
    return use_case


def action_of(use_case: Callable[..., object]) -> str:
    """Return how the journal names a use case of a service, such as `tips.assign`."""
    service: Service = use_case.__self__  # type: ignore[attr-defined]
    return _name(service, use_case)


def _name(service: Service, method: Callable[..., object]) -> str:
    return f"{service.action_prefix}.{method.__name__}"


def count_damaged(session: ReadSession, read: Callable[[], T]) -> T:
    """Return what a query reads; a list with how many records it left out as damaged."""
    known = session.damaged
    result: Any = read()
    count = session.damaged - known
    if count and isinstance(result, tuple):
        result = ShortenedTuple.of(result, count)
    elif count and hasattr(result, "damaged"):
        result = evolve(result, damaged=count)
    return cast("T", result)


def show_to(context: UseCaseContext, actor: Actor, result: T) -> T:
    """Return what a use case answers an officer: residents under the names of their cases, see `for_handlers`."""
    counted: Any = _count_lists(result) if actor.counts else result
    names = context.names.pseudonym
    return cast("T", counted if actor.kind is ActorKind.SYSTEM else _without_residents(counted, names))


def _count_lists(value: Any) -> Any:
    """Return a list, or each of several, with its total."""
    if isinstance(value, ShortenedTuple):
        return value.map(_count_lists)
    if isinstance(value, tuple):
        return tuple(map(_count_lists, value))
    return value.counted() if isinstance(value, Listing) else value


def _without_residents(value: Any, names: Pseudonyms) -> Any:
    """Return a value, or what lies in lists and mappings, as handlers see it."""
    if (show := getattr(value, "for_handlers", None)) is not None:
        return show(names)
    if isinstance(value, Listing):
        return evolve(value, items=_without_residents(value.items, names))
    if isinstance(value, ShortenedTuple):
        return value.map(lambda item: _without_residents(item, names))
    if isinstance(value, tuple | list):
        return type(value)(_without_residents(one, names) for one in value)
    if isinstance(value, dict):
        return {key: _without_residents(one, names) for key, one in value.items()}
    return value


def _admit(service: Service, actor: object, mark: UseCase) -> str:
    """Return how the journal names a use case, after whoever calls it was found to have signed in well enough."""
    if not isinstance(actor, Actor):
        raise TypeError(
            f"{mark.body.__qualname__} takes an Actor first, not {actor!r}; "
            "a larger act takes it in with `uow.include(…)`"
        )
    action = _name(service, mark.body)
    if mark.step_up:
        service.runner.require_fresh(actor, action, mark.permission)
    return action


def _publish(call: Callable[..., object], body: Callable[..., object], mark: UseCase) -> None:
    """Set the public signature: callers pass an actor where the body takes its unit of work."""
    signature = inspect.signature(body)
    receiver, inner, *others = signature.parameters.values()
    first = inner.replace(name="actor", annotation=Actor, kind=inspect.Parameter.POSITIONAL_ONLY)
    outer = receiver.replace(kind=inspect.Parameter.POSITIONAL_ONLY)
    public: Any = call
    public.__signature__ = ReadableSignature([outer, first, *others], return_annotation=signature.return_annotation)
    notes = {name: note for name, note in body.__annotations__.items() if name != inner.name}
    public.__annotations__ = {"actor": Actor, **notes}
    setattr(call, USE_CASE, mark)
