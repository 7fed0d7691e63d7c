"""Dispatch: from an event outside to the room it concerns, and from the outbox to a messenger."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.dispatch.delivery import Delivery
    from anninh_core.dispatch.intake import Intake
    from anninh_core.dispatch.keeping import keepings
    from anninh_core.dispatch.rooms import Rooms
    from anninh_core.dispatch.specs import SPECS
    from anninh_core.dispatch.wiring import KINDS, dated_queries, settling_at

__all__ = [
    "KINDS",
    "SPECS",
    "Delivery",
    "Intake",
    "Rooms",
    "dated_queries",
    "keepings",
    "settling_at",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Delivery": "delivery",
        "Intake": "intake",
        "KINDS": "wiring",
        "Rooms": "rooms",
        "SPECS": "specs",
        "dated_queries": "wiring",
        "keepings": "keeping",
        "settling_at": "wiring",
    },
)
