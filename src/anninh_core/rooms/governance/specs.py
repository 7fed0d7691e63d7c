"""By what the records of governance are found: all that a storage has to know of them."""

from anninh_core.ports.changes import IndexSpec

DISCLOSURE_SPEC = IndexSpec(
    kind="disclosure",
    columns={"state": str, "case": str, "conversation": str, "requested": str},
    orders={"newest": ("-requested",)},
)

TOMBSTONE_SPEC = IndexSpec(kind="tombstone", columns={"scope": str, "done": bool}, orders={"id": ()})

ERASURE_SPEC = IndexSpec(
    kind="erasure",
    columns={"state": str, "conversation": str, "received": str},
    orders={"oldest": ("received",)},
)

LEGAL_HOLD_SPEC = IndexSpec(
    kind="legal_hold", columns={"scope": str, "running": bool, "review": str}, orders={"due": ("review",)}
)

CHECKPOINT_SPEC = IndexSpec(kind="checkpoint", columns={"seq": int}, orders={"newest": ("-seq",)}, sealed=False)
