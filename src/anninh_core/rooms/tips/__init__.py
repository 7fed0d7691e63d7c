"""Tips: from a resident's words to an answered, closed case."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.rooms.tips.clocks import Clock, clocks_for, due
    from anninh_core.rooms.tips.dated import open_on, overdue_at
    from anninh_core.rooms.tips.handling import TipHandling
    from anninh_core.rooms.tips.intake import TipIntake
    from anninh_core.rooms.tips.kind import TIP, tip_columns, tip_facts
    from anninh_core.rooms.tips.model import SETTLING, Settlement, Tip, TipState, state_type
    from anninh_core.rooms.tips.queries import TipQueries
    from anninh_core.rooms.tips.replies import tell
    from anninh_core.rooms.tips.rules import duplicates_of, likeness, receipt_from, recompute_clocks, routed
    from anninh_core.rooms.tips.service import Tips

__all__ = [
    "SETTLING",
    "TIP",
    "Clock",
    "Settlement",
    "Tip",
    "TipHandling",
    "TipIntake",
    "TipQueries",
    "TipState",
    "Tips",
    "clocks_for",
    "due",
    "duplicates_of",
    "likeness",
    "open_on",
    "overdue_at",
    "receipt_from",
    "recompute_clocks",
    "routed",
    "state_type",
    "tell",
    "tip_columns",
    "tip_facts",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Clock": "clocks",
        "SETTLING": "model",
        "Settlement": "model",
        "TIP": "kind",
        "Tip": "model",
        "TipHandling": "handling",
        "TipIntake": "intake",
        "TipQueries": "queries",
        "TipState": "model",
        "Tips": "service",
        "clocks_for": "clocks",
        "due": "clocks",
        "duplicates_of": "rules",
        "likeness": "rules",
        "open_on": "dated",
        "overdue_at": "dated",
        "receipt_from": "rules",
        "recompute_clocks": "rules",
        "routed": "rules",
        "state_type": "model",
        "tell": "replies",
        "tip_columns": "kind",
        "tip_facts": "kind",
    },
)
