"""Several commands of one actor in one commit: either all of them are stored, or none."""

import re
from collections.abc import Callable
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from attrs import define, field, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.storages.changes import InboxSettled, OutboxSettled, Scalar
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.journal.entries import COMMANDS, COMPOSED
from anninh_core.usecase.kinds import Kind, M
from anninh_core.usecase.marks import adapt_result_to_actor, get_action_name, get_use_case
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork

P = ParamSpec("P")
T = TypeVar("T")

MOST_COMMANDS: Final = 50
"""Maximum number of commands in one commit, as other commits wait for it."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_ONE_ROW = Sentence("One commit can settle only one row of a queue: settle the rows one after another.")


@frozen
class DoneCommand:
    """The effects of one command in a composition.

    Attributes:
        action: name in the journal.
        written: kind and id of the saved records.
        events: names of the command's events.
        facts: the command's facts for the journal.
    """

    action: str
    unit: str
    written: frozenset[tuple[str, str]]
    events: frozenset[str]
    facts: dict[str, Scalar]


class ComposedUnitOfWork(UnitOfWork):
    """The unit of work of a composition: it keeps the effects of its commands apart, and refuses commands that can't be
    combined.

    Attributes:
        failure: exception of a command, or None. After a failure nothing is committed.
        is_over: whether commands can no longer be included.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.done: list[DoneCommand] = []
        self.failure: Exception | None = None
        self.is_over = False
        self._written: set[tuple[str, str]] = set()
        self._kinds_before: set[str] = set()
        self._events_before = 0

    def begin_command(self) -> None:
        """Begin the next command; the changes of earlier commands stay."""
        self._kinds_before |= {kind for kind, _ in self._written}
        self._written = set()
        self._events_before = len(self._events)
        self.facts = {}
        self.unit = self.context.district.root

    def end_command(self, action: str) -> None:
        """Record the effects of the current command under its name in the journal."""
        events = frozenset(self._events[self._events_before :])
        self.done.append(DoneCommand(action, self.unit, frozenset(self._written), events, self.facts))

    def finish(self) -> None:
        """Put the units and facts of all commands into the journal entry.

        Raises:
            BadInput: no command was included, or an event would apply to a record that it doesn't concern.
        """
        if self.failure is not None:
            raise self.failure
        if not self.done:
            raise BadInput("A composition without commands does nothing: include at least one command.")
        _require_true_events(self.done)
        units = {command.unit for command in self.done}
        self.unit = units.pop() if len(units) == 1 else self.context.district.root
        self.facts = _join_facts(self.done)

    def save(self, kind: Kind[M], model: M) -> M:
        """Save a model as part of the current command."""
        self._written.add((kind.name, model.id))
        return super().save(kind, model)

    def drop_request(self) -> None:
        """Refuse to commit without the request key: the other commands are done, and mustn't be repeated."""
        raise BadInput("This command waits for another person and can't be combined with other commands: run it alone.")

    def guard_request(self, request: str) -> None:  # noqa: ARG002  there is none beside that of the composition
        """Refuse a command with a request key of its own, as the composition has one."""
        raise BadInput(
            "This command has a request key of its own and can't be combined with other commands: run it alone."
        )

    def settle_inbox(self, settled: InboxSettled) -> None:
        """Settle one inbox row; refuse a second one, which would replace the first."""
        if self._inbox_settled is not None:
            raise BadInput(_ONE_ROW)
        super().settle_inbox(settled)

    def settle_outbox(self, settled: OutboxSettled) -> None:
        """Settle one outbox row; refuse a second one, which would replace the first."""
        if self._outbox_settled is not None:
            raise BadInput(_ONE_ROW)
        super().settle_outbox(settled)

    def require_stored(self, kind: str) -> None:
        """Refuse to list records of a kind that earlier commands changed: without those changes the list would be
        wrong.
        """
        if kind in self._kinds_before:
            raise BadInput(
                "This command lists records of kind {kind:record}. An earlier command changed such "
                "a record and hasn't stored it yet: run this command first, or alone.",
                kind=kind,
            )


@define(eq=False)
class Composition:
    """The commands of one commit; `App.compose` passes this object to the caller's function.

    Attributes:
        actor: actor of all commands.
    """

    actor: Actor
    _runner: UseCaseRunner = field(repr=False)
    _uow: ComposedUnitOfWork = field(repr=False)

    def include(self, command: Callable[Concatenate[Actor, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a command as part of the commit, and return its result.

        Its permission is checked here. An exception ends the composition: nothing is committed, even if the caller's
        function catches it.

        Args:
            command: one of the app's, such as `app.tips.assign`.
            args, kwargs: its arguments after the actor.

        Raises:
            TypeError: not a command of this app, or a command that requires a second factor.
            BadInput: the command can't be combined with the others; the message gives the reason. And whatever the
                command raises.
        """
        if self._uow.is_over:
            raise TypeError("this composition is over; `App.compose` hands a new one to each call of your function")
        if self._uow.failure is not None:
            raise self._uow.failure
        try:
            action = self._check_command(command)
            self._uow.begin_command()
            result = self._uow.include(command, *args, **kwargs)
            self._uow.end_command(action)
        except Exception as error:
            self._uow.failure = error
            raise
        return adapt_result_to_actor(self._runner.context, self.actor, result)

    def _check_command(self, command: Callable[..., object]) -> str:
        """Check that a command may be part of this composition; return the command's name in the journal."""
        mark = get_use_case(command)
        name = getattr(command, "__qualname__", repr(command))
        if mark is None or mark.kind is not UseCaseKind.COMMAND:
            raise TypeError(f"{name} can't be composed: it is no command. Read before, and tell what you saw")
        if getattr(getattr(command, "__self__", None), "runner", None) is not self._runner:
            raise TypeError(f"{name} can't be composed: it is another app's, and a commit is one app's")
        if mark.step_up:
            raise TypeError(f"{name} can't be composed: it takes a second factor shown just now, for itself alone")
        if len(self._uow.done) == MOST_COMMANDS:
            raise BadInput(
                "One commit can have at most {most} commands: make several commits.",
                limit=MOST_COMMANDS,
                most=MOST_COMMANDS,
            )
        return get_action_name(command)


def compose(runner: UseCaseRunner, actor: Actor, name: str, body: Callable[[Composition], T]) -> T:
    """Run commands of one actor in one commit, as `App.compose` describes."""
    if not isinstance(actor, Actor):
        raise TypeError(f"a composition takes an Actor first, not {actor!r}")
    if not _NAME.fullmatch(name):
        raise BadInput(
            "{name!r} isn't a valid name of a composition: use lower-case letters, digits and _, such as 'take_over'.",
            name=name,
        )

    def run_body(uow: UnitOfWork) -> T:
        # `run_command` creates the unit of work from its argument `uow_class`.
        assert isinstance(uow, ComposedUnitOfWork)
        try:
            result = body(Composition(actor, runner, uow))
        except Exception as error:
            # A command's refusal is raised and recorded as its own, whatever the caller's function does with it.
            if uow.failure is None or uow.failure is error:
                raise
            raise uow.failure from error
        finally:
            uow.is_over = True
        uow.finish()
        return result

    return runner.run_command(actor, f"{COMPOSED}{name}", None, run_body, uow_class=ComposedUnitOfWork)


def _require_true_events(commands: list[DoneCommand]) -> None:
    """Check that each event of the entry concerns all written records of its kinds, as readers of the journal assume.

    Raises:
        BadInput: an event would apply to a record that it doesn't concern.
    """
    written = {ref for command in commands for ref in command.written if ref[0] != DECISION.name}
    for event in sorted({event for command in commands for event in command.events}):
        concerned = {ref for command in commands if event in command.events for ref in command.written}
        kinds = {kind for kind, _ in concerned}
        for kind, id in sorted(ref for ref in written - concerned if ref[0] in kinds):
            raise BadInput(
                "Event {event!r} would also be recorded for {kind:record} {id!r}, where it didn't happen: do "
                "the same to all records of the kind, or make two commits.",
                event=event,
                kind=kind,
                id=id,
            )


def _join_facts(commands: list[DoneCommand]) -> dict[str, Scalar]:
    """Return the facts and names of all commands; facts with the same name but different values are numbered."""
    joined: dict[str, Scalar] = {}
    for name, fact in (pair for command in commands for pair in command.facts.items()):
        free_name = name
        number = 1
        while joined.get(free_name, fact) != fact:
            number += 1
            free_name = f"{name}_{number}"
        joined[free_name] = fact
    return {**joined, COMMANDS: " ".join(dict.fromkeys(command.action for command in commands))}
