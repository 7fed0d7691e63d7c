"""The messengers of the settings."""

from collections.abc import Mapping

from anninh_core.kernel.errors import NotFound
from anninh_core.ports.messengers.messenger import Messenger


def get_messenger(messengers: Mapping[str, Messenger], instance: str) -> Messenger:
    """Return a configured messenger by the name of its instance, or raise `NotFound`."""
    if instance not in messengers:
        configured = ", ".join(messengers) or "none"
        raise NotFound(
            f"there is no messenger {instance!r} in the settings; configured: {configured}",
            kind="messenger",
            id=instance,
        )
    return messengers[instance]
