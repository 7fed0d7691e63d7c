"""Zalo: official accounts as messengers, and the signature and the events of their webhook as pure functions."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_zalo.webhook.signature import signature_fits
    from anninh_zalo.webhook.translate import parse_event

__all__ = [
    "parse_event",
    "signature_fits",
]

lazy(
    __name__,
    {
        "parse_event": "webhook.translate",
        "signature_fits": "webhook.signature",
    },
)
