"""Built-in couriers: a folder that somebody else reads, and e-mail."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.messengers.couriers.folder import FolderCourier
    from anninh_core.messengers.couriers.mail import MailCourier

__all__ = [
    "FolderCourier",
    "MailCourier",
]

lazy(
    __name__,
    {
        "FolderCourier": "folder",
        "MailCourier": "mail",
    },
)
