"""Which event of the journal is handled by what."""

from collections.abc import Mapping

from anninh_core.rooms.services import Services
from anninh_core.worker.reactions.notices import Notices
from anninh_core.worker.reactions.reader import Reaction


def event_handlers(rooms: Services) -> Mapping[str, Reaction]:
    """Return what follows each event of the journal, by the event's name."""
    notices = Notices(rooms)
    return {"tip.assigned": notices.tip_assigned, "erasure.asked": notices.erasure_asked}
