"""Reports: numbers from the counters, words and signatures from people, rolled up to the superior."""

from anninh_core.rooms.reports.drafting import Drafting
from anninh_core.rooms.reports.queries import Queries
from anninh_core.rooms.reports.recounting import Recounting
from anninh_core.rooms.reports.signing import Signing


class Reports(Drafting, Signing, Queries, Recounting):
    """Everything done with reports."""
