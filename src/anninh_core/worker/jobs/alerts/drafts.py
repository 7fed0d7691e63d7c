"""The job for officers' drafts: it warns the owners before their drafts expire, and removes expired or withdrawn
drafts.
"""

from datetime import timedelta

from anninh_core.domain.services import Services
from anninh_core.kernel.dates import local_date
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.vocabulary.delivery import Lane

LOOK_INTERVAL = timedelta(minutes=10)
"""How often a running worker checks the drafts. Excluded officers lose access at once; the stored bytes of a draft may
remain until the next check.
"""

_PURPOSE = "notice.drafts"


class DraftJobs:
    """Removes old drafts of all officers and warns the owners in time."""

    def __init__(self, services: Services) -> None:
        self._drafts = services.draft_upkeep
        self._context = services.units.context
        self._notifier = OfficerNotifier(services.units.runner)

    def expire_drafts(self) -> int:
        """Remove expired and withdrawn drafts, then warn the owners of drafts that expire soon; return how many were
        removed.
        """
        removed = self._drafts.withdraw()
        for owner, entries in tuple(self._drafts.iter_expiring()):
            first = min(entry.expires_at for entry in entries)
            text = self._context.district.say(_PURPOSE, count=len(entries), day=f"{local_date(first):%d/%m}")
            request = f"drafts:{first.isoformat()}"
            self._notifier.notify_officer(owner, request, text, purpose=_PURPOSE, lane=Lane.BROADCAST)
            self._drafts.record_warning(owner)
        return removed
