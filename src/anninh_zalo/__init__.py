"""Zalo: the official account as a messenger. So far the signature and the events of its webhook."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_zalo.signature import signature_fits

__all__ = [
    "signature_fits",
]

__getattr__, __dir__ = lazy(__name__, {"signature_fits": "signature"})
