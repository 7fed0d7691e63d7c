"""Access to the kinds of record that are cases, for subjects that are about any of them."""

from collections.abc import Callable
from typing import Any

from attrs import frozen

from anninh_core.usecase.actor import Actor
from anninh_core.usecase.kinds import Kind


@frozen
class CaseAccess:
    """A kind of case.

    Attributes:
        kind: says which unit and which resident a case belongs to, and who is excluded from it.
        read: the public query that reads one; it refuses whoever may not.
    """

    kind: Kind[Any]
    read: Callable[[Actor, str], Any]
