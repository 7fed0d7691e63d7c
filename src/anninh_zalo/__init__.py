"""Zalo: the signature and the events of its webhook, as pure functions.

No messenger is registered yet: nothing here sends, and `zalo` can't be named in the settings.
"""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_zalo.webhook.signature import signature_fits
    from anninh_zalo.webhook.words import parse_event

__all__ = [
    "parse_event",
    "signature_fits",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "parse_event": "webhook.words",
        "signature_fits": "webhook.signature",
    },
)
