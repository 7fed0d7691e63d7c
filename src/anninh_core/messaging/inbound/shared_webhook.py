"""Search for the messenger instance of an event if several instances share the same webhook address."""

import logging
from collections.abc import Mapping

from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import SharesWebhook
from anninh_core.vocabulary.messages import WebhookRequest

_log = logging.getLogger(__name__)


class SharedWebhook:
    """A webhook address that several messenger instances share.

    Args:
        own: the instance that owns the address.
        sharing: all of the instances by name, including `own`.
        messengers: the same instances as messengers.
    """

    def __init__(self, own: str, sharing: Mapping[str, SharesWebhook], messengers: Mapping[str, Messenger]) -> None:
        self._own = own
        self._sharing = {own: sharing[own], **sharing}  # The instance that owns the address is asked first.
        self._messengers = messengers

    def find_owner(self, request: WebhookRequest) -> str:
        """Return the name of the messenger instance that an event belongs to, if the event is genuine.

        An event that no instance takes, such as one that no adapter can read, goes to the first instance with a
        matching signature, as each may have its own secret; if none matches, to the instance that received it.
        """
        for name, messenger in self._sharing.items():
            if _accepts_body(name, messenger, request.body):
                return name
        return next((name for name in self._sharing if self._messengers[name].verify(request)), self._own)


def find_shared_webhooks(messengers: Mapping[str, Messenger]) -> Mapping[str, SharedWebhook]:
    """Return a mapping from each instance with a shared address to the instances that share it."""
    sharing = {name: candidate for name, candidate in messengers.items() if isinstance(candidate, SharesWebhook)}
    groups: dict[str, dict[str, SharesWebhook]] = {}
    for name, messenger in sharing.items():
        groups.setdefault(messenger.webhook_shared_by, {})[name] = messenger
    return {
        name: SharedWebhook(name, group, messengers) for group in groups.values() if len(group) > 1 for name in group
    }


def _accepts_body(name: str, messenger: SharesWebhook, body: bytes) -> bool:
    try:
        return messenger.takes(body)
    except Exception as error:  # noqa: BLE001  whatever an adapter raises, the event may be another one's
        _log.warning("%s can't tell whether an event is its own: %s", name, type(error).__name__)
        return False
