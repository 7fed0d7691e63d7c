"""Poll for updates, in one process at a time: Zalo gives each update only once, to the first caller."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from anninh_core.kernel.errors import NeedsPerson, StorageError
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_zalo.bot.api import GRACE, BotApi
from anninh_zalo.bot.identity import BotIdentity

WEBHOOK_CHECK_INTERVAL = timedelta(hours=1)
"""Time between two checks for a webhook: with one, polls get no updates."""

_LEASE = "poll"
_MARGIN = GRACE + timedelta(seconds=30)  # The margin includes time for the checks before a poll.


class UpdatePoller:
    """Polls for the updates of one bot."""

    def __init__(self, instance: str, services: AdapterServices, api: BotApi, identity: BotIdentity) -> None:
        self._instance = instance
        self._clock = services.clock
        self._state = services.state
        self._api = api
        self._identity = identity
        self._checked_at: datetime | None = None

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        """Return updates, waiting for one; return at once without any while another process polls.

        Raises:
            NeedsPerson: the bot has a webhook.
            StorageError: the lease between processes can't be taken.
        """
        updates: Sequence[bytes] = ()
        try:
            with self._state.lease(_LEASE, wait + _MARGIN) as lease:
                if lease is not None:
                    self._check_webhook()
                    updates = [_encode_update(update) for update in self._api.wait_for_updates(wait)]
        except StorageError:
            # With updates at hand only the release failed: the lease expires, but Zalo sends no update twice.
            if not updates:
                raise
        return updates

    def _check_webhook(self) -> None:
        now = self._clock.now()
        if self._checked_at is not None and timedelta() <= now - self._checked_at < WEBHOOK_CHECK_INTERVAL:
            return
        if self._api.webhook():
            raise NeedsPerson(
                "The bot of messenger {messenger!r} has a webhook, so polling returns nothing: delete the "
                "webhook with `anninh zalo webhook --delete`, or set the option `mode = webhook`.",
                messenger=self._instance,
            )
        self._identity.learn(self._api.me().id)
        self._checked_at = now


def _encode_update(update: object) -> bytes:
    return json.dumps(update, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
