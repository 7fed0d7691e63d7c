"""Whose an event is, where a platform sends those of several messenger instances to one address."""

from collections.abc import Mapping

from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import SharesWebhook


class SharedWebhook:
    """The instances that share an address, seen from one of them.

    Args:
        own: the instance whose address it is.
        sharing: all of them by name, `own` among them.
    """

    def __init__(self, own: str, sharing: Mapping[str, SharesWebhook]) -> None:
        self._own = own
        self._own_takes = sharing[own].takes
        self._others = {name: messenger for name, messenger in sharing.items() if name != own}

    def owner_of(self, body: bytes) -> str:
        """Return whose an event is, if it is genuine; nobody's stays with the one it came to, which keeps it."""
        if self._own_takes(body):
            return self._own
        return next((name for name, messenger in self._others.items() if messenger.takes(body)), self._own)


def find_shared_webhooks(messengers: Mapping[str, Messenger]) -> Mapping[str, SharedWebhook]:
    """Return instance -> those that share its address; an instance that shares it with nobody isn't in it."""
    sharing = {name: candidate for name, candidate in messengers.items() if isinstance(candidate, SharesWebhook)}
    groups: dict[str, dict[str, SharesWebhook]] = {}
    for name, messenger in sharing.items():
        groups.setdefault(messenger.webhook_shared_by, {})[name] = messenger
    return {name: SharedWebhook(name, group) for group in groups.values() if len(group) > 1 for name in group}
