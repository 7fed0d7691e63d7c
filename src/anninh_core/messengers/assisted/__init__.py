"""Assisted posting: task sheets for the many groups that no program can enter."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.messengers.assisted.messenger import AssistedMessenger
    from anninh_core.messengers.assisted.tasks import Confirmation, Task
    from anninh_core.messengers.assisted.wording import Wording

__all__ = [
    "AssistedMessenger",
    "Confirmation",
    "Task",
    "Wording",
]

lazy(
    __name__,
    {
        "AssistedMessenger": "messenger",
        "Confirmation": "tasks",
        "Task": "tasks",
        "Wording": "wording",
    },
)
