"""By what posts under moderation are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

POST_SPEC = IndexSpec(
    kind="post",
    columns={"state": str, "group": str, "author": str, "needs_hand": bool, "raised": str},
    orders={"newest": ("-raised",), "oldest": ("raised",)},
)
