"""The board of a group, and its key people."""

from collections.abc import Sequence

from attrs import evolve

from anninh_core.kernel.text import nfc
from anninh_core.rooms.groups.kind import GROUP
from anninh_core.rooms.groups.loading import load_group
from anninh_core.rooms.groups.model import OPEN_STATES, Group, KeyPerson
from anninh_core.rooms.groups.rules import require_code, require_people
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command
from anninh_core.work.unit_of_work import UnitOfWork


class GroupBoard(Service):
    """Who runs a group, and the residents whose word counts in it."""

    room = "groups"

    @command(Permission.GROUP_RUN)
    def seat(self, draft: UnitOfWork, group_id: str, post: str, *, officer: str, name: str) -> Group:
        """Put an officer on the board. A new owner takes the place of the one before.

        Args:
            post: one of the profile's posts: owner, deputy, member.
            name: how the directory names the officer.
        """
        require_code(self.context.district, "board", post)
        draft.event("group.seated")
        return draft.save(GROUP, load_group(draft, group_id).seated(post, officer, nfc(name), draft.today))

    @command(Permission.GROUP_RUN)
    def vacate(self, draft: UnitOfWork, group_id: str, officer: str) -> Group:
        """Take an officer off the board."""
        draft.event("group.seat_vacated")
        return draft.save(GROUP, load_group(draft, group_id).vacated(officer, draft.today))

    @command(Permission.GROUP_RUN)
    def hand_over(self, draft: UnitOfWork, officer: str, *, successor: str, name: str) -> tuple[Group, ...]:
        """Move every seat of an officer who leaves to a successor, in all groups at once.

        Raises:
            Refused: one of the groups lies where the actor may not.
        """
        draft.permitted_units()
        groups = list(draft.every(GROUP, "id", where={"officer": officer, "state": OPEN_STATES}))
        for group in groups:
            draft.permit(group.unit)
        draft.unit = self.context.district.root  # the act may span units
        draft.event("group.handed_over")
        return tuple(
            draft.save(GROUP, held_group.handed_over(officer, successor, nfc(name), draft.today))
            for held_group in groups
        )

    @command(Permission.GROUP_RUN)
    def name_key_people(self, draft: UnitOfWork, group_id: str, people: Sequence[KeyPerson]) -> Group:
        """Name the residents whose word counts; they replace those named before."""
        group = load_group(draft, group_id)
        draft.event("group.key_people_named")
        return draft.save(GROUP, evolve(group, key_people=require_people(self.context.district, people)))
