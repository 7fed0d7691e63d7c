"""Who may do what where: the question that every use case asks, and its answer."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from attrs import frozen

from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.permissions import Permission


@frozen
class PermissionVerdict:
    """Whether somebody may, and in a sentence why or why not."""

    allowed: bool
    why: str


class Permits(Protocol):
    """Answers who may do what where. The units answer it, from the officers' grants."""

    def may(self, actor: Actor, permission: Permission, unit: str, on: date) -> PermissionVerdict:
        """Tell whether an actor may do something on a unit on a day."""
        ...

    def is_officer(self, id: str) -> bool:
        """Tell whether an officer of this id is on record."""
        ...

    def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
        """Return the units where the permission holds, None for everywhere."""
        ...
