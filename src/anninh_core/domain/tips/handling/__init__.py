"""What officers do with tips, from triage to the closed case, by subject."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.tips.handling.handling import TipHandling

__all__ = ["TipHandling"]

lazy(__name__, {"TipHandling": "handling"})
