from anninh_core.messengers.assisted.messenger import AssistedMessenger as AssistedMessenger
from anninh_core.messengers.couriers.folder import FolderCourier as FolderCourier
from anninh_core.messengers.couriers.mail import MailCourier as MailCourier
