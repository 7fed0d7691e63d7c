"""Several queries as one look: what a page shows of a record is one thing that somebody looked at."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from anninh_core.usecase.actor import Actor
from anninh_core.usecase.marks import count_damaged, show_to, use_case_of
from anninh_core.usecase.permissions.permits import UseCase, UseCaseKind
from anninh_core.usecase.read_session import ReadSession


@frozen
class QueryCall:
    """A query and its arguments.

    Attributes:
        verb: of the app.
    """

    verb: Callable[..., Any]
    arguments: Mapping[str, Any] = field(factory=dict)

    @property
    def mark(self) -> UseCase:
        """What the query is; raises `TypeError` where it is none, or is asked for with a second factor."""
        mark = use_case_of(self.verb)
        if mark is None or mark.kind is not UseCaseKind.QUERY or mark.step_up:
            raise TypeError(f"{self.verb!r} can't be read beside others: it is no query that one sign-in allows")
        return mark


def read_together(actor: Actor, action: str, readings: Sequence[QueryCall]) -> tuple[Any, ...]:
    """Carry queries out at one moment, each under its own permission, and leave one journal entry for all of them.

    It names all records that were opened, and is folded as a look at one of them would be.

    Args:
        action: how the journal names the look: the first query's name.
        readings: the first has the permission that a refusal is about.

    Raises:
        TypeError: one of them is no query, or takes a second factor. And whatever the queries raise.
    """
    first = readings[0]
    marks = [one.mark for one in readings]
    service: Any = getattr(first.verb, "__self__", None)  # a verb is a bound method

    def read(session: ReadSession) -> tuple[Any, ...]:
        found = count_damaged(session, lambda: marks[0].body(service, session, **first.arguments))
        return (found, *(_include(session, reading) for reading in readings[1:]))

    traced = [mark for mark in marks if mark.audited]
    result: tuple[Any, ...] = service.runner.run_query(
        actor, action, marks[0].permission, bool(traced), read, folds=all(mark.folds for mark in traced)
    )
    return show_to(service.context, actor, result)


def _include(session: ReadSession, reading: QueryCall) -> Any:
    return count_damaged(session, lambda: session.include(reading.verb, **reading.arguments))
