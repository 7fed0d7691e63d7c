"""By what findings of the leak check are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

LEAK_FINDING_SPEC = IndexSpec(
    kind="leak_finding",
    columns={"state": str, "about": str, "officer": str, "found": str},
    orders={"newest": ("-found",), "oldest": ("found",)},
)
