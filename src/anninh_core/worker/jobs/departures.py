"""Jobs that act when permissions or their time limits end.

Open tips of officers with ended roles return to their units, incompatible roles are separated, and disclosures that
were not decided, or not used, in time lapse.
"""

from anninh_core.domain.identity.kind import DISCLOSURE
from anninh_core.domain.identity.states import DisclosureState
from anninh_core.domain.services import Services
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.dates import local_date
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.encryption.encryptor import skip_damaged
from anninh_core.worker.jobs.retention import RETENTION_ACTOR

_OWNER = "keeper"
_NAME = "departures"
_PAGE = 500  # One page contains at most this many tips.
_WAITING = (DisclosureState.REQUESTED.value, DisclosureState.APPROVED.value)


def release_tips_of_departed(services: Services) -> int:
    """Once a day, release the open tips of officers who may no longer handle them; return how many were released."""
    context = services.units.context
    position = StreamPosition.read(context.storage.states, _OWNER, _NAME)
    today = local_date(context.clock.now())
    if position.find_position_on(today) is None:
        return 0
    services.units.separate_roles(RETENTION_ACTOR)
    released = sum(
        len(services.tips.exclusions.release_tips(RETENTION_ACTOR, officer))
        for officer in sorted(_find_handlers(services))
    )
    position.store_next_of_day(today, "")
    return released


def record_lapsed_disclosures(services: Services) -> int:
    """Record which disclosures have lapsed, each in its own journal entry; return how many."""
    context = services.units.context
    waiting = Find(kind=DISCLOSURE.name, order="newest", where={"state": _WAITING}, limit=_PAGE)
    now = context.clock.now()
    due = [
        disclosure.id
        for disclosure in context.iter_readable(
            DISCLOSURE, iter_records(context.storage.records, waiting), skip_damaged
        )
        if disclosure.has_lapsed(now)
    ]
    return sum(services.identity.lapse_disclosure(RETENTION_ACTOR, id) for id in due)


def _find_handlers(services: Services) -> set[str]:
    """Return the ids of the officers who handle any open tip."""
    query = Find(kind=TIP.name, order="newest", where={"type": ("open", "waiting")}, limit=_PAGE)
    open_tips = iter_records(services.units.context.storage.records, query)
    return {officer for record in open_tips for officer in record.multi.get("handler", ())}
