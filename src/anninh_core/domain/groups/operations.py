"""Use cases of the daily operation of groups: welcomes, reminders, acknowledgements and measurements."""

from attrs import evolve

from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.groups.loading import load_group_for_step
from anninh_core.domain.groups.model import Group, Measure
from anninh_core.domain.groups.rules import render_charter, render_reminder
from anninh_core.domain.groups.states import GroupState
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.arguments import Count, GroupId
from anninh_core.usecase.marks import Service, command
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission


class GroupOperations(Service):
    """Use cases of the daily operation of groups."""

    action_prefix = "groups"

    @command(Permission.INTAKE, public=True)
    def welcome(self, uow: UnitOfWork, group_id: GroupId) -> Group:
        """Welcome new members and send the charter, once a day at most."""
        group = load_group_for_step(uow, "welcome", group_id)
        if group.state is not GroupState.ACTIVE or group.welcomed_on == uow.today:
            return group
        district = self.context.district
        self._send_text(uow, group, "group.welcome", f"{district.say('group.welcome')}\n\n{render_charter(district)}")
        uow.add_event("group.welcomed")
        return uow.save(GROUP, evolve(group.chartered(district.charter.version), welcomed_on=uow.today))

    @command(Permission.INTAKE, public=True)
    def acknowledge(self, uow: UnitOfWork, group_id: GroupId, *, count: Count = 1) -> Group:
        """Count members who acknowledged the charter. Their identities aren't stored.

        Raises:
            WrongStep: no charter was sent to its members.
            BadInput: a count below 1.
        """
        uow.add_event("group.charter_acknowledged")
        return uow.save(GROUP, load_group_for_step(uow, "acknowledge", group_id).acknowledged_by(count))

    @command(Permission.INTAKE, public=True)
    def note_post(self, uow: UnitOfWork, group_id: GroupId) -> Group:
        """Record that an official post reached the group today."""
        group = load_group_for_step(uow, "note_post", group_id)
        uow.add_event("group.posted")
        return uow.save(GROUP, evolve(group, posted_on=uow.today))

    @command(Permission.GROUP_RUN, public=True, sends=True)
    def remind(self, uow: UnitOfWork, group_id: GroupId) -> Group:
        """Remind an active group of its charter and of confidential reporting (P-II.1.b).

        Raises:
            WrongStep: it isn't active.
        """
        group = load_group_for_step(uow, "remind", group_id)
        uow.add_event("group.reminded")
        return self._send_reminder(uow, group)

    @command(Permission.GROUP_RUN)
    def remind_due(self, uow: UnitOfWork, *, every_days: int = 30) -> tuple[Group, ...]:
        """Remind every active group whose last reminder, or else its launch, was `every_days` or more days ago."""
        groups = list(uow.iter_permitted(GROUP, "id", where={"state": GroupState.ACTIVE.value}))
        due_groups = [group for group in groups if _count_days_since_reminder(uow, group) >= every_days]
        if due_groups:
            uow.add_event("group.reminded")
        uow.facts["groups"] = len(due_groups)
        return tuple(self._send_reminder(uow, group) for group in due_groups)

    @command(Permission.GROUP_RUN, public=True, daily=True)
    def measure(self, uow: UnitOfWork, group_id: GroupId, measure: Measure) -> Group:
        """Record a group's reach on a day; a second measurement of the same day replaces the first.

        Raises:
            WrongStep: it is closed, or wasn't launched by that day.
            BadInput: a day in the future, a count below 0, or a share that isn't from 0 to 1.
        """
        if measure.day > uow.today:
            raise BadInput(
                "{day} is in the future: choose {today} or an earlier day.",
                day=measure.day,
                today=uow.today,
                argument="day",
            )
        uow.add_event("group.measured")
        return uow.save(GROUP, load_group_for_step(uow, "measure", group_id).measured(measure))

    def _send_reminder(self, uow: UnitOfWork, group: Group) -> Group:
        self._send_text(uow, group, "group.reminder", render_reminder(self.context.district), lane=Lane.BROADCAST)
        return uow.save(GROUP, evolve(group, reminded_on=uow.today))

    def _send_text(self, uow: UnitOfWork, group: Group, purpose: str, text: str, *, lane: Lane = Lane.REPLY) -> None:
        about = f"group:{group.id}"
        uow.send(group.conversation, text, purpose=purpose, cause=about, scope=about, lane=lane)


def _count_days_since_reminder(uow: UnitOfWork, group: Group) -> int:
    last_reminded = group.reminded_on or group.launched_on
    return (uow.today - last_reminded).days if last_reminded is not None else 0
