"""How disclosures and emergency openings are stored."""

from anninh_core.domain.identity.emergency_model import EmergencyOpening
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.identity.specs import DISCLOSURE_SPEC, EMERGENCY_OPENING_SPEC
from anninh_core.usecase.kinds import Kind, PersonColumn

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
    person_columns={"conversation": PersonColumn(lambda disclosure: disclosure.case, ("tip", "inquiry", "post"))},
    scope=lambda disclosure: f"disclosure:{disclosure.id}",
    numbered=True,
)

EMERGENCY_OPENING = Kind(
    spec=EMERGENCY_OPENING_SPEC,
    model=EmergencyOpening,
    unit=lambda opening: opening.unit,
    columns=lambda opening: {
        "state": opening.state.value,
        "case": opening.case,
        "opened": opening.opened_at.isoformat()[:13],
    },
    scope=lambda opening: f"emergency_opening:{opening.id}",
    numbered=True,
)
