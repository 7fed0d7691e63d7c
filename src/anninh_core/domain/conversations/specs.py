"""By what conversations, messages and notes are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

CONVERSATION_SPEC = IndexSpec(kind="conversation", columns={}, orders={"id": ()})

MESSAGE_SPEC = IndexSpec(
    kind="message",
    columns={"conversation": str, "sender": str, "case": str, "kind": str, "platform": str, "hour": str},
    orders={"newest": ("-hour",), "oldest": ("hour",)},
)

CASE_NOTE_SPEC = IndexSpec(
    kind="case_note",
    columns={"case": str, "hour": str},
    orders={"newest": ("-hour",), "oldest": ("hour",)},
    filters={"newest": (("case",),), "oldest": (("case",),)},
)
