"""Several queries in one read entry: the parts that a page shows of a record are read as one."""

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
        verb: the query, a method of the app.
    """

    verb: Callable[..., Any]
    arguments: Mapping[str, Any] = field(factory=dict)

    @property
    def mark(self) -> UseCase:
        """The query's use case.

        Raises:
            TypeError: `verb` isn't a query, or requires a second factor.
        """
        mark = use_case_of(self.verb)
        if mark is None or mark.kind is not UseCaseKind.QUERY or mark.step_up:
            raise TypeError(f"{self.verb!r} can't be read beside others: it is no query that one sign-in allows")
        return mark


def read_together(actor: Actor, action: str, readings: Sequence[QueryCall]) -> tuple[Any, ...]:
    """Run queries at one moment, each under its own permission, with one journal entry for all of them.

    The entry names all opened records, and is folded like that of a single query.

    Args:
        action: the entry's name in the journal: the first query's name.
        readings: the queries; a refusal is about the permission of the first.

    Raises:
        TypeError: one of them isn't a query, or requires a second factor. And whatever the queries raise.
    """
    first = readings[0]
    marks = [call.mark for call in readings]
    service: Any = getattr(first.verb, "__self__", None)  # a verb is a bound method

    def read(session: ReadSession) -> tuple[Any, ...]:
        first_result = count_damaged(session, lambda: marks[0].body(service, session, **first.arguments))
        return (first_result, *(_include(session, reading) for reading in readings[1:]))

    traced = [mark for mark in marks if mark.audited]
    result: tuple[Any, ...] = service.runner.run_query(
        actor,
        action,
        marks[0].permission,
        bool(traced),
        read,
        aggregate_repeats=all(mark.aggregate_repeats for mark in traced),
    )
    return show_to(service.context, actor, result)


def _include(session: ReadSession, reading: QueryCall) -> Any:
    return count_damaged(session, lambda: session.include(reading.verb, **reading.arguments))
