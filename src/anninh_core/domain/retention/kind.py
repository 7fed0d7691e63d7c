"""Definitions of how erasure requests, purge orders and legal holds are stored."""

from collections.abc import Iterable, Mapping

from anninh_core.domain.index_specs import ERASURE_SPEC, LEGAL_HOLD_SPEC, PURGE_ORDER_SPEC
from anninh_core.domain.retention.model import Erasure, LegalHold, PurgeOrder
from anninh_core.usecase.kinds import Fact, Kind, format_hour

# The keys of these scopes are stored under these names.
PURGE_ORDER_SCOPE = "governance:tombstones"
HOLD_SCOPE = "governance:holds"


def counted_facts(order: PurgeOrder) -> Mapping[str, Iterable[Fact]]:
    """Return the facts of the record that an order destroyed, by the record's reference, if the order has them."""
    if order.counted is None:
        return {}
    return {order.id: order.counted}


ERASURE = Kind(
    spec=ERASURE_SPEC,
    model=Erasure,
    columns=lambda erasure: {
        "state": erasure.state.value,
        "conversation": erasure.conversation,
        "received": format_hour(erasure.received_at),
    },
    scope=lambda erasure: f"erasure:{erasure.id}",
    numbered=True,
)

PURGE_ORDER = Kind(
    spec=PURGE_ORDER_SPEC,
    model=PurgeOrder,
    columns=lambda order: {"scope": order.id, "done": not order.is_pending},
    scope=lambda _: PURGE_ORDER_SCOPE,
    facts_of_others=counted_facts,
    numbered=True,
)

LEGAL_HOLD = Kind(
    spec=LEGAL_HOLD_SPEC,
    model=LegalHold,
    columns=lambda hold: {
        "scope": hold.scope,
        "running": hold.released_on is None,
        "review": hold.review_on.isoformat(),
    },
    scope=lambda _: HOLD_SCOPE,
    numbered=True,
)
