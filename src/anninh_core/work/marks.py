"""Marks on a room's public methods: command or query, and the permission each needs.

A method so marked takes an `Actor` from outside; handed a `Draft` or `Look` instead, it becomes part of the larger
act that made it, under the same actor, in the same commit.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from attrs import frozen

from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.draft import Draft
from anninh_core.work.look import Look

if TYPE_CHECKING:
    from anninh_core.work.desk import Desk

P = ParamSpec("P")
T = TypeVar("T")
_MARK = "__anninh_mark__"


@frozen
class Mark:
    """What a public method is.

    Attributes:
        traced: for a query: it opens sealed content, so that it leaves a journal entry before it answers.
    """

    kind: str  # command or query
    permission: Permission
    traced: bool = False


class Room:
    """Base of every room's service.

    Attributes:
        room: the room's name, first half of every action in the journal.
    """

    room: str

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk


R = TypeVar("R", bound=Room)


def command(
    permission: Permission,
) -> Callable[[Callable[Concatenate[R, Draft, P], T]], Callable[Concatenate[R, Actor | Draft, P], T]]:
    """Mark a use case that changes something: one permission, one change set, one journal entry."""
    mark = Mark("command", permission)

    def wrap(body: Callable[Concatenate[R, Draft, P], T]) -> Callable[Concatenate[R, Actor | Draft, P], T]:
        @wraps(body)
        def call(self: R, by: Actor | Draft, /, *args: P.args, **kwargs: P.kwargs) -> T:
            if isinstance(by, Draft):
                with by.under(permission):
                    return body(self, by, *args, **kwargs)
            action = f"{self.room}.{body.__name__}"
            return self.desk.carry_out(by, action, permission, lambda draft: body(self, draft, *args, **kwargs))

        setattr(call, _MARK, mark)
        return call

    return wrap


def query(
    permission: Permission, *, traced: bool = False
) -> Callable[[Callable[Concatenate[R, Look, P], T]], Callable[Concatenate[R, Actor | Look, P], T]]:
    """Mark a use case that only reads."""
    mark = Mark("query", permission, traced)

    def wrap(body: Callable[Concatenate[R, Look, P], T]) -> Callable[Concatenate[R, Actor | Look, P], T]:
        @wraps(body)
        def call(self: R, by: Actor | Look, /, *args: P.args, **kwargs: P.kwargs) -> T:
            if isinstance(by, Look):
                with by.under(permission):
                    return body(self, by, *args, **kwargs)
            action = f"{self.room}.{body.__name__}"
            return self.desk.look_up(by, action, permission, traced, lambda look: body(self, look, *args, **kwargs))

        setattr(call, _MARK, mark)
        return call

    return wrap


def mark_of(method: Callable[..., object]) -> Mark | None:
    """Return the mark of a method, None if it has none."""
    found: Mark | None = getattr(method, _MARK, None)
    return found
