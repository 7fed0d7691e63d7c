"""Running a group: welcomes, reminders, acknowledgements, measures."""

from attrs import evolve

from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.rooms.groups.kind import GROUP
from anninh_core.rooms.groups.loading import load_group
from anninh_core.rooms.groups.model import Group, GroupState, Measure
from anninh_core.rooms.groups.rules import charter_text, reminder_text
from anninh_core.vocabulary.delivery import Lane
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.draft import Draft
from anninh_core.work.marks import Room, command


class GroupOperations(Room):
    """The daily operation of groups."""

    room = "groups"

    @command(Permission.INTAKE)
    def welcome(self, draft: Draft, group_id: str) -> Group:
        """Welcome new members and send the charter, once a day at most."""
        group = load_group(draft, group_id)
        if group.state is not GroupState.ACTIVE or group.welcomed_on == draft.today:
            return group
        district = self.context.district
        self._say(draft, group, "group.welcome", f"{district.say('group.welcome')}\n\n{charter_text(district)}")
        draft.event("group.welcomed")
        return draft.save(GROUP, evolve(group.chartered(district.charter.version), welcomed_on=draft.today))

    @command(Permission.INTAKE)
    def acknowledge(self, draft: Draft, group_id: str, *, count: int = 1) -> Group:
        """Count members who acknowledged the charter. Who they are isn't kept."""
        draft.event("group.charter_acknowledged")
        return draft.save(GROUP, load_group(draft, group_id).acknowledged_by(count))

    @command(Permission.INTAKE)
    def note_post(self, draft: Draft, group_id: str) -> Group:
        """Note that an official post reached the group today."""
        group = load_group(draft, group_id)
        draft.event("group.posted")
        return draft.save(GROUP, evolve(group, posted_on=draft.today))

    @command(Permission.GROUP_RUN)
    def remind(self, draft: Draft, group_id: str) -> Group:
        """Remind an active group of its charter and of how to report in confidence (P-II.1.b)."""
        group = load_group(draft, group_id)
        if group.state is not GroupState.ACTIVE:
            raise WrongStep(f"group {group.title!r} is {group.state}: only an active group is reminded")
        draft.event("group.reminded")
        return self._remind(draft, group)

    @command(Permission.GROUP_RUN)
    def remind_due(self, draft: Draft, *, every_days: int = 30) -> tuple[Group, ...]:
        """Remind every active group whose last reminder, or launch, lies `every_days` or more back."""
        found = list(draft.every_listed(GROUP, "id", where={"state": GroupState.ACTIVE.value}))
        late = [group for group in found if _silent_days(draft, group) >= every_days]
        if late:
            draft.event("group.reminded")
        draft.facts["groups"] = len(late)
        return tuple(self._remind(draft, group) for group in late)

    @command(Permission.GROUP_RUN)
    def measure(self, draft: Draft, group_id: str, measure: Measure) -> Group:
        """Write down how far a group reached by today; a second measure of the same day replaces the first."""
        if measure.day > draft.today:
            raise BadInput(f"{measure.day} lies in the future (today is {draft.today}); measure what there is")
        draft.event("group.measured")
        return draft.save(GROUP, load_group(draft, group_id).measured(measure))

    def _remind(self, draft: Draft, group: Group) -> Group:
        self._say(draft, group, "group.reminder", reminder_text(self.context.district), lane=Lane.BROADCAST)
        return draft.save(GROUP, evolve(group, reminded_on=draft.today))

    def _say(self, draft: Draft, group: Group, purpose: str, text: str, *, lane: Lane = Lane.REPLY) -> None:
        about = f"group:{group.id}"
        draft.send(group.conversation, text, purpose=purpose, cause=about, scope=about, lane=lane)


def _silent_days(draft: Draft, group: Group) -> int:
    last = group.reminded_on or group.launched_on
    return (draft.today - last).days if last is not None else 0
