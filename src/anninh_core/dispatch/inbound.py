"""Working through the inbox: each event becomes what it is, in one commit that also settles it."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from anninh_core.dispatch.backoff import delay
from anninh_core.dispatch.processes.heard import Heard
from anninh_core.kernel.errors import AlreadyDone, Conflict
from anninh_core.ports.changes import ChangeSet, InboxSettled
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.queues import InboxRow
from anninh_core.vocabulary.messages import DeliveryReport, InboundMessage
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import system
from anninh_core.work.desk import Desk
from anninh_core.work.draft import Draft
from anninh_core.work.sealing import row_binding

_LEASE = timedelta(minutes=2)
_TRIES = 5
_log = logging.getLogger(__name__)


class Inbound:
    """Claims events and processes them, at least once, once in effect."""

    def __init__(self, desk: Desk, messengers: Mapping[str, Messenger], heard: Heard) -> None:
        self._desk = desk
        self._messengers = messengers
        self._heard = heard

    def run(self, limit: int = 50) -> int:
        """Process up to `limit` events and return how many were claimed."""
        rows = self._desk.storage.queues.claim_inbox(self._desk.clock.now(), _LEASE, limit)
        for row in rows:
            self._process(row)
        return len(rows)

    def _process(self, row: InboxRow) -> None:
        try:
            self._take_in(row)
        except (AlreadyDone, Conflict) as other:
            _log.info("inbox row %s was left to another worker: %s", row.id, type(other).__name__)
        except Exception as error:  # noqa: BLE001  one bad event must not stop the others; it is kept and shown
            self._put_off(row, error)

    def _take_in(self, row: InboxRow) -> None:
        body = self._desk.sealer.open(row.scope, row.body, row_binding("inbox", row.id))
        parts = self._messengers[row.source].parse(body)

        def process(draft: Draft) -> None:
            draft.permit(self._desk.district.root)
            draft.settle_inbox(InboxSettled(id=row.id, token=row.token))
            for part in parts:
                self._one(draft, part)

        self._desk.carry_out(system("router"), "dispatch.process", Permission.INTAKE, process)

    def _one(self, draft: Draft, part: InboundMessage | DeliveryReport) -> None:
        if isinstance(part, InboundMessage):
            self._heard.message(draft, part)
        else:
            self._heard.report(draft, part)

    def _put_off(self, row: InboxRow, error: Exception) -> None:
        """Try again later; after several tries the event goes to the failure desk. Nothing of it is lost."""
        name = type(error).__name__
        _log.warning("inbox row %s failed (try %d): %s", row.id, row.attempts, name)
        now = self._desk.clock.now()
        if row.attempts < _TRIES:
            self._desk.storage.queues.retry_inbox(row.id, row.token, now + delay(row.id, row.attempts), name)
            return
        failed = InboxSettled(id=row.id, token=row.token, state="failed", error=name)
        self._desk.storage.commit([ChangeSet(inbox_settled=failed)])
