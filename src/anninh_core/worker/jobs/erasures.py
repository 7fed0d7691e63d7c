"""The job that executes granted erasure requests, once the days in which a hold can still stop them are over."""

import logging
from typing import Protocol

from anninh_core.domain.retention.kind import ERASURE
from anninh_core.domain.retention.model import Erasure
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.kernel.errors import Conflict, WrongStep
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import skip_damaged
from anninh_core.worker.jobs.retention import RETENTION_ACTOR

_BATCH = 100  # A round checks at most this many requests.
_log = logging.getLogger(__name__)


class CarriesOut(Protocol):
    """Executes erasure requests; implemented by the erasure workflow."""

    def is_due(self, erasure: Erasure) -> bool:
        """Return whether an erasure request may be executed now."""
        ...

    def carry_out(self, actor: Actor, erasure_id: str, /) -> Erasure:
        """Execute a granted erasure request."""
        ...


def carry_out_due_erasures(context: UseCaseContext, workflow: CarriesOut) -> int:
    """Execute the erasure requests that are due; return how many. Those blocked by a hold or an open case wait for the
    next round.
    """
    granted = Find(kind=ERASURE.name, order="oldest", where={"state": ErasureState.GRANTED.value}, limit=_BATCH)
    done = 0
    for erasure in context.iter_readable(ERASURE, context.storage.records.find(granted).records, skip_damaged):
        if not workflow.is_due(erasure):
            continue
        try:
            workflow.carry_out(RETENTION_ACTOR, erasure.id)
            done += 1
        except (WrongStep, Conflict) as reason:
            _log.info("erasure %s waits: %s", erasure.id, type(reason).__name__)
    return done
