"""When the webhook last brought something: a platform that has turned it off says so to its console only."""

import logging
from datetime import datetime, timedelta

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import StorageError
from anninh_core.ports.adapter import AdapterState
from anninh_core.ports.health import Check, ok, warning

EVERY = timedelta(minutes=5)
"""How often the time is stored at most: events come by the hundred, and each write is a commit."""

SILENCE = timedelta(days=3)
"""After that somebody should look: even a quiet commune has echoes and reports."""

_STATE = "webhook"
_log = logging.getLogger(__name__)


class Pulse:
    """Remembers the newest event. Threads may share it; nothing is lost by two that write at the same time."""

    def __init__(self, state: AdapterState) -> None:
        self._state = state
        self._noted: datetime | None = None

    def beat(self, now: datetime) -> None:
        """Record that an event came. A storage failure must not fail the event: it is only logged."""
        if self._noted is not None and timedelta() <= now - self._noted < EVERY:
            return
        self._noted = now
        try:
            self._state.put(_STATE, now.isoformat().encode(), self._state.get(_STATE).version)
        except StorageError as error:
            _log.warning("when the webhook was last heard couldn't be noted: %s", type(error).__name__)

    def last(self) -> datetime | None:
        """Return when the newest event came, to within five minutes; None for never."""
        held = self._state.get(_STATE)
        return datetime.fromisoformat(held.value.decode()) if held.value else None

    def check(self, now: datetime) -> Check:
        """Return what an operator should know of the webhook."""
        last = self.last()
        console = "look at the webhook in Zalo's developer console: it turns itself off after failed deliveries"
        if last is None:
            return warning("webhook", "no event has come in yet", console)
        told = f"the last event came at {last.astimezone(VIETNAM):%Y-%m-%d %H:%M}, Vietnam time"
        return ok("webhook", told) if now - last < SILENCE else warning("webhook", told, console)
