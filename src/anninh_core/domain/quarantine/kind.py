"""Definition of how quarantined items are stored: unencrypted, since they must be readable without the keys."""

from anninh_core.domain.index_specs import QUARANTINED_SPEC
from anninh_core.domain.quarantine.model import Quarantined
from anninh_core.usecase.kinds import Kind, format_hour

QUARANTINED = Kind(
    spec=QUARANTINED_SPEC,
    model=Quarantined,
    columns=lambda item: {
        "consumer": item.consumer,
        "about": item.about,
        "open": item.is_open,
        "since": format_hour(item.since),
    },
    scope=lambda _: "",
    numbered=True,
)
