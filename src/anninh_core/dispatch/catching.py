"""Catching up: what a webhook has missed is read from the platform and goes the way that it would have gone."""

import logging
from collections.abc import Iterator, Mapping, Sequence

from anninh_core.dispatch.intake import Intake
from anninh_core.kernel.errors import BadInput, StorageError
from anninh_core.ports.changes import ChangeSet, NewInbox, Outcome
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.platform import CatchesUp
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.work.desk import Desk

_PORTION = 200  # events that are stored in one commit
_log = logging.getLogger(__name__)


class Catching:
    """Asks every messenger that can tell for events that may not have come in."""

    def __init__(self, desk: Desk, intake: Intake, messengers: Mapping[str, Messenger]) -> None:
        self._desk = desk
        self._intake = intake
        self._messengers = messengers

    def run(self) -> int:
        """Take in what was missed; return how much of it was new. A messenger that fails stops no other one."""
        return sum(
            self._taken_in(instance, messenger, messenger)
            for instance, messenger in self._messengers.items()
            if isinstance(messenger, CatchesUp)
        )

    def _taken_in(self, instance: str, messenger: Messenger, behind: CatchesUp) -> int:
        try:
            bodies = behind.missed()
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001  it is this messenger's own; the next round asks it again
            _log.warning("messenger %s could not tell what was missed: %s", instance, type(error).__name__)
            return 0
        rows = list(self._rows(instance, messenger, bodies))
        new = sum(self._stored(rows[at : at + _PORTION]) for at in range(0, len(rows), _PORTION))
        if new:
            _log.info("messenger %s: %d events were caught up with", instance, new)
        return new

    def _rows(self, instance: str, messenger: Messenger, bodies: Sequence[bytes]) -> Iterator[NewInbox]:
        for body in bodies:
            try:
                yield self._intake.row(instance, body, messenger.dedupe_key(WebhookRequest(body=body)))
            except BadInput as error:
                _log.warning("messenger %s: an event read afterwards is none: %s", instance, type(error).__name__)

    def _stored(self, rows: Sequence[NewInbox]) -> int:
        """Store events in one commit; those that came in before are known by their keys."""
        outcomes = self._desk.storage.commit([ChangeSet(inbox=(row,)) for row in rows])
        return sum(outcome is Outcome.COMMITTED for outcome in outcomes)
