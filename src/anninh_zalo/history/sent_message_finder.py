"""Find sent messages of unknown outcome in the history, also those sent in several parts."""

from collections.abc import Sequence
from datetime import datetime

from anninh_core.kernel.errors import RequestRejected, Unsupported
from anninh_core.ports.messengers.messenger import Found
from anninh_core.vocabulary.messages import OutgoingMessage
from anninh_zalo.history.history import History
from anninh_zalo.sending.sender import Sender
from anninh_zalo.webhook.visitors import parse_visitor


class SentMessageFinder:
    """Finds messages in the history in the form in which the sender split them.

    Args:
        history: the platform's history; None if it must not be read.
    """

    def __init__(self, sender: Sender, history: History | None) -> None:
        self._sender = sender
        self._history = history

    def sent_like(self, message: OutgoingMessage, since: datetime) -> Sequence[Found] | None:
        """Return the messages in the recipient's conversation with exactly the text of `message` since a moment.

        Of a message in several parts, only the first part with an unknown outcome is searched for. If found, it counts
        as sent: it is returned if it was the last part; else the result is empty, and sending the message again
        continues after it.

        None for visitors of a web site, for pictures and files, which can't be distinguished, and if the history can't
        be read.

        Raises:
            RetryLater: Zalo, or our own storage, can't be reached now.
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
        # The ids of other sent messages are left out, as another message may have the same text.
        known_ids = self._sender.progress.all_sent_ids()
        unclaimed = next((candidate for candidate in matches if candidate.platform_id not in known_ids), None)
        if unclaimed is None:
            return []
        if not self._sender.progress.record_found(message.key, len(parts), unclaimed.platform_id):
            return None
        return [unclaimed] if len(sent_ids) + 1 == len(parts) else []
