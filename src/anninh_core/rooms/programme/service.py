"""The programme: the plan itself, as data and as people carry it out."""

from anninh_core.rooms.programme.activities import Activities
from anninh_core.rooms.programme.difficulties import Difficulties
from anninh_core.rooms.programme.duties import Duties
from anninh_core.rooms.programme.urging import Urging


class Programme(Duties, Urging, Difficulties, Activities):
    """Everything done for the plan."""
