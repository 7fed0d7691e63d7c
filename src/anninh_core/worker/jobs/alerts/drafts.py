"""Half-written words: their owners are warned before they go, and what is over or withdrawn is taken away."""

from datetime import timedelta

from anninh_core.domain.services import Services
from anninh_core.kernel.dates import local_date
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.vocabulary.delivery import Lane

LOOK_INTERVAL = timedelta(minutes=10)
"""How often a running worker looks. Who was excluded reads nothing at once; so long the bytes may still lie there."""

_PURPOSE = "notice.drafts"


class DraftJobs:
    """Looks after the drafts of all officers."""

    def __init__(self, services: Services) -> None:
        self._drafts = services.draft_upkeep
        self._context = services.units.context
        self._notifier = OfficerNotifier(services.units.runner)

    def look(self) -> int:
        """Take away what is over or withdrawn, then warn the owners of what goes soon; return how many drafts went."""
        removed = self._drafts.withdraw()
        for owner, entries in tuple(self._drafts.iter_expiring()):
            first = min(entry.expires_at for entry in entries)
            text = self._context.district.say(_PURPOSE, count=len(entries), day=f"{local_date(first):%d/%m}")
            request = f"drafts:{first.isoformat()}"
            self._notifier.notify_one(owner, request, text, purpose=_PURPOSE, lane=Lane.BROADCAST)
            self._drafts.note_warned(owner)
        return removed
