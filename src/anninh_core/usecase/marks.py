"""Decorators that mark methods as use cases of four kinds (command, query, step, workflow), with their permissions.

A *command* or *query* is called from outside, by an actor: `tips.assign(actor, …)`. A larger act includes it with
`uow.include(tips.assign, …)`: then it runs under the same actor, in the same commit. A *step* is always part of a
larger act: it takes that act's unit of work, and refuses an actor. A *workflow* is a sequence of several use cases.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.replacing import evolve
from anninh_core.usecase.actor import Actor, ActorKind
from anninh_core.usecase.argument_readers import build_readers
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
    """Base class of all services; their methods are use cases.

    Attributes:
        action_prefix: first half of its actions' names in the journal. They are stored, so it never changes, even if
            the package is renamed.
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
    """Mark a use case that changes data: one permission, one change set, one journal entry.

    Args:
        permission: permission that the use case checks itself.
        needs: further permissions that the included use cases check.
        public: whether it may be called from outside the process; closed by default.
        step_up: whether the caller must have just passed a second factor.
        daily: whether it is everyday work, offered before rarer acts.
        sends: whether people outside receive text by the caller, which a confirmation shows first.
        irreversible: whether it can't be undone: the caller confirms having checked it.
    """

    def wrap(body: Callable[Concatenate[R, UnitOfWork, P], T]) -> Callable[Concatenate[R, Actor, P], T]:
        @wraps(body)
        def call(self: R, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
            action = _check_caller(self, actor, mark)
            positional = readers.apply(args, kwargs)
            result = self.runner.run_command(
                actor, action, permission, lambda uow: body(self, uow, *positional, **kwargs)
            )
            return adapt_result_to_actor(self.context, actor, result)

        readers = build_readers(body)
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
        _set_public_signature(call, body, mark)
        return call

    return wrap


def query(
    permission: Permission,
    *needs: Permission,
    traced: bool = False,
    aggregate_repeats: bool = False,
    public: bool = False,
    step_up: bool = False,
) -> Callable[[Callable[Concatenate[R, ReadSession, P], T]], Callable[Concatenate[R, Actor, P], T]]:
    """Mark a use case that only reads.

    Args:
        permission: permission that the use case checks itself.
        needs: further permissions that the included use cases check.
        traced: whether it decrypts content, so that it leaves a journal entry before it answers.
        aggregate_repeats: whether repeated reads of the same versions are only counted for a while. Never for a query
            that returns an identity, a file, a search or an export.
        public, step_up: as for `command`.
    """

    def wrap(body: Callable[Concatenate[R, ReadSession, P], T]) -> Callable[Concatenate[R, Actor, P], T]:
        @wraps(body)
        def call(self: R, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
            action = _check_caller(self, actor, mark)
            positional = readers.apply(args, kwargs)

            def read(session: ReadSession) -> T:
                result = count_damaged(session, lambda: body(self, session, *positional, **kwargs))
                if session.damaged:
                    self.runner.note_left_out(session.damaged)
                return result

            result = self.runner.run_query(actor, action, permission, traced, read, aggregate_repeats=aggregate_repeats)
            return adapt_result_to_actor(self.context, actor, result)

        readers = build_readers(body)
        mark = UseCase(UseCaseKind.QUERY, permission, body, traced, needs, aggregate_repeats, public, step_up, readers)
        _set_public_signature(call, body, mark)
        return call

    return wrap


def step(
    permission: Permission,
) -> Callable[[Callable[Concatenate[R, UnitOfWork, P], T]], Callable[Concatenate[R, UnitOfWork, P], T]]:
    """Mark a use case as a part of larger acts: it takes the unit of work of such an act, and refuses an actor."""

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
    """Mark a use case that consists of several commits or queries, each a use case of its own.

    It must tolerate an interruption between any two commits, and a repeat call with the same request key. A commit
    before the last takes its own key (`Actor.for_step`, with `resume`), or none if its records show what remains to do
    (`Actor.without_request`). The last commit takes the key unchanged.

    Args:
        permission: permission that the first use case checks.
        needs: permissions that the further use cases check.
        public, step_up, daily, sends, irreversible: as for `command`.
    """

    def wrap(body: Callable[Concatenate[R, Actor, P], T]) -> Callable[Concatenate[R, Actor, P], T]:
        @wraps(body)
        def call(self: R, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
            action = _check_caller(self, actor, mark)
            positional = readers.apply(args, kwargs)
            result = self.runner.run_workflow(actor, action, lambda begun: body(self, begun, *positional, **kwargs))
            return adapt_result_to_actor(self.context, actor, result)

        readers = build_readers(body)
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
        _set_public_signature(call, body, mark)
        return call

    return wrap


def get_use_case(method: Callable[..., object]) -> UseCase | None:
    """Return the metadata that marks a method as a use case, or None if it isn't marked."""
    use_case: UseCase | None = getattr(method, USE_CASE, None)
    return use_case


def get_action_name(use_case: Callable[..., object]) -> str:
    """Return the name of a use case in the journal, such as `tips.assign`."""
    service: Service = use_case.__self__  # type: ignore[attr-defined]
    return _build_action_name(service, use_case)


def _build_action_name(service: Service, method: Callable[..., object]) -> str:
    return f"{service.action_prefix}.{method.__name__}"


def count_damaged(session: ReadSession, read: Callable[[], T]) -> T:
    """Run a query and return its result; a list gets the number of damaged records that it left out."""
    damaged_before = session.damaged
    result: Any = read()
    count = session.damaged - damaged_before
    if count and isinstance(result, tuple):
        result = ShortenedTuple.of(result, count)
    elif count and hasattr(result, "damaged"):
        result = evolve(result, damaged=count)
    return cast("T", result)


def adapt_result_to_actor(context: UseCaseContext, actor: Actor, result: T) -> T:
    """Return a use case's result as the actor may see it: officers see residents under the names of their cases, see
    `for_handlers`.
    """
    counted: Any = _add_totals(result) if actor.counts else result
    names = context.names.pseudonym
    return cast("T", counted if actor.kind is ActorKind.SYSTEM else _hide_residents(counted, names))


def _add_totals(value: Any) -> Any:
    """Return a list with its total number of records; for several lists, return each with its total."""
    if isinstance(value, ShortenedTuple):
        return value.map(_add_totals)
    if isinstance(value, tuple):
        return tuple(map(_add_totals, value))
    return value.counted() if isinstance(value, Listing) else value


def _hide_residents(value: Any, names: Pseudonyms) -> Any:
    """Return a value, or the items of a list or mapping, in the form that handlers of cases may see."""
    if (show := getattr(value, "for_handlers", None)) is not None:
        return show(names)
    if isinstance(value, Listing):
        return evolve(value, items=_hide_residents(value.items, names))
    if isinstance(value, ShortenedTuple):
        return value.map(lambda item: _hide_residents(item, names))
    if isinstance(value, tuple | list):
        return type(value)(_hide_residents(element, names) for element in value)
    if isinstance(value, dict):
        return {key: _hide_residents(element, names) for key, element in value.items()}
    return value


def _check_caller(service: Service, actor: object, mark: UseCase) -> str:
    """Check the type of the actor and, for a step-up use case, a recent second factor; return the use case's name in
    the journal.
    """
    if not isinstance(actor, Actor):
        raise TypeError(
            f"{mark.body.__qualname__} takes an Actor first, not {actor!r}; "
            "a larger act takes it in with `uow.include(…)`"
        )
    action = _build_action_name(service, mark.body)
    if mark.step_up:
        service.runner.require_recent_factor(actor, action, mark.permission)
    return action


def _set_public_signature(call: Callable[..., object], body: Callable[..., object], mark: UseCase) -> None:
    """Set the signature that callers of a use case see: it has an actor in place of the body's unit of work."""
    signature = inspect.signature(body)
    receiver, inner, *others = signature.parameters.values()
    first = inner.replace(name="actor", annotation=Actor, kind=inspect.Parameter.POSITIONAL_ONLY)
    outer = receiver.replace(kind=inspect.Parameter.POSITIONAL_ONLY)
    public: Any = call
    public.__signature__ = ReadableSignature([outer, first, *others], return_annotation=signature.return_annotation)
    notes = {name: note for name, note in body.__annotations__.items() if name != inner.name}
    public.__annotations__ = {"actor": Actor, **notes}
    setattr(call, USE_CASE, mark)
