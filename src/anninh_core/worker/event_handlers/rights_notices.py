"""Notices to officers that a person requests their personal data; they contain the request's number and deadline,
nothing else.
"""

from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.rights.states import RequestChannel
from anninh_core.domain.services import Services
from anninh_core.kernel.dates import short_date
from anninh_core.kernel.limits import find_last_day
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.ports.storages.changes import Entry
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.waiting_requests import find_waiting_request

_PURPOSE = "notice.rights_asked"


class RightsNotices:
    """Handles journal events about personal-data requests that an officer has to check."""

    def __init__(self, services: Services) -> None:
        self._runner = services.units.runner
        self._notifications = OfficerNotifier(self._runner)

    def notify_data_request(self, entry: Entry) -> None:
        """Notify the officers who check a requester's identity; not for a withdrawal that a platform reports, about
        which the operators are notified.
        """
        district = self._runner.context.district
        for touched in entry.touched:
            waiting_request = (
                find_waiting_request(self._runner, touched.id) if touched.kind == RIGHTS_REQUEST.name else None
            )
            if waiting_request is None or waiting_request.request.channel is RequestChannel.PLATFORM:
                continue
            day = (
                short_date(find_last_day(waiting_request.due))
                if waiting_request.due
                else district.say("rights.no_limit")
            )
            self._notifications.notify(
                Permission.RIGHTS_CHECK,
                district.root,
                f"rights:{entry.id}",
                district.say(_PURPOSE, number=waiting_request.request.number, day=day),
                purpose=_PURPOSE,
                lane=Lane.BROADCAST,
                excluded=(*waiting_request.excluded, waiting_request.request.taken_by),
            )
