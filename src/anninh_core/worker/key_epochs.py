"""The job that begins a new key epoch, and destroys old ones, after the numbers of days in the profile."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from anninh_core.domain.key_management.notes import observe_epochs
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.actor import system

_ACTOR = system("keeper")
_REST = timedelta(hours=1)
"""Pause before a failed act on a key epoch is retried, as each attempt leaves an entry in the journal."""

_log = logging.getLogger(__name__)


class EpochJobs:
    """Begins and destroys key epochs by the section `[keys]` of the profile; without it, only records since when each
    epoch exists.
    """

    def __init__(self, services: Services) -> None:
        self._keys = services.key_management
        self._context = services.key_management.context

    def renew_epochs(self) -> int:
        """Destroy expired key epochs, and begin a new one if the current one is due to end; return how many acts were
        done.

        After a crash the remaining acts are found due again. If several workers run this, only one acts.
        """
        log = observe_epochs(self._context)
        rules = self._context.district.key_rules
        now = self._context.clock.now()
        expired = log.list_destroyable_epochs(rules.forget_after_days, now)
        due: list[tuple[str, Callable[[], bool]]] = [
            (f"destroy {epoch}", partial(self._destroy_epoch, epoch)) for epoch in expired
        ]
        if log.is_new_epoch_due(rules.epoch_days, now):
            due.append(("turn", self._turn_epoch))
        return sum(self._run_under_lease(name, act) for name, act in due)

    def _run_under_lease(self, name: str, act: Callable[[], bool]) -> bool:
        """Run an act under a lease, so that no other worker does; after a failure the lease is kept as a pause."""
        leases = self._context.storage.leases
        lease = leases.acquire(f"keys:{name}", self._context.ids.new(), self._context.clock.now(), _REST)
        if lease is None:
            return False
        if is_done := act():
            leases.release(lease)
        return is_done

    def _turn_epoch(self) -> bool:
        now = self._context.clock.now()
        days = self._context.district.key_rules.epoch_days
        # If the turn is no longer due, another worker was faster.
        if observe_epochs(self._context).is_new_epoch_due(days, now):
            epoch = self._keys.turn_epoch(_ACTOR)
            _log.info("the epoch was turned: data keys are wrapped under %s; make a new recovery copy", epoch)
        return True

    def _destroy_epoch(self, epoch: str) -> bool:
        try:
            self._keys.destroy_epoch(_ACTOR, epoch)
        except (BadInput, WrongStep) as error:
            _log.warning("the key of epoch %s was not destroyed: %s", epoch, error)
            return False
        _log.info("the key of epoch %s was destroyed: backups of that time open nothing any more", epoch)
        return True
