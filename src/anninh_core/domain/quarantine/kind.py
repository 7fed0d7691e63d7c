"""How quarantined items are stored: in clear, since they must be readable when the keys aren't."""

from anninh_core.domain.quarantine.model import Quarantined
from anninh_core.domain.quarantine.specs import QUARANTINED_SPEC
from anninh_core.usecase.kinds import Kind

QUARANTINED = Kind(
    spec=QUARANTINED_SPEC,
    model=Quarantined,
    unit=lambda item: item.unit,
    columns=lambda item: {
        "consumer": item.consumer,
        "about": item.about,
        "open": item.is_open,
        "since": item.since.isoformat()[:13],
    },
    scope=lambda _: "",
    numbered=True,
)
