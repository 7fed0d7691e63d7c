"""Registers assisted posting as a plugin."""

from collections.abc import Sequence

from anninh_core import messengers
from anninh_core.plugins import hookimpl
from anninh_core.ports.messenger import MessengerType


@hookimpl
def anninh_messengers() -> Sequence[MessengerType]:
    """Register assisted posting, imported only now."""
    return [messengers.AssistedMessenger]
