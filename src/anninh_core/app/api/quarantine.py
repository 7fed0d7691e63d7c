"""Quarantine: what the program couldn't work on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.quarantine.service import Quarantine


class QuarantineApi:
    """What the program couldn't work on, and leaves out until it can. Every verb takes the actor first."""

    def __init__(self, quarantine: "Quarantine") -> None:
        self.items = quarantine.items
        self.retry = quarantine.retry
