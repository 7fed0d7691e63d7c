"""The backfill job: it reads events that a webhook has missed from the platform, and they are processed like any
others.
"""

import logging
from collections.abc import Mapping

from anninh_core.kernel.errors import StorageError
from anninh_core.messaging.inbound.intake import Intake
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import CatchesUp

_BATCH = 200  # One commit contains at most this many events.
_log = logging.getLogger(__name__)


class Backfill:
    """Reads events that a webhook may have missed from every messenger that supports backfill."""

    def __init__(self, intake: Intake, messengers: Mapping[str, Messenger]) -> None:
        self._intake = intake
        self._messengers = {
            name: messenger for name, messenger in messengers.items() if isinstance(messenger, CatchesUp)
        }

    def run(self) -> int:
        """Store the events that webhooks have missed; return how many were new. A failing messenger doesn't stop the
        others.
        """
        return sum(self._store_missed(instance, messenger) for instance, messenger in self._messengers.items())

    def _store_missed(self, instance: str, messenger: CatchesUp) -> int:
        try:
            bodies = messenger.missed_events()
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001  it is this messenger's own; the next round asks it again
            _log.warning("messenger %s could not tell what was missed: %s", instance, type(error).__name__)
            return 0
        batches = (bodies[start : start + _BATCH] for start in range(0, len(bodies), _BATCH))
        new_count = sum(self._intake.store_fetched(instance, batch) for batch in batches)
        if new_count:
            _log.info("messenger %s: %d events were caught up with", instance, new_count)
        return new_count
