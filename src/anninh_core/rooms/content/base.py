"""What all parts of the room share."""

from anninh_core.rooms.content.kind import ITEM
from anninh_core.rooms.content.model import Item
from anninh_core.work.look import Look
from anninh_core.work.marks import Room

_PAGE = 500


class ContentRoom(Room):
    """Base of the room's parts."""

    room = "content"

    def _held(self, look: Look, item_id: str) -> Item:
        return look.held(ITEM, item_id, "`content.list` shows those you may see")

    def _states(self, item: Item) -> dict[str, str]:
        """Return outbox row -> its state, for everything sent because of an item."""
        states: dict[str, str] = {}
        after = ""
        while True:
            rows = self.desk.storage.queues.outbox(cause=f"item:{item.id}", after=after, limit=_PAGE)
            states |= {row.id: row.state for row in rows}
            if len(rows) < _PAGE:
                return states
            after = rows[-1].id
