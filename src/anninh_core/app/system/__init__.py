"""How the system is doing, for whoever operates it and isn't at the machine."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.app.system.overview import SystemOverview
    from anninh_core.app.system.views import BackupView, SystemHealthView

__all__ = [
    "BackupView",
    "SystemHealthView",
    "SystemOverview",
]

lazy(
    __name__,
    {
        "BackupView": "views",
        "SystemHealthView": "views",
        "SystemOverview": "overview",
    },
)
