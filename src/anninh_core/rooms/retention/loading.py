"""What several parts of the module read."""

from anninh_core.rooms.retention.kind import PURGE_ORDER
from anninh_core.work.unit_of_work import UnitOfWork


def is_purge_ordered(draft: UnitOfWork, scope: str) -> bool:
    """Tell whether a purge was ordered; one that was carried out is over once the scope seals something anew."""
    order = draft.peek(PURGE_ORDER, scope)
    return order is not None and (order.done_at is None or draft.context.storage.keyring.get(scope) is None)
