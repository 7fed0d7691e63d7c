"""By what requests about data of one's own are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

RIGHTS_REQUEST_SPEC = IndexSpec(
    kind="rights_request",
    columns={"state": str, "asks": str, "conversation": str, "number": str, "received": str, "restricts": bool},
    orders={"oldest": ("received",)},
)
