"""Access to the configured messengers by the names of their instances."""

from collections.abc import Mapping

from anninh_core.kernel.errors import NotFound
from anninh_core.ports.messengers.messenger import Messenger


def get_messenger(messengers: Mapping[str, Messenger], instance: str) -> Messenger:
    """Return a configured messenger by the name of its instance, or raise `NotFound`."""
    if instance not in messengers:
        raise NotFound(
            "Messenger {messenger!r} isn't in the settings. Configured messengers: {allowed}.",
            kind="messenger",
            id=instance,
            messenger=instance,
            allowed=tuple(messengers),
        )
    return messengers[instance]
