"""Dispatch: from an event outside to the room it concerns, and from the outbox to a messenger."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.dispatch.intake import Intake

__all__ = [
    "Intake",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Intake": "intake",
    },
)
