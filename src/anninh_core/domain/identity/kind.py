"""Definitions of how disclosures and emergency openings are stored."""

from anninh_core.domain.identity.emergency_model import EmergencyOpening
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.index_specs import DISCLOSURE_SPEC, EMERGENCY_OPENING_SPEC
from anninh_core.usecase.kinds import Kind, PersonColumn, format_hour

DISCLOSURE = Kind(
    spec=DISCLOSURE_SPEC,
    model=Disclosure,
    columns=lambda disclosure: {
        "state": disclosure.state.value,
        "case": disclosure.case,
        "conversation": disclosure.conversation,
        "requested": format_hour(disclosure.requested_at),
    },
    person_columns={"conversation": PersonColumn(lambda disclosure: disclosure.case, ("tip", "inquiry", "post"))},
    scope=lambda disclosure: f"disclosure:{disclosure.id}",
    numbered=True,
)

EMERGENCY_OPENING = Kind(
    spec=EMERGENCY_OPENING_SPEC,
    model=EmergencyOpening,
    columns=lambda opening: {
        "state": opening.state.value,
        "case": opening.case,
        "opened": format_hour(opening.opened_at),
    },
    scope=lambda opening: f"emergency_opening:{opening.id}",
    numbered=True,
)
