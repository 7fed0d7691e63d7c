"""What of officers may leave: who they are and what they may do, never by which chat they are reached."""

from collections.abc import Mapping
from datetime import date

from anninh_core.usecase.views import view


@view
class RoleGrantView:
    """A role on a unit and everything below it.

    Attributes:
        valid_from, valid_to: inclusive days; None for one that began with the first day, or that has no end.
        proposed_by: officer who gave it where that takes a second person, "" where it doesn't.
        confirmed_by: that second person.
        is_proposed: whether it waits for a second person.
    """

    role: str
    unit: str
    valid_from: date | None
    valid_to: date | None
    proposed_by: str
    confirmed_by: str
    is_proposed: bool


@view
class OfficerView:
    """Somebody with role grants.

    Attributes:
        unit: where the officer belongs; grants may reach elsewhere.
        has_chat: whether notices reach the officer by chat.
    """

    id: str
    version: int
    name: str
    unit: str
    grants: tuple[RoleGrantView, ...]
    has_chat: bool


@view
class DisplayNames:
    """What units and officers are called, by id, without those that aren't there or can't be read any more."""

    units: Mapping[str, str]
    officers: Mapping[str, str]
