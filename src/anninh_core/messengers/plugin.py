"""Plugin that registers assisted posting and the built-in couriers."""

from collections.abc import Callable, Sequence

from anninh_core import messengers
from anninh_core.plugins import hookimpl
from anninh_core.ports.messengers.courier import Courier
from anninh_core.ports.messengers.messenger import MessengerType


@hookimpl
def anninh_messengers() -> Sequence[MessengerType]:
    """Register assisted posting; its module is imported only when the hook is called."""
    return [messengers.AssistedMessenger]


@hookimpl
def anninh_couriers() -> Sequence[Callable[..., Courier]]:
    """Register the couriers for folders and e-mail; their modules are imported only when the hook is called."""
    return [messengers.FolderCourier, messengers.MailCourier]
