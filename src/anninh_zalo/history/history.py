"""An account's history: what it sent, and which messages of people the webhook missed."""

import logging
from collections.abc import Sequence
from datetime import datetime

from anninh_core.kernel.errors import DeliveryError, NeedsPerson, RecipientUnreachable, RequestRejected, Unsupported
from anninh_core.kernel.text import squeezed
from anninh_core.ports.adapter import AdapterServices
from anninh_core.ports.messenger import Found
from anninh_core.vocabulary.messages import Address, OutgoingMessage, Place
from anninh_zalo.api.calls import Asks
from anninh_zalo.errors.own import own_storage
from anninh_zalo.history.events import event_of
from anninh_zalo.history.items import Item
from anninh_zalo.history.missed import Habits, Missed
from anninh_zalo.history.pages import PAGE, Pages
from anninh_zalo.rules.clocks import TheirClock
from anninh_zalo.sending.pieces import Cutting, pieces_of
from anninh_zalo.sending.texts import without_mentions

_FOR_GOOD = (NeedsPerson, RecipientUnreachable, RequestRejected, Unsupported)
_log = logging.getLogger(__name__)


class History:
    """Answers `reconcile` and `missed` of an official account.

    Args:
        api: asks in the name of the account.
        services: clock, and where it is kept how far was read.
        instance: name of the messenger in the settings.
        oa_id: the account.
        app_id: the application, as its webhooks name it.
        groups: whether the account may use groups; without the right to them every look would end in a refusal.
        cutting: how long texts are cut.
        habits: how missed messages are looked for.
        most_pages: how far back, in pages of ten, is looked for what was sent.
        their_clock: how far the clock that dates the lists is ahead of ours; the same time if not given.
    """

    def __init__(
        self,
        api: Asks,
        services: AdapterServices,
        instance: str,
        *,
        oa_id: str,
        app_id: str,
        groups: bool = True,
        cutting: Cutting | None = None,
        habits: Habits | None = None,
        most_pages: int = 30,
        their_clock: TheirClock | None = None,
    ) -> None:
        self._pages = Pages(api)
        self._instance = instance
        self._oa_id = oa_id
        self._app_id = app_id
        self._cutting = cutting or Cutting()
        self._most_pages = most_pages
        self._their_clock = their_clock or TheirClock(services.clock)
        places = (Place.PERSON, Place.GROUP) if groups else (Place.PERSON,)
        chosen = habits or Habits()
        self._missed = [
            Missed(self._pages, services, instance, place, oa_id=oa_id, habits=chosen, their_clock=self._their_clock)
            for place in places
        ]

    def sent_like(self, message: OutgoingMessage, since: datetime) -> Sequence[Found] | None:
        """Return what stands in the recipient's conversation with exactly these words since a moment, oldest first.

        None also for what doesn't stand there as one message of words: a long text in parts, something attached.

        Raises:
            RetryLater: Zalo can't be asked now.
        """
        try:
            pieces = pieces_of(message, self._cutting)
        except (RequestRejected, Unsupported):
            return None
        findable = len(pieces) == 1 and pieces[0].findable
        return self.said_by_us(message.to, pieces[0].text, since) if findable else None

    def said_by_us(self, to: Address, text: str, since: datetime) -> Sequence[Found] | None:
        """Return the account's messages of exactly this text since a moment, oldest first; white space may differ.

        The text is that of one message as it was sent, a part of a longer one for instance.

        Moments are by our clock: what Zalo's says is corrected by how far it is ahead.

        None where the list can't tell: it can't be read for good or to the last line, isn't told newest first, or
        doesn't reach back to that moment. Only of a conversation that fits on one page is it believed that it began
        later.

        Raises:
            RetryLater: Zalo can't be asked now.
        """
        wanted = squeezed(without_mentions(text))
        if not wanted:
            return None
        try:
            items = self._since(to, since)
        except _FOR_GOOD as error:
            _log.info("messenger %s: a conversation can't be read: %s", self._instance, type(error).__name__)
            return None
        if items is None:
            return None
        ours = [item for item in reversed(items) if item.by(self._oa_id) and squeezed(item.text) == wanted]
        ahead = self._their_clock.ahead
        return [Found(platform_id=item.id, at=item.at - ahead) for item in sorted(ours, key=lambda item: item.at)]

    def missed(self) -> Sequence[bytes]:
        """Return people's messages that the webhook may have missed, as webhook bodies, oldest first.

        Raises:
            DeliveryError: nothing could be read; the next pass starts from the same position.
        """
        found: list[Item] = []
        failures: list[DeliveryError] = []
        for missed in self._missed:
            try:
                with own_storage():
                    found += missed.items()
            except DeliveryError as error:
                failures.append(error)
        if len(failures) == len(self._missed):
            raise failures[0]
        for failure in failures:
            _log.info("messenger %s: a list can't be read: %s", self._instance, type(failure).__name__)
        return [event_of(item, self._oa_id, self._app_id) for item in sorted(found, key=lambda item: item.at)]

    def _since(self, to: Address, since: datetime) -> Sequence[Item] | None:
        """Return a conversation back to a moment, None where it isn't known whether there was more."""
        found: dict[str, Item] = {}
        for page in self._pages.conversation(to, self._most_pages, whole=True):
            if page[0].at < page[-1].at:
                return None
            found.update({item.id: item for item in page})
            if page[-1].at < since + self._their_clock.ahead:
                break
        else:
            if not 0 < len(found) < PAGE:
                return None
        return [item for item in found.values() if item.at >= since + self._their_clock.ahead]
