"""Finds sent messages of unknown outcome in the history, also those sent in several parts."""

from collections.abc import Sequence
from datetime import datetime

from anninh_core.kernel.errors import RequestRejected, Unsupported
from anninh_core.ports.messenger import Found
from anninh_core.vocabulary.messages import OutgoingMessage
from anninh_zalo.history.history import History
from anninh_zalo.sending.sender import Sender
from anninh_zalo.webhook.visitors import visitor_of


class Recall:
    """Finds messages in the form in which the sender split them.

    Args:
        history: the platform's history; None where it must not be read.
    """

    def __init__(self, sender: Sender, history: History | None) -> None:
        self._sender = sender
        self._history = history

    def sent_like(self, message: OutgoingMessage, since: datetime) -> Sequence[Found] | None:
        """Return what stands in the recipient's conversation with exactly these words since a moment.

        Of a message in several pieces it is the one whose outcome is unknown, behind those that are known to have gone
        out. Found, it counts as sent; the message has arrived if it was the last, else there is nothing to return: sent
        again, it goes on behind what was found.

        None for visitors of a web site, for pictures and files, which can't be told apart, and where the history can't
        be read.

        Raises:
            RetryLater: Zalo, or our own storage, can't be asked now.
        """
        if self._history is None or visitor_of(message.to.id) is not None:
            return None
        try:
            pieces = self._sender.pieces(message)
        except (RequestRejected, Unsupported):
            return None
        if len(pieces) == 1:
            return self._history.sent_like(message, since)
        sent = self._sender.progress.sent(message.key, len(pieces))
        if len(sent) == len(pieces):
            return [Found(platform_id=sent[-1], at=since)]
        piece = pieces[len(sent)]
        found = self._history.said_by_us(message.to, piece.text, since) if piece.findable else None
        if found is None:
            return None
        taken = self._sender.progress.ids()  # another message may have said the same
        new = next((one for one in found if one.platform_id not in taken), None)
        if new is None:
            return []
        if not self._sender.progress.found(message.key, len(pieces), new.platform_id):
            return None
        return [new] if len(sent) + 1 == len(pieces) else []
