"""By what rosters and alarms are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

ROSTER_SPEC = IndexSpec(kind="roster", columns={"home": str, "ends": str}, orders={"id": ()})

ALARM_SPEC = IndexSpec(
    kind="alarm",
    columns={"state": str, "urgency": str, "about": str, "chat": str, "opened": str, "next": str},
    multi=("told", "excluded"),
    orders={"newest": ("-opened",), "due": ("next",), "oldest": ("opened",)},
)
