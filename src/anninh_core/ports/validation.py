"""What a storage refuses before it writes; authors of storages import it from here."""

from anninh_core.ports.storages.validation import (
    are_keys_current,
    check_change,
    check_record,
    check_spec,
    check_value,
    check_where,
    fill_columns,
    may_settle_inbox,
    may_settle_outbox,
    names,
    require_kind,
)

__all__ = [
    "are_keys_current",
    "check_change",
    "check_record",
    "check_spec",
    "check_value",
    "check_where",
    "fill_columns",
    "may_settle_inbox",
    "may_settle_outbox",
    "names",
    "require_kind",
]
