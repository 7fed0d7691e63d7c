"""Messages between people and the domain: what leaves by the outbox, and what failed on its way."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.messaging.failures.desk import FailureDesk
    from anninh_core.messaging.inbound.intake import Intake

__all__ = [
    "FailureDesk",
    "Intake",
]

lazy(
    __name__,
    {
        "FailureDesk": "failures.desk",
        "Intake": "inbound.intake",
    },
)
