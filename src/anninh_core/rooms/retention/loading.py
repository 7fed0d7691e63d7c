"""What several parts of the module read."""

from anninh_core.rooms.retention.kind import TOMBSTONE
from anninh_core.work.draft import Draft


def is_purge_ordered(draft: Draft, scope: str) -> bool:
    """Tell whether a purge was ordered; one that was carried out is over once the scope seals something anew."""
    order = draft.peek(TOMBSTONE, scope)
    return order is not None and (order.done_at is None or draft.context.storage.keyring.get(scope) is None)
