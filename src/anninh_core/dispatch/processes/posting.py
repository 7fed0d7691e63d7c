"""Posting by hand: a board member has posted what the task sheet said, and confirms it."""

from collections.abc import Mapping

from anninh_core.dispatch.delivery import Delivery
from anninh_core.kernel.errors import NotFound
from anninh_core.ports.messenger import ByHand, Messenger
from anninh_core.work.actor import Actor
from anninh_core.work.desk import Desk


class Posting:
    """Joins the delivery desk with messengers whose posts are made by people."""

    def __init__(self, desk: Desk, delivery: Delivery, messengers: Mapping[str, Messenger]) -> None:
        self._desk = desk
        self._delivery = delivery
        self._messengers = messengers

    def confirm(self, actor: Actor, row_id: str, link: str = "") -> None:
        """Confirm a post: the ledger says delivered, by whom and with which link, and the sheet shows it as done.

        The task is confirmed after the ledger, and again without harm if the program stopped in between.
        """
        row = self._desk.storage.queues.outbox_row(row_id)
        if row is None:
            raise NotFound(f"there is no outbox row {row_id!r}; `anninh failures` lists those that wait")
        self._delivery.confirm(actor, row_id, link or f"posted by {actor.id}")
        messenger = self._messengers.get(row.messenger)
        if isinstance(messenger, ByHand):
            messenger.confirm(row_id, actor.id, link)
