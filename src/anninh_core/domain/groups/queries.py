"""Read-only use cases for single groups, lists, the public directory, groups to post in, and issues."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.groups.loading import load_group
from anninh_core.domain.groups.model import Group
from anninh_core.domain.groups.rules import (
    GroupIssues,
    build_directory_entry,
    find_issues,
    find_matching_entries,
    require_code,
)
from anninh_core.domain.groups.states import GroupState
from anninh_core.domain.groups.views import DirectoryEntry
from anninh_core.kernel.collate import sort_key
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.arguments import Days, GroupId, GroupKind, OfficerId, UnitId, WithinUnit, Words
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission

_ACTIVE = {"state": GroupState.ACTIVE.value}


class GroupQueries(Service):
    """Read-only use cases of groups."""

    action_prefix = "groups"

    @query(Permission.GROUP_READ, public=True)
    def get(self, session: ReadSession, group_id: GroupId) -> Group:
        """Return a group."""
        return load_group(session, group_id)

    @query(Permission.GROUP_READ, public=True)
    def list(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        state: GroupState | str | None = None,
        kind: GroupKind = "",
    ) -> tuple[Group, ...]:
        """Return the groups of a unit and all units below it, in the tree's order, then by title.

        Raises:
            BadInput: the profile has no such kind of group.
        """
        session.permitted_units()
        if kind:
            require_code(self.context.district, "group_kind", kind)
        conditions: dict[str, Scalar | tuple[Scalar, ...]] = {
            name: value for name, value in (("state", state), ("kind", kind)) if value
        }
        return tuple(self._iter_sorted(session, unit, conditions))

    @query(Permission.GROUP_READ, public=True)
    def directory(self, session: ReadSession, *, unit: WithinUnit = "") -> tuple[DirectoryEntry, ...]:
        """Return the public directory: every active group with link, board and hours (P-II.1.c)."""
        groups = self._iter_sorted(session, unit, _ACTIVE)
        return tuple(build_directory_entry(self.context.district, group) for group in groups)

    @query(Permission.INTAKE, public=True)
    def find_for_resident(self, session: ReadSession, text: Words) -> tuple[DirectoryEntry, ...]:
        """Return the active groups of an area or commune that a resident names, with or without diacritics."""
        groups = self._iter_sorted(session, "", _ACTIVE)
        return find_matching_entries((build_directory_entry(self.context.district, group) for group in groups), text)

    @query(Permission.GROUP_READ)
    def targets(
        self, session: ReadSession, *, units: Collection[UnitId], kinds: Collection[str] = ()
    ) -> tuple[tuple[str, str], ...]:
        """Return (group id, conversation id) of the active groups of an item's audience.

        Args:
            units: the audience's units; includes all below them. Empty for no group at all.
            kinds: kinds of group; empty for all.
        """
        below = {id for unit in units for id in self.context.district.subtree(unit)}
        groups = [
            group
            for group in self._iter_sorted(session, "", _ACTIVE)
            if group.unit in below and (not kinds or group.kind in kinds)
        ]
        return tuple((group.id, group.conversation) for group in groups)

    @query(Permission.INTAKE)
    def of_conversation(self, session: ReadSession, conversation: str) -> Group | None:
        """Return the group bound to a conversation, if it is in the actor's units, or None."""
        permitted = session.permitted_units()
        groups = session.find(GROUP, "id", where={"conversation": conversation}, limit=1).items if conversation else ()
        return next((group for group in groups if permitted is None or group.unit in permitted), None)

    @query(Permission.GROUP_READ, public=True)
    def hygiene(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        stale_days: Days = 30,
        in_office: Sequence[OfficerId] | None = None,
    ) -> tuple[GroupIssues, ...]:
        """Return the active groups with issues, each with its reasons.

        Args:
            stale_days: days without an official post, or without a measurement.
            in_office: officers who still hold a role; None skips that check.
        """
        version = self.context.district.charter.version
        checked = (
            GroupIssues(
                group, find_issues(group, session.today, charter=version, stale_days=stale_days, in_office=in_office)
            )
            for group in self._iter_sorted(session, unit, _ACTIVE)
        )
        return tuple(issues for issues in checked if issues.reasons)

    def _iter_sorted(
        self, session: ReadSession, unit: str, conditions: Mapping[str, Scalar | tuple[Scalar, ...]]
    ) -> Iterator[Group]:
        """Yield the readable groups of a unit and the units below it, in the order of the tree."""
        groups = session.iter_permitted(GROUP, "id", unit, where=conditions, complete=False)
        yield from sorted(groups, key=self._get_tree_position)

    def _get_tree_position(self, group: Group) -> tuple[int, str]:
        units = list(self.context.district.units)
        return units.index(group.unit), sort_key(group.title)
