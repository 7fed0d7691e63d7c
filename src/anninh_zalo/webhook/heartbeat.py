"""Time of the webhook's last event, which shows whether events still arrive: a platform that has turned the webhook off
only shows so in its console.
"""

import logging
from datetime import datetime, timedelta

from anninh_core.kernel.errors import StorageError
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, warning
from anninh_core.ports.messengers.adapter import AdapterState

WRITE_INTERVAL = timedelta(minutes=5)
"""Minimum time between two writes: events come by the hundred, and each write is a commit."""

SILENCE_LIMIT = timedelta(days=3)
"""Time without events after which a warning begins: even a quiet commune has echoes and reports."""

_STATE_NAME = "webhook"
_log = logging.getLogger(__name__)


class WebhookHeartbeat:
    """Stores the time of the webhook's newest event. Threads may share it; concurrent writes lose nothing."""

    def __init__(self, state: AdapterState) -> None:
        self._state = state
        self._recorded_at: datetime | None = None

    def record(self, now: datetime) -> None:
        """Store the time of an event. A storage failure must not fail the event: it is only logged."""
        if self._recorded_at is not None and timedelta() <= now - self._recorded_at < WRITE_INTERVAL:
            return
        self._recorded_at = now
        try:
            self._state.put(_STATE_NAME, now.isoformat().encode(), self._state.get(_STATE_NAME).version)
        except StorageError as error:
            _log.warning("when the webhook was last heard couldn't be noted: %s", type(error).__name__)

    def last(self) -> datetime | None:
        """Return the time of the newest event, to within five minutes, or None."""
        stored = self._state.get(_STATE_NAME)
        return datetime.fromisoformat(stored.value.decode()) if stored.value else None

    def check(self, now: datetime) -> Check:
        """Return the health check of the webhook, with a warning after a long time without events."""
        last = self.last()
        advice = Sentence("Check the webhook in Zalo's developer console: Zalo turns it off after failed deliveries.")
        if last is None:
            return warning("webhook", "No event has arrived yet.", advice)
        message = Sentence("The last event arrived at {time}, Vietnam time.", time=last)
        return ok("webhook", message) if now - last < SILENCE_LIMIT else warning("webhook", message, advice)
