"""Groups: everything done with them."""

from anninh_core.rooms.groups.life import GroupLife
from anninh_core.rooms.groups.queries import GroupQueries
from anninh_core.rooms.groups.running import GroupRunning


class Groups(GroupLife, GroupRunning, GroupQueries):
    """The registry of official groups."""
