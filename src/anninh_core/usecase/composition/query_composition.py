"""Several queries with one journal entry, so that a page that shows several parts of a record leaves one entry."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from anninh_core.usecase.actor import Actor
from anninh_core.usecase.marks import adapt_result_to_actor, count_damaged, get_use_case
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
        mark = get_use_case(self.verb)
        if mark is None or mark.kind is not UseCaseKind.QUERY or mark.step_up:
            raise TypeError(f"{self.verb!r} can't be read beside others: it is no query that one sign-in allows")
        return mark


def read_together(actor: Actor, action: str, readings: Sequence[QueryCall]) -> tuple[Any, ...]:
    """Run queries at one moment, each under its own permission, with one journal entry for all of them.

    The entry names all opened records. Repeats of it are counted like those of a single query.

    Args:
        action: the entry's name in the journal: the first query's name.
        readings: the queries; a refusal is about the permission of the first.

    Raises:
        TypeError: one of them isn't a query, or requires a second factor. And whatever the queries raise.
    """
    first = readings[0]
    marks = [call.mark for call in readings]
    # The query is a bound method, so that its service is `__self__`.
    service: Any = getattr(first.verb, "__self__", None)

    def read_all(session: ReadSession) -> tuple[Any, ...]:
        first_result = count_damaged(session, lambda: marks[0].body(service, session, **first.arguments))
        return (first_result, *(_run_included_query(session, reading) for reading in readings[1:]))

    traced = [mark for mark in marks if mark.audited]
    result: tuple[Any, ...] = service.runner.run_query(
        actor,
        action,
        marks[0].permission,
        bool(traced),
        read_all,
        aggregate_repeats=all(mark.aggregate_repeats for mark in traced),
    )
    return adapt_result_to_actor(service.context, actor, result)


def _run_included_query(session: ReadSession, reading: QueryCall) -> Any:
    return count_damaged(session, lambda: session.include(reading.verb, **reading.arguments))
