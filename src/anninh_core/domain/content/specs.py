"""By what items, publications and sources are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

SOURCE_SPEC = IndexSpec(kind="source", columns={"in_use": bool}, orders={"id": ()}, sealed=False)

ITEM_SPEC = IndexSpec(
    kind="item",
    columns={
        "state": str,
        "category": str,
        "written": str,
        "replaces": str,
        "runs_out": bool,
        "expires": str,
        "review_open": bool,
        "review_due": str,
    },
    orders={"newest": ("-written",), "expires": ("expires",), "review_due": ("review_due",)},
)

PUBLICATION_SPEC = IndexSpec(
    kind="publication",
    columns={"category": str, "published": str, "shown": bool},
    orders={"newest": ("-published",)},
    sealed=False,
)
