"""Quarantine: what a part of the program couldn't work on, kept aside until it can be read again."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.quarantine.kind import QUARANTINED
    from anninh_core.domain.quarantine.model import Quarantined
    from anninh_core.domain.quarantine.service import Quarantine
    from anninh_core.domain.quarantine.views import QuarantinedView

__all__ = ["QUARANTINED", "Quarantine", "Quarantined", "QuarantinedView"]

lazy(
    __name__,
    {
        "QUARANTINED": "kind",
        "Quarantine": "service",
        "Quarantined": "model",
        "QuarantinedView": "views",
    },
)
