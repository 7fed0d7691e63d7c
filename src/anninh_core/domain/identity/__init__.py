"""Identities: who is behind a case, opened for a time, and whether words give somebody away."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.identity.case_access import Vault
    from anninh_core.domain.identity.custody.model import Custodian
    from anninh_core.domain.identity.custody.service import Custodians
    from anninh_core.domain.identity.disclosures import Disclosures
    from anninh_core.domain.identity.emergencies import EmergencyOpenings
    from anninh_core.domain.identity.emergency_model import EmergencyOpening, OpenedAddress
    from anninh_core.domain.identity.kind import CUSTODIAN, DISCLOSURE, EMERGENCY_OPENING
    from anninh_core.domain.identity.model import Disclosure, Identity, RevealedIdentity
    from anninh_core.domain.identity.states import CustodianState, DisclosureState, IdentityField, OpeningState

__all__ = [
    "CUSTODIAN",
    "DISCLOSURE",
    "EMERGENCY_OPENING",
    "Custodian",
    "CustodianState",
    "Custodians",
    "Disclosure",
    "DisclosureState",
    "Disclosures",
    "EmergencyOpening",
    "EmergencyOpenings",
    "Identity",
    "IdentityField",
    "OpenedAddress",
    "OpeningState",
    "RevealedIdentity",
    "Vault",
]

lazy(
    __name__,
    {
        "CUSTODIAN": "kind",
        "Custodian": "custody.model",
        "CustodianState": "custody.model",
        "Custodians": "custody.service",
        "DISCLOSURE": "kind",
        "EMERGENCY_OPENING": "kind",
        "Disclosure": "model",
        "DisclosureState": "states",
        "Disclosures": "disclosures",
        "EmergencyOpening": "emergency_model",
        "EmergencyOpenings": "emergencies",
        "Identity": "model",
        "IdentityField": "states",
        "OpenedAddress": "emergency_model",
        "OpeningState": "states",
        "RevealedIdentity": "model",
        "Vault": "case_access",
    },
)
