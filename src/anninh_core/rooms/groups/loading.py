"""What several parts of the module read."""

from anninh_core.rooms.groups.kind import GROUP
from anninh_core.rooms.groups.model import Group
from anninh_core.work.read_session import ReadSession


def load_group(look: ReadSession, group_id: str) -> Group:
    """Return a group on whose unit the marked permission holds; raises as `ReadSession.held` does."""
    return look.held(GROUP, group_id, "`anninh groups list` shows those you may see")
