"""Which event of the journal is handled by what."""

from collections.abc import Mapping

from anninh_core.domain.services import Services
from anninh_core.worker.event_handlers.identity_notices import IdentityNotices
from anninh_core.worker.event_handlers.journal_consumer import EventHandler
from anninh_core.worker.event_handlers.officer_notices import OfficerNotices


def event_handlers(services: Services) -> Mapping[str, EventHandler]:
    """Return what follows each event of the journal, by the event's name."""
    notices, identities = OfficerNotices(services), IdentityNotices(services)
    return {
        "tip.assigned": notices.notify_assignment,
        "erasure.asked": notices.notify_erasure_request,
        "officer.break_glass": notices.notify_broken_glass,
        "identity.requested": identities.notify_request,
        "identity.approved": identities.notify_approval,
        "identity.address_opened": identities.notify_opening,
    }
