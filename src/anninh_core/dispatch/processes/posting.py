"""Posting by hand: a board member has posted what the task sheet said, and confirms it."""

from collections.abc import Mapping

from anninh_core.dispatch.delivery import Delivery
from anninh_core.ports.messenger import ByHand, Messenger
from anninh_core.work.actor import Actor


class Posting:
    """Joins the delivery desk with messengers whose posts are made by people."""

    def __init__(self, delivery: Delivery, messengers: Mapping[str, Messenger]) -> None:
        self._delivery = delivery
        self._messengers = messengers

    def confirm(self, actor: Actor, row_id: str, link: str = "") -> None:
        """Confirm a post: the ledger says delivered, by whom and with which link, and the sheet shows it as done.

        Where the program stopped between the sheet and the ledger, it is confirmed again without harm.
        """
        row = self._delivery.waiting(actor, row_id)
        messenger = self._messengers.get(row.messenger)
        if isinstance(messenger, ByHand):
            messenger.confirm(row_id, actor.id, link)
        self._delivery.confirm(actor, row_id, link or f"posted by {actor.id}")
