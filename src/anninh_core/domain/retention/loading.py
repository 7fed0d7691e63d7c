"""What several parts of the module read."""

from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.usecase.unit_of_work import UnitOfWork


def is_purge_ordered(uow: UnitOfWork, scope: str) -> bool:
    """Tell whether a purge was ordered; one that was carried out is over once the scope seals something anew."""
    order = uow.get(PURGE_ORDER, scope)
    if order is None or order.cancelled_at is not None:
        return False
    return order.done_at is None or uow.context.storage.keyring.get(scope) is None
