"""What several parts of the module read: an item, and how its messages to groups stand."""

from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.model import Item
from anninh_core.ports.queues import Queues
from anninh_core.usecase.read_session import ReadSession

_PAGE_SIZE = 500


def load_item(session: ReadSession, item_id: str) -> Item:
    """Return an item on whose unit the marked permission holds; raises as `ReadSession.held` does."""
    return session.get_permitted(ITEM, item_id, "`content.list` shows those you may see")


def outbox_states(queues: Queues, item: Item) -> dict[str, str]:
    """Return outbox row -> its state, for everything sent because of an item."""
    states: dict[str, str] = {}
    after = ""
    while True:
        rows = queues.outbox(cause=f"item:{item.id}", after=after, limit=_PAGE_SIZE)
        states |= {row.id: row.state for row in rows}
        if len(rows) < _PAGE_SIZE:
            return states
        after = rows[-1].id
