"""By what quarantined items are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

QUARANTINED_SPEC = IndexSpec(
    kind="quarantined",
    columns={"consumer": str, "about": str, "open": bool, "since": str},
    orders={"oldest": ("since",)},
    sealed=False,
)
