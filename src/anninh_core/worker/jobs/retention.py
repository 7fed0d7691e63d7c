"""Scheduled retention jobs: purge expired records, and rewrap data keys under the new epoch.

Each scans everything at most once a day, in batches, and resumes the next day where it stopped. All of it
stands in the journal under the actor `system:keeper`.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from hashlib import sha256
from itertools import islice
from typing import Any

from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.identity.custody.details import find_active_keys
from anninh_core.domain.key_management import rewrap_keys
from anninh_core.domain.registry import retention_policies
from anninh_core.domain.retention.policy import RetentionPolicy
from anninh_core.domain.retention.rules import RetainedItem, last_retention_day
from anninh_core.domain.services import Services
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import Conflict, WrongStep
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.changes import Record
from anninh_core.usecase.actor import system
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

RETENTION_ACTOR = system("keeper")
_OWNER, _KEYS = "keeper", "keys"
_BATCH = 200  # records or keys that are looked at together
_MAX_KEY_BATCHES = 5  # of keys, each time
_log = logging.getLogger(__name__)


class RetentionJobs:
    """Enforces the retention periods of the profile."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._runner = services.units.runner
        self._context = self._runner.context
        self._policies = retention_policies(self._context.district)

    def purge_expired(self) -> int:
        """Order the purge of expired records and execute the orders; return how many were purged.

        What a legal hold forbids stays. A crash in between leaves orders that the next round carries out.
        """
        ordered_count = sum(
            self._walk(name, partial(self._order_batch, policy)) for name, policy in self._policies.items()
        )
        purged = self._services.retention.purges.purge(RETENTION_ACTOR, limit=_BATCH)
        if ordered_count or purged:
            _log.info("%d purges were ordered, %d carried out", ordered_count, len(purged))
        return len(purged)

    def rewrap_keys(self) -> int:
        """Wrap keys of earlier epochs under the present one; return how many. Nothing that they sealed is touched.

        Who then destroys the key of the earlier epoch, an operator or the profile's days, makes old backups unreadable.
        """
        rewrapped_count = sum(self._walk(_KEYS, self._rewrap_batch) for _ in range(_MAX_KEY_BATCHES))
        if rewrapped_count:
            self._runner.run_command(
                RETENTION_ACTOR, "governance.rewrap", Permission.OPERATE, partial(_record_rewrap, rewrapped_count)
            )
        return rewrapped_count

    def seal_details(self) -> int:
        """Seal names that stand open since before there were custodians, and drop wraps of ended keys; return how many.

        Every name is looked at once a day, and from the beginning when a key is enrolled or ended.
        """
        keys = self._runner.run_query(
            RETENTION_ACTOR, "governance.custodians", Permission.OPERATE, traced=False, body=_read_active_keys
        )
        if not keys:
            return 0
        name = f"details.{sha256(' '.join(sorted(keys)).encode()).hexdigest()[:16]}"
        return sum(self._walk(name, self._seal_batch) for _ in range(_MAX_KEY_BATCHES))

    def _seal_batch(self, after: str) -> tuple[int, str]:
        scanned = self._context.storage.maintenance.scan(CONVERSATION.name, _BATCH, after)
        ids = [record.id for record in islice(scanned, _BATCH)]
        sealed = self._services.conversation_details.seal_details(RETENTION_ACTOR, ids) if ids else 0
        return sealed, ids[-1] if len(ids) == _BATCH else ""

    def _walk(self, name: str, session: Callable[[str], tuple[int, str]]) -> int:
        """Continue today's scan, unless it is complete: handle one batch and store the position after it."""
        stream_position, today = (
            StreamPosition.read(self._context.storage.states, _OWNER, name),
            local_date(self._context.clock.now()),
        )
        after = stream_position.position_on(today)
        if after is None:
            return 0
        handled_count, after = session(after)
        stream_position.move_to(today, after)
        return handled_count

    def _order_batch(self, keeping: RetentionPolicy[Any], after: str) -> tuple[int, str]:
        scanned = self._context.storage.maintenance.scan(keeping.kind.name, _BATCH, after)
        records = tuple(islice(scanned, _BATCH))
        retained_items = (
            []
            if keeping.data not in self._context.district.retention_days
            else list(self._iter_expired(keeping, records))
        )
        due = self._services.retention.purges.preview_purge(RETENTION_ACTOR, retained_items) if retained_items else ()
        ordered_count = sum(self._order_purge(candidate.keepsake) for candidate in due if not candidate.held)
        return ordered_count, records[-1].id if len(records) == _BATCH else ""

    def _iter_expired(self, keeping: RetentionPolicy[Any], records: Iterable[Record]) -> Iterator[RetainedItem]:
        """Yield what has expired; purged records can't be decrypted and are left out."""
        today, days = local_date(self._context.clock.now()), self._context.district.retention_days
        for model in self._context.iter_readable(keeping.kind, records):
            item = keeping.retained_item(model)
            if item is not None and last_retention_day(item, days) < today:
                yield item

    def _order_purge(self, keepsake: RetainedItem) -> bool:
        try:
            self._services.retention.purges.order_purge(RETENTION_ACTOR, keepsake.scope, reason="retention")
        except (WrongStep, Conflict) as other:  # ordered before, or held or opened again at this moment
            _log.info("the purge of %s was not ordered: %s", keepsake.scope, type(other).__name__)
            return False
        return True

    def _rewrap_batch(self, after: str) -> tuple[int, str]:
        keys = self._context.storage.keyring.wrapped_otherwise(self._context.keys.epoch, _BATCH, after)
        return rewrap_keys(self._runner, keys), keys[-1].scope if len(keys) == _BATCH else ""


def _read_active_keys(session: ReadSession) -> Mapping[str, bytes]:
    session.permit(session.context.district.root)
    return find_active_keys(session)


def _record_rewrap(count: int, uow: UnitOfWork) -> None:
    uow.permit(uow.context.district.root)
    uow.facts["keys"] = count
    uow.add_event("keys.rewrapped")
