"""Finds sent messages of unknown outcome in the history, also those sent in several parts."""

from collections.abc import Sequence
from datetime import datetime

from anninh_core.kernel.errors import RequestRejected, Unsupported
from anninh_core.ports.messengers.messenger import Found
from anninh_core.vocabulary.messages import OutgoingMessage
from anninh_zalo.history.history import History
from anninh_zalo.sending.sender import Sender
from anninh_zalo.webhook.visitors import parse_visitor


class SentMessageFinder:
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
        if self._history is None or parse_visitor(message.to.id) is not None:
            return None
        try:
            parts = self._sender.split(message)
        except (RequestRejected, Unsupported):
            return None
        if len(parts) == 1:
            return self._history.sent_like(message, since)
        sent_ids = self._sender.progress.sent_ids(message.key, len(parts))
        if len(sent_ids) == len(parts):
            return [Found(platform_id=sent_ids[-1], at=since)]
        part = parts[len(sent_ids)]
        matches = self._history.find_own_text(message.to, part.text, since) if part.is_searchable else None
        if matches is None:
            return None
        known_ids = self._sender.progress.all_sent_ids()  # another message may have said the same
        unclaimed = next((candidate for candidate in matches if candidate.platform_id not in known_ids), None)
        if unclaimed is None:
            return []
        if not self._sender.progress.record_found(message.key, len(parts), unclaimed.platform_id):
            return None
        return [unclaimed] if len(sent_ids) + 1 == len(parts) else []
