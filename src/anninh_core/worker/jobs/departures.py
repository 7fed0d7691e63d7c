"""Officers whose roles ended: their open tips go back to the units, and roles that are kept apart are separated."""

from anninh_core.domain.services import Services
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.dates import local_date
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.query import iter_records
from anninh_core.ports.storage import Find
from anninh_core.worker.jobs.retention import RETENTION_ACTOR

_OWNER, _NAME = "keeper", "departures"
_PAGE = 500  # tips


def release_departed(services: Services) -> int:
    """Once a day, release the open tips of officers who may no longer handle them; return how many were released."""
    context = services.units.context
    position = StreamPosition.read(context.storage.states, _OWNER, _NAME)
    today = local_date(context.clock.now())
    if position.position_on(today) is None:
        return 0
    services.units.separate_roles(RETENTION_ACTOR)
    released = sum(
        len(services.tips.handling.release_tips(RETENTION_ACTOR, officer)) for officer in sorted(_handlers(services))
    )
    position.move_to(today, "")
    return released


def _handlers(services: Services) -> set[str]:
    """Return everybody in whose hands an open tip is."""
    query = Find(kind=TIP.name, order="newest", where={"type": ("open", "waiting")}, limit=_PAGE)
    open_tips = iter_records(services.units.context.storage.records, query)
    return {officer for record in open_tips for officer in record.multi.get("handler", ())}
