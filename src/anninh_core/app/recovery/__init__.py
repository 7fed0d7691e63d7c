"""Recovery copies of the keys: made, tried against what is stored, and restored where the keys were lost."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.app.recovery.copies import (
        RecoveryTrial,
        make_recovery_copy,
        read_recovery_copy,
        require_live_keys,
        try_recovery_copy,
    )
    from anninh_core.app.recovery.restoration import RestoredKeys, restore_keys

__all__ = [
    "RecoveryTrial",
    "RestoredKeys",
    "make_recovery_copy",
    "read_recovery_copy",
    "require_live_keys",
    "restore_keys",
    "try_recovery_copy",
]

lazy(
    __name__,
    {
        "RecoveryTrial": "copies",
        "RestoredKeys": "restoration",
        "make_recovery_copy": "copies",
        "read_recovery_copy": "copies",
        "require_live_keys": "copies",
        "restore_keys": "restoration",
        "try_recovery_copy": "copies",
    },
)
