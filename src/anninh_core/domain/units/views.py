"""What of officers may leave: who they are and what they may do, never by which chat they are reached."""

from collections.abc import Mapping
from datetime import date, datetime

from anninh_core.usecase.views import view


@view
class RoleGrantView:
    """A role on a unit and everything below it. Other fields are as in `RoleGrant`.

    Attributes:
        role_name: what the profile calls the role, its id where it has it no more.
        valid_from, valid_to: inclusive days; None for one that began with the first day, or that has no end.
        is_proposed: whether it waits for a second person.
    """

    role: str
    role_name: str
    unit: str
    valid_from: date | None
    valid_to: date | None
    proposed_by: str
    confirmed_by: str
    is_proposed: bool


@view
class OfficerView:
    """A person with role grants. Other fields are as in `Officer`.

    Attributes:
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
    """What units and officers are called, by id, without those that aren't there or can't be read any more.

    Attributes:
        officers: officer id -> name.
        units: unit id -> name.
    """

    units: Mapping[str, str]
    officers: Mapping[str, str]


@view
class CurrentOfficer:
    """Who asks, and what they may at all.

    Attributes:
        unit: where the officer belongs, with `unit_name`.
        roles: what the officer's roles in force are called, each once.
        permissions: what the officer may on some unit at least, as far as this sign-in reaches.
        role_units: units on which these roles are held, the widest first.
        session: id of the session or API token, "" for none.
        fresh_until: until when a second factor counts as shown just now; None where none does.
        unit_name: name of the unit at home.
    """

    id: str
    name: str
    unit: str
    unit_name: str
    roles: tuple[str, ...]
    permissions: tuple[str, ...]
    role_units: tuple[str, ...]
    session: str
    fresh_until: datetime | None


@view
class WordLabels:
    """What officers read of closed words: of states, steps, clocks, kinds, roles, categories and rules.

    Attributes:
        families: family -> value -> label, such as `tip` -> `received` -> "Mới nhận". `act` has what the journal and
            timelines tell by their actions.
        lists: name of a closed list in the code -> its family, such as `TipState` -> `tip`.
    """

    families: Mapping[str, Mapping[str, str]]
    lists: Mapping[str, str]
