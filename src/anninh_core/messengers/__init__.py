"""Messengers that need no platform: a person posts what they prepare."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.messengers.assisted.messenger import AssistedMessenger

__all__ = [
    "AssistedMessenger",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "AssistedMessenger": "assisted.messenger",
    },
)
