"""`app.leaks`."""

from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.leaks.service import Leaks
from anninh_core.workflows.publication.leak_decision import LeakDecision

_leaks = part(lambda inside: inside.services.leaks)
_leak_decision = part(lambda inside: inside.workflows.leak_decision)


class LeaksApi(Noun):
    """What is held because it leads to somebody: a person lets it go or stops it. Every verb takes the actor first."""

    findings = verb(_leaks, Leaks.findings)
    finding = verb(_leaks, Leaks.finding)
    hits_by_officer = verb(_leaks, Leaks.hits_by_officer)
    release = verb(_leak_decision, LeakDecision.release)
    stop = verb(_leak_decision, LeakDecision.stop)
