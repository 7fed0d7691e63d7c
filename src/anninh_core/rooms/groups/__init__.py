"""Official groups: registry, charter, directory, life."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.rooms.groups.board import GroupBoard
    from anninh_core.rooms.groups.kind import GROUP, RESIDENTIAL_AREA, group_facts
    from anninh_core.rooms.groups.lifecycle import GroupLifecycle
    from anninh_core.rooms.groups.model import OPEN_STATES, OWNER, Group, GroupState, KeyPerson, Measure, Seat
    from anninh_core.rooms.groups.operations import GroupOperations
    from anninh_core.rooms.groups.queries import GroupQueries
    from anninh_core.rooms.groups.rules import (
        Care,
        DirectoryEntry,
        care_for,
        charter_text,
        checked_code,
        directory_entry,
        found_by,
        reminder_text,
    )
    from anninh_core.rooms.groups.service import Groups

__all__ = [
    "GROUP",
    "OPEN_STATES",
    "OWNER",
    "RESIDENTIAL_AREA",
    "Care",
    "DirectoryEntry",
    "Group",
    "GroupBoard",
    "GroupLifecycle",
    "GroupOperations",
    "GroupQueries",
    "GroupState",
    "Groups",
    "KeyPerson",
    "Measure",
    "Seat",
    "care_for",
    "charter_text",
    "checked_code",
    "directory_entry",
    "found_by",
    "group_facts",
    "reminder_text",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Care": "rules",
        "DirectoryEntry": "rules",
        "GROUP": "kind",
        "Group": "model",
        "GroupBoard": "board",
        "GroupLifecycle": "lifecycle",
        "GroupQueries": "queries",
        "GroupOperations": "operations",
        "GroupState": "model",
        "Groups": "service",
        "KeyPerson": "model",
        "Measure": "model",
        "OPEN_STATES": "model",
        "OWNER": "model",
        "RESIDENTIAL_AREA": "kind",
        "Seat": "model",
        "care_for": "rules",
        "charter_text": "rules",
        "checked_code": "rules",
        "directory_entry": "rules",
        "found_by": "rules",
        "group_facts": "kind",
        "reminder_text": "rules",
    },
)
