"""The management board of a group, and its key people."""

from collections.abc import Sequence

from attrs import evolve

from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.groups.loading import load_group_for_step
from anninh_core.domain.groups.model import Group, KeyPerson
from anninh_core.domain.groups.rules import require_code, require_people
from anninh_core.domain.groups.states import OPEN_STATES
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import BoardPost, GroupId, OfficerId, OneLine
from anninh_core.usecase.hand_over import HandOverResult
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class GroupBoard(Service):
    """Use cases of a group's management board and of its key people: respected residents."""

    action_prefix = "groups"

    @command(Permission.GROUP_RUN, public=True, daily=True)
    def seat(self, uow: UnitOfWork, group_id: GroupId, post: BoardPost, *, officer: OfficerId, name: OneLine) -> Group:
        """Put an officer on the management board. A new owner replaces the previous one.

        Args:
            post: one of the profile's posts: owner, deputy, member.
            name: the officer's name in the directory.

        Raises:
            WrongStep: the group is closed, or the officer is on its board already.
            BadInput: the profile has no such post.
        """
        require_code(self.context.district, "board", post)
        uow.add_event("group.seated")
        return uow.save(GROUP, load_group_for_step(uow, "seat", group_id).seated(post, officer, nfc(name), uow.today))

    @command(Permission.GROUP_RUN, public=True)
    def vacate(self, uow: UnitOfWork, group_id: GroupId, officer: OfficerId) -> Group:
        """Take an officer off the management board.

        Raises:
            WrongStep: the officer isn't on its board.
        """
        uow.add_event("group.seat_vacated")
        return uow.save(GROUP, load_group_for_step(uow, "vacate", group_id).vacated(officer, uow.today))

    @command(Permission.GROUP_RUN, public=True)
    def hand_over(
        self, uow: UnitOfWork, officer: OfficerId, *, successor: OfficerId, name: OneLine
    ) -> tuple[Group, ...]:
        """Move every seat of an officer who leaves to a successor, in all groups at once.

        Raises:
            Refused: a group is outside the actor's units. Without permission on the root, an officer without seats
                gives the same error, so that it doesn't reveal other units' boards.
        """
        permitted = uow.permitted_units()
        root = self.context.district.root
        groups = list(uow.iter_all(GROUP, "id", where={"officer": officer, "state": OPEN_STATES}))
        if permitted is not None and root not in permitted:
            elsewhere = [group.unit for group in groups if group.unit not in permitted]
            if elsewhere or not groups:
                truth = f"there are some on {', '.join(elsewhere)}" if elsewhere else "there is none"
                raise uow.build_withheld_error("seat of officer", officer, truth, about=f"officer:{officer}")
        # The use case may change groups of several units, so it is recorded for the root unit.
        uow.unit = self.context.district.root
        uow.add_event("group.handed_over")
        return tuple(
            uow.save(GROUP, held_group.handed_over(officer, successor, nfc(name), uow.today)) for held_group in groups
        )

    @step(Permission.GRANT)
    def pass_seats_on(self, uow: UnitOfWork, officer: str, successor: str) -> HandOverResult:
        """Move an officer's seats to a successor; return the number of changed groups, and the units of the others."""
        permitted = uow.permitted_units()
        moved_count = 0
        unchanged_units = list[str]()
        for group in tuple(uow.iter_all(GROUP, "id", where={"officer": officer, "state": OPEN_STATES})):
            if not any(seat.officer == officer for seat in group.seats):
                continue
            if not successor or (permitted is not None and group.unit not in permitted):
                unchanged_units.append(group.unit)
                continue
            uow.save(GROUP, group.handed_over(officer, successor, uow.permits.name_officer(successor), uow.today))
            moved_count += 1
        return HandOverResult(moved_count, tuple(unchanged_units))

    @command(Permission.GROUP_RUN, public=True)
    def name_key_people(self, uow: UnitOfWork, group_id: GroupId, people: Sequence[KeyPerson]) -> Group:
        """Set a group's key people (respected residents); they replace those set before.

        Raises:
            BadInput: the profile has no such kind of key person.
        """
        group = load_group_for_step(uow, "name_key_people", group_id)
        uow.add_event("group.key_people_named")
        return uow.save(GROUP, evolve(group, key_people=require_people(self.context.district, people)))
