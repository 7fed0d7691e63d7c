"""Posting by hand: a board member has posted what the task sheet said, and confirms it."""

from collections.abc import Mapping

from anninh_core.messaging.failures.desk import FailureDesk, posted_by
from anninh_core.ports.messenger import ByHand, Messenger
from anninh_core.rooms.units.model import OFFICER
from anninh_core.work.actor import Actor
from anninh_core.work.desk import Desk


class Posting:
    """Joins the delivery desk with messengers whose posts are made by people."""

    def __init__(self, desk: Desk, delivery: FailureDesk, messengers: Mapping[str, Messenger]) -> None:
        self._desk = desk
        self._delivery = delivery
        self._messengers = messengers

    def confirm(self, actor: Actor, row_id: str, link: str = "") -> None:
        """Confirm a post: the ledger says delivered, by whom and with which link, and the sheet shows it as done.

        Where the program stopped between the sheet and the ledger, it is confirmed again without harm.
        """
        row = self._delivery.waiting(actor, row_id)
        messenger = self._messengers.get(row.messenger)
        if isinstance(messenger, ByHand):
            messenger.confirm(row_id, self._name(actor), link)
        self._delivery.confirm(actor, row_id, link or posted_by(actor))

    def _name(self, actor: Actor) -> str:
        """Return how the sheet names who confirmed: people read it, so by name."""
        record = self._desk.storage.records.get(OFFICER.name, actor.id)
        return self._desk.opened(OFFICER, record).name if record else actor.label
