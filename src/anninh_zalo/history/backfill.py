"""Backfill from the history lists: read messages that the webhook may have missed since the last pass."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import define, evolve, field, frozen

from anninh_core.kernel.errors import NeedsPerson, RecipientUnreachable, RequestRejected, RetryLater
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.storages.storage import Lease
from anninh_core.vocabulary.messages import Address, Place
from anninh_zalo.history.items import HistoryItem
from anninh_zalo.history.pages import HistoryPages
from anninh_zalo.history.position_store import PositionStore, ReadPosition
from anninh_zalo.policy.clock_skew import ClockSkew

_LEASE = timedelta(minutes=5)
_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class BackfillSettings:
    """Settings of the search for missed messages.

    The defaults leave most of the 100 calls a minute of the smallest package for sending.

    Attributes:
        overlap: time before the last pass that is read again; clocks differ, and some messages are listed late.
        calls: pages of conversations per pass; later passes read the others.
        patience: maximum duration of a pass, as the caller has other work.
        most_pages: maximum number of pages of one list.
    """

    every: timedelta = timedelta(minutes=10)
    overlap: timedelta = timedelta(minutes=15)
    calls: int = 20
    patience: timedelta = timedelta(seconds=5)
    most_pages: int = 1000


@define
class _BackfillPass:
    """State of a backfill pass in progress."""

    position: ReadPosition
    version: int
    fence: Lease
    started: datetime
    items: list[HistoryItem] = field(factory=list)
    calls: int = 0


class BackfillReader:
    """Finds people's messages in the history of conversations of one kind.

    Args:
        place: conversations with persons, or in groups.
        oa_id: the account.
        their_clock: skew of the clock that dates the lists, relative to ours.
    """

    def __init__(
        self,
        pages: HistoryPages,
        services: AdapterServices,
        instance: str,
        place: Place,
        *,
        oa_id: str,
        habits: BackfillSettings,
        their_clock: ClockSkew,
    ) -> None:
        self._pages = pages
        self._services = services
        self._instance = instance
        self._place = place
        self._oa_id = oa_id
        self._settings = habits
        self._clock_skew = their_clock
        self._positions = PositionStore(services.state, place.value)

    def items(self) -> Sequence[HistoryItem]:
        """Return people's messages since the last pass, oldest first; none before the next pass is due.

        The very first pass only stores its time. If a call fails, the next pass starts where this one did, except for
        the conversations that were read already.

        Raises:
            DeliveryError: as of the call that failed.
        """
        position, _ = self._positions.get()
        if position is not None and not self._is_due(position):
            return ()
        with self._services.state.lease(f"history {self._place.value}", _LEASE) as lease:
            backfill_pass = self._claim_pass(lease) if lease is not None else None
            if backfill_pass is None:
                return ()
            self._read_pass(backfill_pass)
            return sorted(backfill_pass.items, key=lambda item: item.at)

    def _is_due(self, position: ReadPosition) -> bool:
        """Return whether the next backfill pass is due; a clock that was set back doesn't delay it."""
        now = self._services.clock.now()
        return not now < position.due <= now + self._settings.every

    def _claim_pass(self, lease: Lease) -> _BackfillPass | None:
        """Claim a backfill pass, so that no other process starts one; return None if none is due."""
        position, version = self._positions.get()
        now = self._services.clock.now()
        if position is None:
            self._positions.put(ReadPosition(since=now, read=now, due=now + self._settings.every), version, lease)
            return None
        if not self._is_due(position):
            return None
        claimed = evolve(position, due=now + self._settings.every, began=position.began or now)
        version = self._positions.put(claimed, version, lease)
        return _BackfillPass(claimed, version, lease, now) if version else None

    def _read_pass(self, backfill_pass: _BackfillPass) -> None:
        """Read the conversations with new messages, the oldest first, and store the position reached."""
        position = backfill_pass.position
        read_until = backfill_pass.position.done
        last = backfill_pass.position.done
        is_complete = False
        since = position.since - self._settings.overlap + min(self._clock_skew.ahead, timedelta(0))
        try:
            for newest in self._list_newest_since(max(since, position.done)):
                if newest.at > last:
                    read_until = last
                    if self._has_reached_limits(backfill_pass):
                        break
                backfill_pass.items.extend(self._read_person_messages(backfill_pass, newest, since))
                last = newest.at
            else:
                is_complete = True
        except RetryLater:
            if read_until == position.done:
                raise
        self._store_position(backfill_pass, read_until, whole=is_complete)

    def _has_reached_limits(self, backfill_pass: _BackfillPass) -> bool:
        is_late = self._services.clock.now() - backfill_pass.started >= self._settings.patience
        return is_late or backfill_pass.calls >= self._settings.calls

    def _store_position(self, backfill_pass: _BackfillPass, done: datetime, *, whole: bool) -> None:
        position = backfill_pass.position
        if whole:
            next_position = ReadPosition(
                since=position.read, read=position.began or backfill_pass.started, due=position.due
            )
        else:
            _log.info("messenger %s: the look for missed messages goes on later", self._instance)
            next_position = evolve(position, done=done, due=self._services.clock.now())
        if not self._positions.put(next_position, backfill_pass.version, backfill_pass.fence):
            _log.info("messenger %s: another look has gone on meanwhile", self._instance)

    def _list_newest_since(self, floor: datetime) -> Sequence[HistoryItem]:
        """Return the newest message of each conversation with a message after a moment, the oldest of them first."""
        newest: dict[str, HistoryItem] = {}
        for page in self._pages.recent(self._place, self._settings.most_pages):
            for item in page:
                newest.setdefault(self._conversation_id(item), item)
            if page and page[-1].at <= floor and page[0].at >= page[-1].at:
                break
        updated = [item for conversation_id, item in newest.items() if conversation_id and item.at > floor]
        return sorted(updated, key=lambda item: item.at)

    def _conversation_id(self, item: HistoryItem) -> str:
        return item.group if self._place is Place.GROUP else item.counterpart_id(self._oa_id)

    def _read_person_messages(
        self, backfill_pass: _BackfillPass, newest: HistoryItem, since: datetime
    ) -> Sequence[HistoryItem]:
        """Return people's messages in a conversation since a moment, oldest first; none if it can't be read."""
        conversation = Address(self._instance, self._place, self._conversation_id(newest))
        items_by_id: dict[str, HistoryItem] = {}
        try:
            for page in self._pages.conversation(conversation, self._settings.most_pages):
                backfill_pass.calls += 1
                items_by_id.update({item.id: item for item in page if item.at >= since})
                if page and page[-1].at < since and page[0].at >= page[-1].at:
                    break
        except (RecipientUnreachable, RequestRejected) as error:
            _log.warning("messenger %s: a conversation can't be read: %s", self._instance, type(error).__name__)
        except NeedsPerson:
            # This call raises an error if not only this conversation can't be read.
            next(self._pages.recent(self._place, 1), None)
            _log.warning("messenger %s: a conversation can't be read as long as nobody acts", self._instance)
        person_items = [item for item in reversed(items_by_id.values()) if not item.is_written_by(self._oa_id)]
        if self._place is Place.GROUP:
            return [item for item in person_items if item.author]
        return [evolve(item, author=item.author or conversation.id) for item in person_items]
