"""What all parts of the room share: a group is held under a permission on its unit."""

from collections.abc import Iterator, Mapping

from anninh_core.kernel.errors import NotFound
from anninh_core.ports.changes import Scalar
from anninh_core.rooms.groups.kind import GROUP
from anninh_core.rooms.groups.model import Group
from anninh_core.work.look import Look
from anninh_core.work.marks import Room


class GroupRoom(Room):
    """Base of the room's parts."""

    room = "groups"

    def _held(self, look: Look, group_id: str) -> Group:
        """Load a group that the actor may hold.

        Raises:
            Refused: no permission on its unit.
            NotFound: no such group; an actor without the permission anywhere is refused instead.
        """
        group = look.peek(GROUP, group_id)
        if group is None:
            look.permitted_units()
            raise NotFound(f"there is no group {group_id!r}; `anninh groups list` shows those you may see")
        look.permit(group.unit)
        return group

    def _permitted(
        self, look: Look, unit: str = "", where: Mapping[str, Scalar | tuple[Scalar, ...]] | None = None
    ) -> Iterator[Group]:
        """Yield groups of the units where the actor may, in a unit's subtree if one is named.

        Records carry no unit below the counting level, so that areas are told apart after opening.
        """
        district = self.desk.district
        permitted = look.permitted_units()
        asked = set(district.subtree(unit)) if unit else None
        if permitted is not None:
            asked = set(permitted) if asked is None else asked & set(permitted)
        at = None if asked is None else sorted({district.counting_unit(id) for id in asked})
        for group in look.every(GROUP, "id", units=at, where=where):
            if asked is None or group.unit in asked:
                yield group
