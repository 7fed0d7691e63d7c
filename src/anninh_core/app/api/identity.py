from anninh_core.app.api.noun import Noun, nested, part, verb
from anninh_core.domain.identity.custody.service import Custodians
from anninh_core.domain.identity.disclosures import Disclosures
from anninh_core.domain.identity.emergencies import EmergencyOpenings

_identity = part(lambda internals: internals.services.identity)
_emergency_openings = part(lambda internals: internals.services.emergency_openings)
_custodians = part(lambda internals: internals.services.custodians)


class CustodiansApi(Noun):
    """Keys of the custodians, who can decrypt residents' names."""

    list = verb(_custodians, Custodians.custodians)
    propose = verb(_custodians, Custodians.propose_custodian)
    confirm = verb(_custodians, Custodians.confirm_custodian)
    end = verb(_custodians, Custodians.end_custodian)
    export_rewraps = verb(_custodians, Custodians.export_rewraps)
    import_rewraps = verb(_custodians, Custodians.import_rewraps)


class IdentityApi(Noun):
    """Disclosure of a reporter's identity, and emergency access to addresses. Every verb takes the actor first."""

    request_identity = verb(_identity, Disclosures.request_identity)
    approve_identity = verb(_identity, Disclosures.approve_identity)
    refuse_identity = verb(_identity, Disclosures.refuse_identity)
    reveal_identity = verb(_identity, Disclosures.reveal_identity)
    export_identity_request = verb(_identity, Disclosures.export_identity_request)
    disclosures = verb(_identity, Disclosures.disclosures)
    own_requests = verb(_identity, Disclosures.own_requests)
    disclosure_history = verb(_identity, Disclosures.disclosure_history)
    open_address_in_emergency = verb(_emergency_openings, EmergencyOpenings.open_address_in_emergency)
    review_emergency_opening = verb(_emergency_openings, EmergencyOpenings.review_emergency_opening)
    emergency_openings = verb(_emergency_openings, EmergencyOpenings.emergency_openings)

    custodians = nested(CustodiansApi)
