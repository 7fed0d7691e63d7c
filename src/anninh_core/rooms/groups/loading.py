"""What several parts of the module read."""

from anninh_core.rooms.groups.kind import GROUP
from anninh_core.rooms.groups.model import Group
from anninh_core.work.look import Look


def load_group(look: Look, group_id: str) -> Group:
    """Return a group on whose unit the marked permission holds; raises as `Look.held` does."""
    return look.held(GROUP, group_id, "`anninh groups list` shows those you may see")
