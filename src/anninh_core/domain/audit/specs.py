"""By what checkpoints are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

CHECKPOINT_SPEC = IndexSpec(kind="checkpoint", columns={"seq": int}, orders={"newest": ("-seq",)}, sealed=False)

JOURNAL_HEAD_SPEC = IndexSpec(
    kind="journal_head", columns={"number": int, "seq": int}, orders={"newest": ("-number",)}, sealed=False
)

RECEIVED_HEAD_SPEC = IndexSpec(
    kind="received_head",
    columns={"authority": str, "number": int, "accepted": bool},
    orders={"newest": ("-number",)},
    filters={"newest": (("authority",),)},
    sealed=False,
)
