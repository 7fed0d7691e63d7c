"""Brings the mock messenger in by the plugin door; settings have to name the plugin `mock`."""

from collections.abc import Sequence

from anninh_core import testing
from anninh_core.plugins import hookimpl
from anninh_core.ports.messengers.messenger import MessengerType


@hookimpl
def anninh_messengers() -> Sequence[MessengerType]:
    """Register the mock messenger, imported only now."""
    return [testing.MockMessenger]
