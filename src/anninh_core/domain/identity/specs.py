"""By what the records of identities are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

DISCLOSURE_SPEC = IndexSpec(
    kind="disclosure",
    columns={"state": str, "case": str, "conversation": str, "requested": str},
    orders={"newest": ("-requested",)},
)

EMERGENCY_OPENING_SPEC = IndexSpec(
    kind="emergency_opening",
    columns={"state": str, "case": str, "opened": str},
    orders={"newest": ("-opened",)},
)

CUSTODIAN_SPEC = IndexSpec(kind="custodian", columns={"state": str, "officer": str}, orders={"id": ()})
