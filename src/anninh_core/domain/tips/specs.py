"""By what tips are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

TIP_SPEC = IndexSpec(
    kind="tip",
    columns={
        "state": str,
        "type": str,
        "category": str,
        "urgency": str,
        "handling_unit": str,
        "conversation": str,
        "receipt": str,
        "received": str,
        "due": str,
        "merged_into": str,
        "work": str,
    },
    multi=("handler", "excluded", "claimant"),
    orders={"newest": ("-received",), "due": ("due",), "work": ("work",)},
    filters={
        "newest": (
            *(("state",), ("category",), ("receipt",), ("handler",)),
            *(("unit", "state"), ("unit", "category"), ("state", "category"), ("unit", "state", "category")),
        ),
        "due": (("type",), ("unit", "type"), ("handler",)),
        "work": (("handler",),),
    },
)

SUBCASE_SPEC = IndexSpec(
    kind="subcase",
    columns={"case": str, "state": str, "asked": str},
    multi=("officer", "excluded"),
    orders={"newest": ("-asked",)},
    filters={"newest": (("case",), ("unit", "state"), ("officer",))},
)

INCIDENT_SPEC = IndexSpec(
    kind="incident",
    columns={"state": str, "opened": str},
    orders={"newest": ("-opened",)},
    filters={"newest": (("state",),)},
)

SLIP_SERIES_SPEC = IndexSpec(kind="slip_series", columns={"year": int}, orders={"id": ()})
