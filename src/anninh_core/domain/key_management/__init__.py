"""Key management: epochs by hand and by the clock, and what is known of the keys and their recovery copy."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.key_management.model import EpochLog, EpochSpan, EpochUse, KeyStatus, RecoveryNote
    from anninh_core.domain.key_management.notes import note_recovery, observe_epochs, read_epochs, read_recovery
    from anninh_core.domain.key_management.rewrapping import rewrap_epoch, rewrap_keys
    from anninh_core.domain.key_management.service import KeyManagement, count_keys, key_status

__all__ = [
    "EpochLog",
    "EpochSpan",
    "EpochUse",
    "KeyManagement",
    "KeyStatus",
    "RecoveryNote",
    "count_keys",
    "key_status",
    "note_recovery",
    "observe_epochs",
    "read_epochs",
    "read_recovery",
    "rewrap_epoch",
    "rewrap_keys",
]

lazy(
    __name__,
    {
        "EpochLog": "model",
        "EpochSpan": "model",
        "EpochUse": "model",
        "KeyManagement": "service",
        "KeyStatus": "model",
        "RecoveryNote": "model",
        "count_keys": "service",
        "key_status": "service",
        "note_recovery": "notes",
        "observe_epochs": "notes",
        "read_epochs": "notes",
        "read_recovery": "notes",
        "rewrap_epoch": "rewrapping",
        "rewrap_keys": "rewrapping",
    },
)
