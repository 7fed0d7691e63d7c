"""Dispatch: from an event outside to the room it concerns, and from the outbox to a messenger."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.dispatch.intake import Intake
    from anninh_core.dispatch.keeping import keepings
    from anninh_core.dispatch.rooms import Rooms
    from anninh_core.dispatch.specs import SPECS
    from anninh_core.dispatch.wiring import KINDS, dated_queries, outcomes_at

__all__ = [
    "KINDS",
    "SPECS",
    "Intake",
    "Rooms",
    "dated_queries",
    "keepings",
    "outcomes_at",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Intake": "intake",
        "KINDS": "wiring",
        "Rooms": "rooms",
        "SPECS": "specs",
        "dated_queries": "wiring",
        "keepings": "keeping",
        "outcomes_at": "wiring",
    },
)
