"""For tests: a mock messenger, fixed clocks and ids, conformance kits, fixtures for pytest."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.testing.apps import memory_app, pump
    from anninh_core.testing.clock import FixedClock, SeededIds
    from anninh_core.testing.dialog import Dialog
    from anninh_core.testing.local_users import UnsafeLocalUsers
    from anninh_core.testing.mock.adapter import MockMessenger
    from anninh_core.testing.mock.service import MockChat
    from anninh_core.testing.services import memory_services

__all__ = [
    "Dialog",
    "FixedClock",
    "MockChat",
    "MockMessenger",
    "SeededIds",
    "UnsafeLocalUsers",
    "memory_app",
    "memory_services",
    "pump",
]

lazy(
    __name__,
    {
        "Dialog": "dialog",
        "FixedClock": "clock",
        "MockChat": "mock.service",
        "MockMessenger": "mock.adapter",
        "SeededIds": "clock",
        "UnsafeLocalUsers": "local_users",
        "memory_app": "apps",
        "memory_services": "services",
        "pump": "apps",
    },
)
