"""Official groups: registry, charter, directory, life."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.groups.board import GroupBoard
    from anninh_core.domain.groups.kind import GROUP, RESIDENTIAL_AREA, group_facts
    from anninh_core.domain.groups.lifecycle import GroupLifecycle
    from anninh_core.domain.groups.model import OWNER, Group, KeyPerson, Measure, Seat
    from anninh_core.domain.groups.operations import GroupOperations
    from anninh_core.domain.groups.queries import GroupQueries
    from anninh_core.domain.groups.rules import (
        GroupIssues,
        charter_text,
        directory_entry,
        find_entries,
        find_issues,
        reminder_text,
        require_code,
    )
    from anninh_core.domain.groups.service import Groups
    from anninh_core.domain.groups.states import OPEN_STATES, GroupState
    from anninh_core.domain.groups.views import DirectoryEntry

__all__ = [
    "GROUP",
    "OPEN_STATES",
    "OWNER",
    "RESIDENTIAL_AREA",
    "DirectoryEntry",
    "Group",
    "GroupBoard",
    "GroupIssues",
    "GroupLifecycle",
    "GroupOperations",
    "GroupQueries",
    "GroupState",
    "Groups",
    "KeyPerson",
    "Measure",
    "Seat",
    "charter_text",
    "directory_entry",
    "find_entries",
    "find_issues",
    "group_facts",
    "reminder_text",
    "require_code",
]

lazy(
    __name__,
    {
        "DirectoryEntry": "views",
        "GROUP": "kind",
        "Group": "model",
        "GroupBoard": "board",
        "GroupIssues": "rules",
        "GroupLifecycle": "lifecycle",
        "GroupOperations": "operations",
        "GroupQueries": "queries",
        "GroupState": "states",
        "Groups": "service",
        "KeyPerson": "model",
        "Measure": "model",
        "OPEN_STATES": "states",
        "OWNER": "model",
        "RESIDENTIAL_AREA": "kind",
        "Seat": "model",
        "charter_text": "rules",
        "directory_entry": "rules",
        "find_entries": "rules",
        "find_issues": "rules",
        "group_facts": "kind",
        "reminder_text": "rules",
        "require_code": "rules",
    },
)
