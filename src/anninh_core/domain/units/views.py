"""Read-only views of officers: names and permissions, without their chats."""

from collections.abc import Mapping
from datetime import date, datetime

from anninh_core.usecase.views import view


@view
class RoleGrantView:
    """A role of an officer on a unit and all units below it. Other fields are as in `RoleGrant`.

    Attributes:
        role_name: name of the role in the profile, its id if the profile no longer has it.
        valid_from, valid_to: inclusive days; None without a first or last day.
        is_proposed: whether it waits for a second person's confirmation.
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
    """An officer: a person with role grants. Other fields are as in `Officer`.

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
    """Names of units and officers by id, without those that don't exist or can't be read any more.

    Attributes:
        officers: officer id -> name.
        units: unit id -> name.
    """

    units: Mapping[str, str]
    officers: Mapping[str, str]


@view
class CurrentOfficer:
    """The current officer and their permissions.

    Attributes:
        unit: home unit, with its name in `unit_name`.
        roles: names of the officer's roles in force, each once.
        permissions: permissions that the officer has on at least one unit, within the limits of this sign-in.
        role_units: units that these roles are on, the largest first.
        session: id of the session or API token, "" for none.
        fresh_until: until when the last proof of a second factor counts as recent; None if none does.
        unit_name: name of the home unit.
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
    """Labels of the closed vocabularies: states, steps, clocks, kinds, roles, categories and rules.

    Attributes:
        families: family -> value -> label, such as `tip` -> `received` -> "Mới nhận". `act` has the labels of actions
            in the audit log and timelines.
        lists: name of a closed list in the code -> its family, such as `TipState` -> `tip`.
    """

    families: Mapping[str, Mapping[str, str]]
    lists: Mapping[str, str]
