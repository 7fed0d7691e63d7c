"""By what inquiries and articles are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

INQUIRY_SPEC = IndexSpec(
    kind="inquiry",
    columns={"state": str, "conversation": str, "article": str, "received": str},
    orders={"newest": ("-received",), "oldest": ("received",)},
)

ARTICLE_SPEC = IndexSpec(kind="article", columns={"retired": bool}, orders={"id": ()}, sealed=False)
