"""What all parts of the room share: a group is held under a permission on its unit."""

from collections.abc import Iterator, Mapping

from anninh_core.ports.changes import Scalar
from anninh_core.rooms.groups.kind import GROUP
from anninh_core.rooms.groups.model import Group
from anninh_core.work.look import Look
from anninh_core.work.marks import Room


class GroupRoom(Room):
    """Base of the room's parts."""

    room = "groups"

    def _held(self, look: Look, group_id: str) -> Group:
        return look.held(GROUP, group_id, "`anninh groups list` shows those you may see")

    def _permitted(
        self, look: Look, unit: str = "", where: Mapping[str, Scalar | tuple[Scalar, ...]] | None = None
    ) -> Iterator[Group]:
        """Return groups of the units where the actor may, in a unit's subtree if one is named."""
        return look.every_listed(GROUP, "id", unit, where=where)
