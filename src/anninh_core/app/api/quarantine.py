from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.quarantine.service import Quarantine

_quarantine = part(lambda internals: internals.services.quarantine)


class QuarantineApi(Noun):
    """Data that the program couldn't process and skips until a retry succeeds. Every verb takes the actor first."""

    items = verb(_quarantine, Quarantine.items)
    retry = verb(_quarantine, Quarantine.retry)
