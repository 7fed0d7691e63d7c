"""By what officers are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

OFFICER_SPEC = IndexSpec(kind="officer", columns={"home": str}, multi=("role",), orders={"id": ()})

OFFICER_CHAT_SPEC = IndexSpec(
    kind="officer_chat", columns={"officer": str, "handle": str, "mark": str}, orders={"id": ()}
)
