"""Governance: the trail and its chain, identities, retention, leaks."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.rooms.governance.chain import ChainVerdict, exported, imported, verify_chain, verify_export
    from anninh_core.rooms.governance.disclosures import Disclosures, Vault
    from anninh_core.rooms.governance.erasures import Erasures
    from anninh_core.rooms.governance.kind import CHECKPOINT, DISCLOSURE, ERASURE, LEGAL_HOLD, TOMBSTONE
    from anninh_core.rooms.governance.leak import Leak, leaks
    from anninh_core.rooms.governance.model import (
        Checkpoint,
        Disclosure,
        DisclosureState,
        Erasure,
        ErasureState,
        Identity,
        LegalHold,
        Tombstone,
    )
    from anninh_core.rooms.governance.retention import Retention
    from anninh_core.rooms.governance.rules import DueKeepsake, Keepsake, due_to_destroy, last_day_kept
    from anninh_core.rooms.governance.service import Governance
    from anninh_core.rooms.governance.trail import Step, Steps, Trail

__all__ = [
    "CHECKPOINT",
    "DISCLOSURE",
    "ERASURE",
    "LEGAL_HOLD",
    "TOMBSTONE",
    "ChainVerdict",
    "Checkpoint",
    "Disclosure",
    "DisclosureState",
    "Disclosures",
    "DueKeepsake",
    "Erasure",
    "ErasureState",
    "Erasures",
    "Governance",
    "Identity",
    "Keepsake",
    "Leak",
    "LegalHold",
    "Retention",
    "Step",
    "Steps",
    "Tombstone",
    "Trail",
    "Vault",
    "due_to_destroy",
    "exported",
    "imported",
    "last_day_kept",
    "leaks",
    "verify_chain",
    "verify_export",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "CHECKPOINT": "kind",
        "ChainVerdict": "chain",
        "Checkpoint": "model",
        "DISCLOSURE": "kind",
        "Disclosure": "model",
        "DisclosureState": "model",
        "Disclosures": "disclosures",
        "DueKeepsake": "rules",
        "ERASURE": "kind",
        "Erasure": "model",
        "ErasureState": "model",
        "Erasures": "erasures",
        "Governance": "service",
        "Identity": "model",
        "Keepsake": "rules",
        "LEGAL_HOLD": "kind",
        "Leak": "leak",
        "LegalHold": "model",
        "Retention": "retention",
        "Step": "trail",
        "Steps": "trail",
        "TOMBSTONE": "kind",
        "Tombstone": "model",
        "Trail": "trail",
        "Vault": "disclosures",
        "due_to_destroy": "rules",
        "exported": "chain",
        "imported": "chain",
        "last_day_kept": "rules",
        "leaks": "leak",
        "verify_chain": "chain",
        "verify_export": "chain",
    },
)
