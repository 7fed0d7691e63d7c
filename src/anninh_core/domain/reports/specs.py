"""By what reports are found: all that a storage has to know of them."""

from anninh_core.ports.storages.changes import IndexSpec

REPORT_SPEC = IndexSpec(
    kind="report",
    columns={"unit": str, "obligation": str, "year": int, "state": str, "version": int, "last_day": str},
    orders={"newest": ("-last_day", "-version")},
)
NUMBER_SERIES_SPEC = IndexSpec(kind="number_series", columns={"year": int}, orders={"id": ()})
