"""Registers the mock messenger as a plugin; the settings have to name the plugin `mock`."""

from collections.abc import Sequence

from anninh_core import testing
from anninh_core.plugins import hookimpl
from anninh_core.ports.messengers.messenger import MessengerType


@hookimpl
def anninh_messengers() -> Sequence[MessengerType]:
    """Register the mock messenger, which is imported only now."""
    return [testing.MockMessenger]
