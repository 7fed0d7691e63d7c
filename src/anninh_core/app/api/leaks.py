from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.leaks.service import Leaks
from anninh_core.workflows.publication.leak_decision import LeakDecision

_leaks = part(lambda internals: internals.services.leaks)
_leak_decision = part(lambda internals: internals.workflows.leak_decision)


class LeaksApi(Noun):
    """Texts held because they may identify a person: an officer releases or stops each. Every verb takes the actor
    first.
    """

    findings = verb(_leaks, Leaks.findings)
    finding = verb(_leaks, Leaks.finding)
    hits_by_officer = verb(_leaks, Leaks.hits_by_officer)
    release = verb(_leak_decision, LeakDecision.release)
    stop = verb(_leak_decision, LeakDecision.stop)
