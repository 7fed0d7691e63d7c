"""By what checkpoints are found: all that a storage has to know of them."""

from anninh_core.ports.changes import IndexSpec

CHECKPOINT_SPEC = IndexSpec(kind="checkpoint", columns={"seq": int}, orders={"newest": ("-seq",)}, sealed=False)
