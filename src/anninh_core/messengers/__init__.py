"""What needs no platform: messengers for which a person posts what they prepare, and couriers of files."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.messengers.assisted.messenger import AssistedMessenger
    from anninh_core.messengers.couriers.folder import FolderCourier
    from anninh_core.messengers.couriers.mail import MailCourier

__all__ = [
    "AssistedMessenger",
    "FolderCourier",
    "MailCourier",
]

lazy(
    __name__,
    {
        "AssistedMessenger": "assisted.messenger",
        "FolderCourier": "couriers.folder",
        "MailCourier": "couriers.mail",
    },
)
