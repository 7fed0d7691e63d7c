"""Granted wishes to be erased, carried out once the days in which a hold still stops them are over."""

import logging
from typing import Protocol

from anninh_core.domain.retention.kind import ERASURE
from anninh_core.domain.retention.model import Erasure
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.kernel.errors import Conflict, WrongStep
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.encryption.encryptor import leave_out
from anninh_core.worker.jobs.retention import RETENTION_ACTOR

_BATCH = 100  # wishes looked at in a round
_log = logging.getLogger(__name__)


class CarriesOut(Protocol):
    """Carries out wishes; the erasure workflow does."""

    def is_due(self, erasure: Erasure) -> bool:
        """Tell whether a wish may be carried out by now."""
        ...

    def carry_out(self, actor: Actor, erasure_id: str, /) -> Erasure:
        """Carry out a wish that was granted."""
        ...


def carry_out_due(context: UseCaseContext, workflow: CarriesOut) -> int:
    """Carry out what is due; return how many. What a hold or an open case stands against waits for the next round."""
    granted = Find(kind=ERASURE.name, order="oldest", where={"state": ErasureState.GRANTED.value}, limit=_BATCH)
    done = 0
    for erasure in context.iter_readable(ERASURE, context.storage.records.find(granted).records, leave_out):
        if not workflow.is_due(erasure):
            continue
        try:
            workflow.carry_out(RETENTION_ACTOR, erasure.id)
            done += 1
        except (WrongStep, Conflict) as reason:
            _log.info("erasure %s waits: %s", erasure.id, type(reason).__name__)
    return done
