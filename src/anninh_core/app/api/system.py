"""`app.system`."""

from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.app.system.overview import SystemOverview

_overview = part(lambda inside: inside.overview)


class SystemApi(Noun):
    """How the system is doing. Every verb takes the actor first."""

    health = verb(_overview, SystemOverview.health)
    backups = verb(_overview, SystemOverview.backups)
