"""Definitions of how incidents are stored and counted."""

from collections.abc import Iterable

from anninh_core.domain.index_specs import INCIDENT_SPEC
from anninh_core.domain.tips.incidents.model import Incident
from anninh_core.kernel.dates import local_date
from anninh_core.usecase.kinds import Fact, Kind, format_hour


def incident_facts(incident: Incident) -> Iterable[Fact]:
    """Yield the counted facts of an incident; none for a dissolved incident, whose tips are counted as before."""
    if not incident.is_dissolved:
        yield Fact("incidents", incident.unit, local_date(incident.opened_at))


INCIDENT = Kind(
    spec=INCIDENT_SPEC,
    model=Incident,
    columns=lambda incident: {
        "state": "open" if incident.closed_at is None else "closed",
        "opened": format_hour(incident.opened_at),
    },
    scope=lambda incident: f"incident:{incident.id}",
    facts=incident_facts,
    numbered=True,
)
