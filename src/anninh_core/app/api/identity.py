"""Disclosure of who reported something, and addresses opened in an emergency."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.identity.custody.service import Custodians
    from anninh_core.domain.identity.disclosures import Disclosures
    from anninh_core.domain.identity.emergencies import EmergencyOpenings


class IdentityApi:
    """Disclosure of who reported something, and addresses opened in an emergency. Every verb takes the actor first."""

    def __init__(self, identity: "Disclosures", emergencies: "EmergencyOpenings", custodians: "Custodians") -> None:
        self.request_identity = identity.request_identity
        self.approve_identity = identity.approve_identity
        self.refuse_identity = identity.refuse_identity
        self.reveal_identity = identity.reveal_identity
        self.export_identity_request = identity.export_identity_request
        self.disclosures = identity.disclosures
        self.own_requests = identity.own_requests
        self.disclosure_history = identity.disclosure_history
        self.open_address_in_emergency = emergencies.open_address_in_emergency
        self.review_emergency_opening = emergencies.review_emergency_opening
        self.emergency_openings = emergencies.emergency_openings
        self.propose_custodian = custodians.propose_custodian
        self.confirm_custodian = custodians.confirm_custodian
        self.end_custodian = custodians.end_custodian
        self.custodians = custodians.custodians
        self.export_rewraps = custodians.export_rewraps
        self.import_rewraps = custodians.import_rewraps
