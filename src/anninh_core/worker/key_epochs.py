"""Scheduled key epochs: turned, and destroyed, after the numbers of days in the profile."""

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
"""Pause before a failed act is retried: each try leaves an entry in the journal."""

_log = logging.getLogger(__name__)


class EpochJobs:
    """Follows `[keys]` of the profile; without that section, only records which epochs exist since when."""

    def __init__(self, services: Services) -> None:
        self._keys = services.key_management
        self._context = services.key_management.context

    def renew_epochs(self) -> int:
        """Destroy expired epochs, and turn the current one if it is due; return how many acts were done.

        After a crash the remaining acts are found due again. Of several workers only one acts.
        """
        log = observe_epochs(self._context)
        rules = self._context.district.key_rules
        now = self._context.clock.now()
        expired = log.list_forgettable(rules.forget_after_days, now)
        due: list[tuple[str, Callable[[], bool]]] = [
            (f"destroy {epoch}", partial(self._destroy, epoch)) for epoch in expired
        ]
        if log.is_turn_due(rules.epoch_days, now):
            due.append(("turn", self._turn))
        return sum(self._attempt(name, act) for name, act in due)

    def _attempt(self, name: str, act: Callable[[], bool]) -> bool:
        """Run an act under a lease, so that no other worker does; after a failure the lease is kept as a pause."""
        leases = self._context.storage.leases
        lease = leases.acquire(f"keys:{name}", self._context.ids.new(), self._context.clock.now(), _REST)
        if lease is None:
            return False
        if is_done := act():
            leases.release(lease)
        return is_done

    def _turn(self) -> bool:
        now = self._context.clock.now()
        days = self._context.district.key_rules.epoch_days
        if observe_epochs(self._context).is_turn_due(days, now):  # otherwise another worker was faster
            epoch = self._keys.turn_epoch(_ACTOR)
            _log.info("the epoch was turned: data keys are wrapped under %s; make a new recovery copy", epoch)
        return True

    def _destroy(self, epoch: str) -> bool:
        try:
            self._keys.destroy_epoch(_ACTOR, epoch)
        except (BadInput, WrongStep) as error:
            _log.warning("the key of epoch %s was not destroyed: %s", epoch, error)
            return False
        _log.info("the key of epoch %s was destroyed: backups of that time open nothing any more", epoch)
        return True
