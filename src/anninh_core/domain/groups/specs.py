"""By what groups are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

GROUP_SPEC = IndexSpec(
    kind="group",
    columns={"state": str, "kind": str, "conversation": str},
    multi=("officer",),
    orders={"id": ()},
)
