"""Retention: purges, legal holds, wishes to be erased."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.retention.erasures import PENDING_STATES, Erasures
    from anninh_core.domain.retention.kind import ERASURE, LEGAL_HOLD, PURGE_ORDER
    from anninh_core.domain.retention.legal_holds import LegalHolds
    from anninh_core.domain.retention.model import Erasure, LegalHold, PurgeOrder
    from anninh_core.domain.retention.policy import RetentionPolicy
    from anninh_core.domain.retention.purges import Purges
    from anninh_core.domain.retention.rules import (
        ErasureState,
        PurgeCandidate,
        RetainedItem,
        find_purgeable,
        last_retention_day,
    )
    from anninh_core.domain.retention.service import Retention

__all__ = [
    "ERASURE",
    "LEGAL_HOLD",
    "PENDING_STATES",
    "PURGE_ORDER",
    "Erasure",
    "ErasureState",
    "Erasures",
    "LegalHold",
    "LegalHolds",
    "PurgeCandidate",
    "PurgeOrder",
    "Purges",
    "RetainedItem",
    "Retention",
    "RetentionPolicy",
    "find_purgeable",
    "last_retention_day",
]

lazy(
    __name__,
    {
        "ERASURE": "kind",
        "Erasure": "model",
        "ErasureState": "rules",
        "Erasures": "erasures",
        "LEGAL_HOLD": "kind",
        "LegalHold": "model",
        "LegalHolds": "legal_holds",
        "PENDING_STATES": "erasures",
        "PURGE_ORDER": "kind",
        "PurgeCandidate": "rules",
        "PurgeOrder": "model",
        "Purges": "purges",
        "RetainedItem": "rules",
        "Retention": "service",
        "RetentionPolicy": "policy",
        "find_purgeable": "rules",
        "last_retention_day": "rules",
    },
)
