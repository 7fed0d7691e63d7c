from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.app.system.overview import SystemOverview

_overview = part(lambda internals: internals.overview)


class SystemApi(Noun):
    """Health of the system and its backups. Every verb takes the actor first."""

    health = verb(_overview, SystemOverview.health)
    backups = verb(_overview, SystemOverview.backups)
