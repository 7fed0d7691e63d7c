"""How disclosures are stored."""

from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.identity.specs import DISCLOSURE_SPEC
from anninh_core.usecase.kinds import Kind

DISCLOSURE = Kind(
    spec=DISCLOSURE_SPEC,
    model=Disclosure,
    unit=lambda disclosure: disclosure.unit,
    columns=lambda disclosure: {
        "state": disclosure.state.value,
        "case": disclosure.case,
        "conversation": disclosure.conversation,
        "requested": disclosure.requested_at.isoformat()[:13],
    },
    scope=lambda disclosure: f"disclosure:{disclosure.id}",
)
