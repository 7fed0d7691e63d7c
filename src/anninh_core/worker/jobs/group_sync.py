"""The daily sync of the group registry: every active group is inspected on its platform.

The group's member count and link are updated, and the officers who run the groups of its unit are notified before the
right to the group expires and when the group is no longer usable. Each inspection is a remote call, so a round inspects
only a few groups: the rate limit of the platform is shared.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import islice

from attrs import evolve

from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.groups.model import Group, Measure
from anninh_core.domain.groups.states import GroupState
from anninh_core.domain.services import Services
from anninh_core.kernel.dates import local_date, short_date
from anninh_core.kernel.errors import Conflict, RecipientUnreachable, RequestRejected, WrongStep
from anninh_core.messaging.notifications import OfficerNotifier
from anninh_core.messaging.stream_position import StreamPosition
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import GroupLook, LooksAtGroups
from anninh_core.usecase.actor import system
from anninh_core.usecase.encryption.encryptor import skip_damaged
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission

NOTICE_DAYS = (14, 60)
"""Numbers of days before the right to a group expires on which its officers are notified, last notice first."""

MEASURE_VALIDITY = timedelta(days=28)
"""How long a measure stays valid: after this time, a group is measured again even if its member count hasn't
changed.
"""

_MAX_ROUND_TIME = timedelta(seconds=5)  # After this time a round begins no further inspection.
_MAX_GROUPS = 25  # A round inspects at most this many groups.
_OWNER = "groups"
_POSITION = "looked_at"
_CLOCK = system("clock")
_log = logging.getLogger(__name__)


class GroupSync:
    """Inspects the groups on messengers that implement `LooksAtGroups`."""

    def __init__(self, services: Services, messengers: Mapping[str, Messenger]) -> None:
        self._services = services
        self._runner = services.groups.queries.runner
        self._context = self._runner.context
        self._notifications = OfficerNotifier(self._runner)
        self._messengers = {
            name: messenger for name, messenger in messengers.items() if isinstance(messenger, LooksAtGroups)
        }

    def inspect_due(self) -> int:
        """Inspect a few of today's groups; return the number of changes and notices.

        A group that can't be inspected is retried tomorrow and doesn't block the others.
        """
        return sum(self._inspect(group) for group in self._iter_due_groups()) if self._messengers else 0

    def _iter_due_groups(self) -> Iterator[Group]:
        """Yield the groups that this worker has claimed for today."""
        started_at = self._context.clock.now()
        stream_position = StreamPosition.read(self._context.storage.states, _OWNER, _POSITION)
        today = local_date(started_at)
        after = stream_position.find_position_on(today)
        if after is None:
            return
        groups = list(islice(self._iter_active_groups(after), _MAX_GROUPS + 1))
        for group in groups[:_MAX_GROUPS]:
            if self._context.clock.now() - started_at > _MAX_ROUND_TIME or not stream_position.store_next_of_day(
                today, group.id
            ):
                return
            yield group
        if len(groups) <= _MAX_GROUPS:
            stream_position.store_next_of_day(today, "")

    def _iter_active_groups(self, after: str) -> Iterator[Group]:
        """Yield the groups that can be inspected, by id, reading lazily."""
        records = self._context.storage.maintenance.scan(GROUP.name, _MAX_GROUPS + 1, after)
        for group in self._context.iter_readable(GROUP, records, skip_damaged):
            if (
                group.state is GroupState.ACTIVE
                and group.address is not None
                and group.address.messenger in self._messengers
            ):
                yield group

    def _inspect(self, group: Group) -> int:
        assert group.address is not None
        try:
            inspection = self._messengers[group.address.messenger].look(group.address)
        except (RecipientUnreachable, RequestRejected) as gone:
            _log.warning("group %s is not there: %s", group.id, type(gone).__name__)
            return self._warn_unusable(group, "gone")
        except Exception as error:  # noqa: BLE001  whatever an adapter raises, the other groups have their turn
            _log.warning("group %s could not be looked at: %s", group.id, type(error).__name__)
            return 0
        return self._update(group, inspection) + self._warn_officers(
            group, inspection, local_date(self._context.clock.now())
        )

    def _update(self, group: Group, inspection: GroupLook) -> int:
        """Record in one commit how the inspected group differs from the registry; return the number of changes."""

        def write_changes(uow: UnitOfWork) -> int:
            stored = uow.get_permitted(GROUP, group.id)
            measure = build_measure(stored, inspection.members, uow.today)
            link_changed = bool(inspection.link) and inspection.link != stored.link
            if measure is not None:
                uow.include(self._services.groups.operations.measure, group.id, measure)
            if link_changed:
                uow.include(self._services.groups.lifecycle.relink, group.id, inspection.link)
            return (measure is not None) + link_changed

        try:
            return self._runner.run_command(_CLOCK, "groups.watch", Permission.GROUP_RUN, write_changes)
        except (Conflict, WrongStep) as other:  # An officer works on the group, or has closed it in the meantime.
            _log.info("group %s was left as it is: %s", group.id, type(other).__name__)
            return 0

    def _warn_officers(self, group: Group, inspection: GroupLook, today: date) -> int:
        if not inspection.usable:
            return self._warn_unusable(group, f"{inspection.ends}")
        if inspection.ends is None:
            return 0
        days = max((inspection.ends - today).days, 0)
        notice_days = next((notice_days for notice_days in NOTICE_DAYS if days <= notice_days), None)
        if notice_days is None:
            return 0
        placeholders = {"group": group.title, "day": short_date(inspection.ends), "days": str(days)}
        text = self._context.district.say("notice.group_ends", **placeholders)
        return self._notify(group, f"ends:{inspection.ends}:{notice_days}", text, "notice.group_ends")

    def _warn_unusable(self, group: Group, since: str) -> int:
        text = self._context.district.say("notice.group_unusable", group=group.title)
        return self._notify(group, f"unusable:{since}", text, "notice.group_unusable")

    def _notify(self, group: Group, key: str, text: str, purpose: str) -> int:
        request = f"group:{group.id}:{key}"
        return self._notifications.notify(
            Permission.GROUP_RUN, group.unit, request, text, purpose=purpose, lane=Lane.BROADCAST
        )


def build_measure(group: Group, members: int, today: date) -> Measure | None:
    """Return the measure to record for a platform's member count, or None if the last measure is still valid.

    The platform counts people and nothing else: posts and interactions are 0, and the next measure entered by a person
    covers the time since the last one. A measure that a person entered today keeps everything but the member count.
    """
    last = group.measures[-1] if group.measures else None
    if last is None:
        return Measure(day=today, members=members)
    if last.day >= today:
        return evolve(last, members=members) if last.members != members and last.day == today else None
    if last.members == members and today - last.day < MEASURE_VALIDITY:
        return None
    return Measure(day=today, members=members)
