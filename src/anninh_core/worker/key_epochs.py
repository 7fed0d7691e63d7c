"""The epochs of the keys by the clock: turned, and destroyed, where the profile says after how many days."""

import logging
from datetime import timedelta

from anninh_core.domain.key_management import EpochLog, observe_epochs
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.actor import system

_ACTOR = system("keeper")
_LEASE, _TTL = "keys:epochs", timedelta(minutes=10)
_log = logging.getLogger(__name__)


class EpochJobs:
    """Keeps to `[keys]` of the profile; where that says nothing, only notes which epochs there are since when."""

    def __init__(self, services: Services) -> None:
        self._keys = services.key_management
        self._context = services.key_management.context

    def renew_epochs(self) -> int:
        """Turn the epoch if it is due, and destroy those whose days are over; return how many acts that were.

        A crash in between leaves what the next run finds due again. Of several workers one does it.
        """
        log, rules, now = observe_epochs(self._context), self._context.district.key_rules, self._context.clock.now()
        if not log.is_turn_due(rules.epoch_days, now) and not log.forgettable(rules.forget_after_days, now):
            return 0
        leases = self._context.storage.leases
        lease = leases.acquire(_LEASE, self._context.ids.new(), now, _TTL)
        if lease is None:
            return 0
        try:
            return self._renew(observe_epochs(self._context))
        finally:
            leases.release(lease)

    def _renew(self, log: EpochLog) -> int:
        rules, now = self._context.district.key_rules, self._context.clock.now()
        count = sum(self._destroy(epoch) for epoch in log.forgettable(rules.forget_after_days, now))
        if log.is_turn_due(rules.epoch_days, now):
            epoch = self._keys.turn_epoch(_ACTOR)
            _log.info("the epoch was turned: data keys are wrapped under %s; make a new recovery copy", epoch)
            count += 1
        return count

    def _destroy(self, epoch: str) -> bool:
        try:
            self._keys.destroy_epoch(_ACTOR, epoch)
        except (BadInput, WrongStep) as error:
            _log.warning("the key of epoch %s was not destroyed: %s", epoch, error)
            return False
        _log.info("the key of epoch %s was destroyed: backups of that time open nothing any more", epoch)
        return True
