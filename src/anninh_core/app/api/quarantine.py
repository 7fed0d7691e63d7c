"""`app.quarantine`."""

from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.quarantine.service import Quarantine

_quarantine = part(lambda inside: inside.services.quarantine)


class QuarantineApi(Noun):
    """What the program couldn't work on, and leaves out until it can. Every verb takes the actor first."""

    items = verb(_quarantine, Quarantine.items)
    retry = verb(_quarantine, Quarantine.retry)
