"""What the clock asks of retention: what was kept for long enough is purged, and living keys go under the new epoch.

Both walk through everything once a day at most, in portions, and go on tomorrow where they were broken off. All of it
stands in the journal under the actor `system:keeper`.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from anninh_core.dispatch.progress import Progress
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import Conflict, DecryptionError, WrongStep
from anninh_core.ports.changes import ChangeSet, NewKey, Outcome, Record
from anninh_core.rooms.registry import retention_policies
from anninh_core.rooms.retention.policy import RetentionPolicy
from anninh_core.rooms.retention.rules import RetainedItem, last_retention_day
from anninh_core.rooms.services import Services
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import system
from anninh_core.work.unit_of_work import UnitOfWork

KEEPER = system("keeper")
_OWNER, _KEYS = "keeper", "keys"
_PORTION = 200  # records or keys that are looked at together
_PORTIONS = 5  # of keys, each time
_log = logging.getLogger(__name__)


class RetentionJobs:
    """What is kept for as long as the profile says, and no longer."""

    def __init__(self, rooms: Services) -> None:
        self._rooms = rooms
        self._runner = rooms.units.runner
        self._context = self._runner.context
        self._keepings = retention_policies(self._context.district)

    def purge_expired(self) -> int:
        """Order the purge of what was kept for long enough, and carry out what is ordered; return how much was purged.

        What a legal hold forbids stays. A crash in between leaves orders that the next round carries out.
        """
        ordered = sum(self._walk(name, partial(self._order_some, one)) for name, one in self._keepings.items())
        done = self._rooms.retention.purges.purge(KEEPER, limit=_PORTION)
        if ordered or done:
            _log.info("%d purges were ordered, %d carried out", ordered, len(done))
        return len(done)

    def rewrap_keys(self) -> int:
        """Wrap keys of earlier epochs under the present one; return how many. Nothing that they sealed is touched.

        Once all are, an operator may destroy the key of the earlier epoch; who does that makes old backups unreadable.
        """
        done = sum(self._walk(_KEYS, self._rewrap_some) for _ in range(_PORTIONS))
        if done:
            self._runner.run_command(KEEPER, "governance.rewrap", Permission.OPERATE, partial(_noted, done))
        return done

    def _walk(self, name: str, look: Callable[[str], tuple[int, str]]) -> int:
        """Go on with today's walk, unless it is over: look at a portion after a place, and remember the next one."""
        seen, today = Progress.read(self._context.storage.states, _OWNER, name), local_date(self._context.clock.now())
        place = seen.place_on(today)
        if place is None:
            return 0
        done, place = look(place)
        seen.move_to(today, place)
        return done

    def _order_some(self, keeping: RetentionPolicy[Any], after: str) -> tuple[int, str]:
        found = self._context.storage.maintenance.scan(keeping.kind.name, _PORTION, after)
        records = tuple(islice(found, _PORTION))
        keepsakes = (
            [] if keeping.data not in self._context.district.retention_days else list(self._expired(keeping, records))
        )
        due = self._rooms.retention.purges.preview_purge(KEEPER, keepsakes) if keepsakes else ()
        ordered = sum(self._order_purge(one.keepsake) for one in due if not one.held)
        return ordered, records[-1].id if len(records) == _PORTION else ""

    def _expired(self, keeping: RetentionPolicy[Any], records: Iterable[Record]) -> Iterator[RetainedItem]:
        """Yield what was kept for long enough; what is purged already can't be opened, and is left out."""
        today, days = local_date(self._context.clock.now()), self._context.district.retention_days
        for model in self._context.readable(keeping.kind, records):
            keepsake = keeping.retained_item(model)
            if keepsake is not None and last_retention_day(keepsake, days) < today:
                yield keepsake

    def _order_purge(self, keepsake: RetainedItem) -> bool:
        try:
            self._rooms.retention.purges.order_purge(KEEPER, keepsake.scope, unit=keepsake.unit, reason="retention")
        except (WrongStep, Conflict) as other:  # ordered before, or held or opened again at this moment
            _log.info("the purge of %s was not ordered: %s", keepsake.scope, type(other).__name__)
            return False
        return True

    def _rewrap_some(self, after: str) -> tuple[int, str]:
        context = self._context
        keys = context.storage.keyring.wrapped_otherwise(context.keys.epoch, _PORTION, after)
        changes = [ChangeSet(keys=(rewrapped,)) for key in keys if (rewrapped := self._rewrap(key)) is not None]
        outcomes = self._runner.apply(changes)
        return sum(one is Outcome.COMMITTED for one in outcomes), keys[-1].scope if len(keys) == _PORTION else ""

    def _rewrap(self, key: NewKey) -> NewKey | None:
        keys = self._context.keys
        try:
            epoch, wrapped = keys.wrap(keys.unwrap(key.epoch, key.wrapped, key.scope), key.scope)
        except DecryptionError:  # its epoch was destroyed before it was wrapped anew: what it sealed is gone
            _log.warning("a key of epoch %s can't be wrapped anew: that epoch's key is gone", key.epoch)
            return None
        return NewKey(scope=key.scope, epoch=epoch, wrapped=wrapped, replaces=key.epoch)


def _noted(count: int, draft: UnitOfWork) -> None:
    draft.permit(draft.context.district.root)
    draft.facts["keys"] = count
    draft.event("keys.rewrapped")
