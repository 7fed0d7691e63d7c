from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.tips.incidents.service import Incidents
from anninh_core.workflows.incidents import IncidentWork

_incidents = part(lambda internals: internals.services.tips.incidents)
_workflows_incidents = part(lambda internals: internals.workflows.incidents)


class IncidentsApi(Noun):
    """Incidents: groups of tips about the same event. Every verb takes the actor first."""

    join = verb(_incidents, Incidents.join)
    separate = verb(_incidents, Incidents.separate)
    set_role = verb(_incidents, Incidents.set_role)
    get = verb(_incidents, Incidents.get)
    find = verb(_incidents, Incidents.find)
    list = verb(_incidents, Incidents.list)
    propose = verb(_workflows_incidents, IncidentWork.propose)
    preview_answer = verb(_workflows_incidents, IncidentWork.preview_answer)
    answer = verb(_workflows_incidents, IncidentWork.answer)
