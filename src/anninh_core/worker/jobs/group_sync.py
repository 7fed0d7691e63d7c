"""The registry of groups keeps itself true: each day every active group is looked at on its platform.

Its members are counted and its link is set right, and those who run the groups of its unit are told before the right to
it runs out and when it can't be used any more. A look asks another machine, so that a round takes a few groups only:
others use the platform too.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import islice

from attrs import evolve

from anninh_core.dispatch.progress import Progress
from anninh_core.dispatch.telling import Telling
from anninh_core.kernel.dates import local_date, short_date
from anninh_core.kernel.errors import Conflict, RecipientUnreachable, RequestRejected, WrongStep
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.platform import GroupLook, LooksAtGroups
from anninh_core.rooms.groups.kind import GROUP
from anninh_core.rooms.groups.model import Group, GroupState, Measure
from anninh_core.rooms.services import Services
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import system
from anninh_core.work.unit_of_work import UnitOfWork

NOTICES = (14, 60)
"""Days before the right to a group runs out on which those who run it are told, the last time first."""

FRESH = timedelta(days=28)
"""A measure is good for so long: a group whose members stay the same is measured again then, and isn't forgotten."""

_LONG = timedelta(seconds=5)  # after which a round begins no further look
_AT_ONCE = 25  # looks that a round takes at most
_OWNER, _PLACE = "groups", "looked_at"
_CLOCK = system("clock")
_log = logging.getLogger(__name__)


class GroupSync:
    """Inspects the groups whose messenger is a `LooksAtGroups`."""

    def __init__(self, rooms: Services, messengers: Mapping[str, Messenger]) -> None:
        self._rooms = rooms
        self._runner = rooms.groups.queries.runner
        self._context = self._runner.context
        self._telling = Telling(self._runner)
        self._messengers = {name: one for name, one in messengers.items() if isinstance(one, LooksAtGroups)}

    def inspect_some(self) -> int:
        """Inspect a few of the groups whose turn it is today; return how many changes and notices came of it.

        A group that can't be looked at is left for tomorrow, and holds up no other.
        """
        return sum(self._inspect(group) for group in self._turns()) if self._messengers else 0

    def _turns(self) -> Iterator[Group]:
        """Yield groups, each of which is this worker's to look at today."""
        began = self._context.clock.now()
        seen, today = Progress.read(self._context.storage.states, _OWNER, _PLACE), local_date(began)
        place = seen.place_on(today)
        if place is None:
            return
        left = list(islice(self._active(place), _AT_ONCE + 1))
        for group in left[:_AT_ONCE]:
            if self._context.clock.now() - began > _LONG or not seen.move_to(today, group.id):
                return
            yield group
        if len(left) <= _AT_ONCE:
            seen.move_to(today, "")

    def _active(self, after: str) -> Iterator[Group]:
        """Yield the groups that can be looked at, by id: no more is read than is asked for."""
        records = self._context.storage.maintenance.scan(GROUP.name, _AT_ONCE + 1, after)
        for group in self._context.readable(GROUP, records):
            if (
                group.state is GroupState.ACTIVE
                and group.address is not None
                and group.address.messenger in self._messengers
            ):
                yield group

    def _inspect(self, group: Group) -> int:
        assert group.address is not None
        try:
            look = self._messengers[group.address.messenger].look(group.address)
        except (RecipientUnreachable, RequestRejected) as gone:
            _log.warning("group %s is not there: %s", group.id, type(gone).__name__)
            return self._warn_unusable(group, "gone")
        except Exception as error:  # noqa: BLE001  whatever an adapter raises, the other groups have their turn
            _log.warning("group %s could not be looked at: %s", group.id, type(error).__name__)
            return 0
        return self._update(group, look) + self._warn(group, look, local_date(self._context.clock.now()))

    def _update(self, group: Group, look: GroupLook) -> int:
        """Write down what is another way than the registry says, in one commit."""

        def write(draft: UnitOfWork) -> int:
            stored = draft.held(GROUP, group.id)
            measure = measure_of(stored, look.members, draft.today)
            moved = bool(look.link) and look.link != stored.link
            if measure is not None:
                draft.include(self._rooms.groups.operations.measure, group.id, measure)
            if moved:
                draft.include(self._rooms.groups.lifecycle.relink, group.id, look.link)
            return (measure is not None) + moved

        try:
            return self._runner.run_command(_CLOCK, "groups.watch", Permission.GROUP_RUN, write)
        except (Conflict, WrongStep) as other:  # somebody works on it, or has closed it meanwhile
            _log.info("group %s was left as it is: %s", group.id, type(other).__name__)
            return 0

    def _warn(self, group: Group, look: GroupLook, today: date) -> int:
        if not look.usable:
            return self._warn_unusable(group, f"{look.ends}")
        if look.ends is None:
            return 0
        days = max((look.ends - today).days, 0)
        before = next((before for before in NOTICES if days <= before), None)
        if before is None:
            return 0
        facts = {"group": group.title, "day": short_date(look.ends), "days": str(days)}
        text = self._context.district.say("notice.group_ends", **facts)
        return self._notify(group, f"ends:{look.ends}:{before}", text, "notice.group_ends")

    def _warn_unusable(self, group: Group, since: str) -> int:
        text = self._context.district.say("notice.group_unusable", group=group.title)
        return self._notify(group, f"unusable:{since}", text, "notice.group_unusable")

    def _notify(self, group: Group, what: str, text: str, purpose: str) -> int:
        request = f"group:{group.id}:{what}"
        return self._telling.tell(Permission.GROUP_RUN, group.unit, request, text, purpose=purpose, lane=Lane.BROADCAST)


def measure_of(group: Group, members: int, today: date) -> Measure | None:
    """Return the measure to write down where a platform counts so many members, None where the last one still holds.

    The platform counts people and nothing else: posts and interactions are 0, and a person's next measure says how many
    there were since somebody last counted. A measure that a person has made today keeps all but the members.
    """
    last = group.measures[-1] if group.measures else None
    if last is None:
        return Measure(day=today, members=members)
    if last.day >= today:
        return evolve(last, members=members) if last.members != members and last.day == today else None
    if last.members == members and today - last.day < FRESH:
        return None
    return Measure(day=today, members=members)
