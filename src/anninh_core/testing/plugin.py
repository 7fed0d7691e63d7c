"""Registers the mock messenger as a plugin; settings that use it must name the plugin `mock`."""

from collections.abc import Sequence

from anninh_core import testing
from anninh_core.plugins import hookimpl
from anninh_core.ports.messengers.messenger import MessengerType


@hookimpl
def anninh_messengers() -> Sequence[MessengerType]:
    """Register the mock messenger; its module is imported only when this hook is called."""
    return [testing.MockMessenger]
