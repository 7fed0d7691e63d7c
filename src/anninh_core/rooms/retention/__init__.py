"""Retention: purges, legal holds, wishes to be erased."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.rooms.retention.erasures import PENDING, Erasures
    from anninh_core.rooms.retention.keeping import Keeping
    from anninh_core.rooms.retention.kind import ERASURE, LEGAL_HOLD, TOMBSTONE
    from anninh_core.rooms.retention.legal_holds import LegalHolds
    from anninh_core.rooms.retention.model import Erasure, ErasureState, LegalHold, Tombstone
    from anninh_core.rooms.retention.purges import Purges
    from anninh_core.rooms.retention.rules import DueKeepsake, Keepsake, due_to_destroy, last_day_kept
    from anninh_core.rooms.retention.service import Retention

__all__ = [
    "ERASURE",
    "LEGAL_HOLD",
    "PENDING",
    "TOMBSTONE",
    "DueKeepsake",
    "Erasure",
    "ErasureState",
    "Erasures",
    "Keeping",
    "Keepsake",
    "LegalHold",
    "LegalHolds",
    "Purges",
    "Retention",
    "Tombstone",
    "due_to_destroy",
    "last_day_kept",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "DueKeepsake": "rules",
        "ERASURE": "kind",
        "Erasure": "model",
        "ErasureState": "model",
        "Erasures": "erasures",
        "Keeping": "keeping",
        "Keepsake": "rules",
        "LEGAL_HOLD": "kind",
        "LegalHold": "model",
        "LegalHolds": "legal_holds",
        "PENDING": "erasures",
        "Purges": "purges",
        "Retention": "service",
        "TOMBSTONE": "kind",
        "Tombstone": "model",
        "due_to_destroy": "rules",
        "last_day_kept": "rules",
    },
)
