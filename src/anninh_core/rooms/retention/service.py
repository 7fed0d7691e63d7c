"""Retention: what is destroyed, what is held, and who wants to be erased."""

from collections.abc import Mapping
from typing import Any

from anninh_core.rooms.retention.erasures import Erasures
from anninh_core.rooms.retention.keeping import Keeping
from anninh_core.rooms.retention.legal_holds import LegalHolds
from anninh_core.rooms.retention.purges import Purges
from anninh_core.work.desk import Desk


class Retention:
    """Everything about how long something is kept.

    Attributes:
        purges: what is due, and its destruction.
        legal_holds: what must not be destroyed meanwhile.
        erasures: wishes to be erased.
    """

    def __init__(self, desk: Desk, keepings: Mapping[str, Keeping[Any]] | None = None) -> None:
        """Put the parts together; `keepings` are as for `Purges`."""
        self.purges = Purges(desk, keepings)
        self.legal_holds = LegalHolds(desk)
        self.erasures = Erasures(desk, self.purges)
