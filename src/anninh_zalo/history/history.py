"""An account's history: its sent messages, and people's messages that the webhook missed."""

import logging
from collections.abc import Sequence
from datetime import datetime

from anninh_core.kernel.errors import DeliveryError, NeedsPerson, RecipientUnreachable, RequestRejected, Unsupported
from anninh_core.kernel.text import normalize_spaces
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Found
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Place
from anninh_zalo.api.calls import ApiClient
from anninh_zalo.errors.storage import retry_on_storage_error
from anninh_zalo.history.backfill import BackfillReader, BackfillSettings
from anninh_zalo.history.events import build_event
from anninh_zalo.history.items import HistoryItem
from anninh_zalo.history.pages import PAGE, HistoryPages
from anninh_zalo.policy.clock_skew import ClockSkew
from anninh_zalo.sending.parts import SplitOptions, split_message
from anninh_zalo.sending.text_split import disable_mentions

_PERMANENT_ERRORS = (NeedsPerson, RecipientUnreachable, RequestRejected, Unsupported)
_log = logging.getLogger(__name__)


class History:
    """Finds an official account's sent messages, and people's missed messages, in Zalo's history; used for `reconcile`
    and `missed`.

    Args:
        services: clock, and the state in which read positions are stored.
        instance: name of the messenger in the settings.
        oa_id: the account.
        app_id: the application, as in its webhook events.
        groups: whether the account may use groups; without that right every pass would be refused.
        cutting: options for splitting texts.
        habits: settings of the search for missed messages.
        most_pages: how far back to search for sent messages, in pages of ten.
        their_clock: skew of the clock that dates the lists, relative to ours; none by default.
    """

    def __init__(
        self,
        api: ApiClient,
        services: AdapterServices,
        instance: str,
        *,
        oa_id: str,
        app_id: str,
        groups: bool = True,
        cutting: SplitOptions | None = None,
        habits: BackfillSettings | None = None,
        most_pages: int = 30,
        their_clock: ClockSkew | None = None,
    ) -> None:
        self._pages = HistoryPages(api)
        self._instance = instance
        self._oa_id = oa_id
        self._app_id = app_id
        self._split_options = cutting or SplitOptions()
        self._most_pages = most_pages
        self._clock_skew = their_clock or ClockSkew(services.clock)
        places = (Place.PERSON, Place.GROUP) if groups else (Place.PERSON,)
        settings = habits or BackfillSettings()
        self._backfill_readers = [
            BackfillReader(
                self._pages, services, instance, place, oa_id=oa_id, habits=settings, their_clock=self._clock_skew
            )
            for place in places
        ]

    def sent_like(self, message: OutgoingMessage, since: datetime) -> Sequence[Found] | None:
        """Return the messages in the recipient's conversation with exactly the text of `message` since a moment, oldest
        first.

        None also for messages other than a single text: a long text in parts, or one with attachments.

        Raises:
            RetryLater: Zalo can't be reached now.
        """
        try:
            parts = split_message(message, self._split_options)
        except (RequestRejected, Unsupported):
            return None
        is_searchable = len(parts) == 1 and parts[0].is_searchable
        return self.find_own_text(message.to, parts[0].text, since) if is_searchable else None

    def find_own_text(self, to: Address, text: str, since: datetime) -> Sequence[Found] | None:
        """Return the account's messages with exactly this text since a moment, oldest first; white space may differ.

        The text is that of one message as it was sent, for instance a part of a longer one. Moments are by our clock:
        Zalo's times are corrected by the clock skew.

        None if the list is inconclusive: it can't be read permanently or to the last line, isn't sorted newest first,
        or doesn't reach back to that moment. A shorter list counts as the whole conversation only if it fits on one
        page.

        Raises:
            RetryLater: Zalo can't be reached now.
        """
        normalized_text = normalize_spaces(disable_mentions(text))
        if not normalized_text:
            return None
        try:
            items = self._read_since(to, since)
        except _PERMANENT_ERRORS as error:
            _log.info("messenger %s: a conversation can't be read: %s", self._instance, type(error).__name__)
            return None
        if items is None:
            return None
        own_items = [
            item
            for item in reversed(items)
            if item.is_written_by(self._oa_id) and normalize_spaces(item.text) == normalized_text
        ]
        ahead = self._clock_skew.ahead
        return [Found(platform_id=item.id, at=item.at - ahead) for item in sorted(own_items, key=lambda item: item.at)]

    def missed_events(self) -> Sequence[bytes]:
        """Return people's messages that the webhook may have missed, as webhook bodies, oldest first.

        Raises:
            DeliveryError: nothing could be read; the next pass starts from the same position.
        """
        items: list[HistoryItem] = []
        failures: list[DeliveryError] = []
        for reader in self._backfill_readers:
            try:
                with retry_on_storage_error():
                    items += reader.items()
            except DeliveryError as error:
                failures.append(error)
        if len(failures) == len(self._backfill_readers):
            raise failures[0]
        for failure in failures:
            _log.info("messenger %s: a list can't be read: %s", self._instance, type(failure).__name__)
        return [build_event(item, self._oa_id, self._app_id) for item in sorted(items, key=lambda item: item.at)]

    def _read_since(self, to: Address, since: datetime) -> Sequence[HistoryItem] | None:
        """Return a conversation's messages since a moment, or None if the list may be incomplete."""
        items_by_id: dict[str, HistoryItem] = {}
        for page in self._pages.conversation(to, self._most_pages, whole=True):
            if page[0].at < page[-1].at:
                return None
            items_by_id.update({item.id: item for item in page})
            if page[-1].at < since + self._clock_skew.ahead:
                break
        else:
            if not 0 < len(items_by_id) < PAGE:
                return None
        return [item for item in items_by_id.values() if item.at >= since + self._clock_skew.ahead]
