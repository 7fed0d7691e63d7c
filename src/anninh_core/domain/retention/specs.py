"""By what the records of retention are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

PURGE_ORDER_SPEC = IndexSpec(kind="tombstone", columns={"scope": str, "done": bool}, orders={"id": ()})

ERASURE_SPEC = IndexSpec(
    kind="erasure",
    columns={"state": str, "conversation": str, "received": str},
    orders={"oldest": ("received",)},
)

LEGAL_HOLD_SPEC = IndexSpec(
    kind="legal_hold", columns={"scope": str, "running": bool, "review": str}, orders={"due": ("review",)}
)
