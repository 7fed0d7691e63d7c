"""By what items, publications, sources and found pieces are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

SOURCE_SPEC = IndexSpec(kind="source", columns={"in_use": bool}, orders={"id": ()}, sealed=False)

FOUND_PIECE_SPEC = IndexSpec(kind="found_piece", columns={"state": str, "found": str}, orders={"newest": ("-found",)})

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
