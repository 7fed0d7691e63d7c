"""Running a group: welcomes, reminders, acknowledgements, measures."""

from attrs import evolve

from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.rooms.groups.kind import GROUP
from anninh_core.rooms.groups.loading import load_group
from anninh_core.rooms.groups.model import Group, GroupState, Measure
from anninh_core.rooms.groups.rules import charter_text, reminder_text
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command
from anninh_core.work.unit_of_work import UnitOfWork


class GroupOperations(Service):
    """The daily operation of groups."""

    room = "groups"

    @command(Permission.INTAKE)
    def welcome(self, draft: UnitOfWork, group_id: str) -> Group:
        """Welcome new members and send the charter, once a day at most."""
        group = load_group(draft, group_id)
        if group.state is not GroupState.ACTIVE or group.welcomed_on == draft.today:
            return group
        district = self.context.district
        self._send_text(draft, group, "group.welcome", f"{district.say('group.welcome')}\n\n{charter_text(district)}")
        draft.event("group.welcomed")
        return draft.save(GROUP, evolve(group.chartered(district.charter.version), welcomed_on=draft.today))

    @command(Permission.INTAKE)
    def acknowledge(self, draft: UnitOfWork, group_id: str, *, count: int = 1) -> Group:
        """Count members who acknowledged the charter. Who they are isn't kept."""
        draft.event("group.charter_acknowledged")
        return draft.save(GROUP, load_group(draft, group_id).acknowledged_by(count))

    @command(Permission.INTAKE)
    def note_post(self, draft: UnitOfWork, group_id: str) -> Group:
        """Note that an official post reached the group today."""
        group = load_group(draft, group_id)
        draft.event("group.posted")
        return draft.save(GROUP, evolve(group, posted_on=draft.today))

    @command(Permission.GROUP_RUN)
    def remind(self, draft: UnitOfWork, group_id: str) -> Group:
        """Remind an active group of its charter and of how to report in confidence (P-II.1.b)."""
        group = load_group(draft, group_id)
        if group.state is not GroupState.ACTIVE:
            raise WrongStep(f"group {group.title!r} is {group.state}: only an active group is reminded")
        draft.event("group.reminded")
        return self._remind(draft, group)

    @command(Permission.GROUP_RUN)
    def remind_due(self, draft: UnitOfWork, *, every_days: int = 30) -> tuple[Group, ...]:
        """Remind every active group whose last reminder, or launch, lies `every_days` or more back."""
        groups = list(draft.every_listed(GROUP, "id", where={"state": GroupState.ACTIVE.value}))
        due_groups = [group for group in groups if _days_since_reminder(draft, group) >= every_days]
        if due_groups:
            draft.event("group.reminded")
        draft.facts["groups"] = len(due_groups)
        return tuple(self._remind(draft, group) for group in due_groups)

    @command(Permission.GROUP_RUN)
    def measure(self, draft: UnitOfWork, group_id: str, measure: Measure) -> Group:
        """Write down how far a group reached by today; a second measure of the same day replaces the first."""
        if measure.day > draft.today:
            raise BadInput(f"{measure.day} lies in the future (today is {draft.today}); measure what there is")
        draft.event("group.measured")
        return draft.save(GROUP, load_group(draft, group_id).measured(measure))

    def _remind(self, draft: UnitOfWork, group: Group) -> Group:
        self._send_text(draft, group, "group.reminder", reminder_text(self.context.district), lane=Lane.BROADCAST)
        return draft.save(GROUP, evolve(group, reminded_on=draft.today))

    def _send_text(self, draft: UnitOfWork, group: Group, purpose: str, text: str, *, lane: Lane = Lane.REPLY) -> None:
        about = f"group:{group.id}"
        draft.send(group.conversation, text, purpose=purpose, cause=about, scope=about, lane=lane)


def _days_since_reminder(draft: UnitOfWork, group: Group) -> int:
    last_reminded = group.reminded_on or group.launched_on
    return (draft.today - last_reminded).days if last_reminded is not None else 0
