"""Backfill: reads messages from the history lists that the webhook may have missed since the last pass."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import define, evolve, field, frozen

from anninh_core.kernel.errors import NeedsPerson, RecipientUnreachable, RequestRejected, RetryLater
from anninh_core.ports.adapter import AdapterServices
from anninh_core.ports.storage import Lease
from anninh_core.vocabulary.messages import Address, Place
from anninh_zalo.history.items import Item
from anninh_zalo.history.marks import Mark, Marks
from anninh_zalo.history.pages import Pages
from anninh_zalo.rules.clocks import TheirClock

_LEASE = timedelta(minutes=5)
_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class Habits:
    """How missed messages are looked for.

    The defaults leave most of the 100 calls a minute of the smallest package for sending.

    Attributes:
        every: how often.
        overlap: how much further back than the last look; clocks differ, and some messages are listed late.
        calls: pages of conversations per pass; the rest is read by the next one.
        patience: the longest a pass may take, as the caller has other work.
        most_pages: of one list.
    """

    every: timedelta = timedelta(minutes=10)
    overlap: timedelta = timedelta(minutes=15)
    calls: int = 20
    patience: timedelta = timedelta(seconds=5)
    most_pages: int = 1000


@define
class _Look:
    """A backfill pass in progress."""

    mark: Mark
    version: int
    fence: Lease
    started: datetime
    items: list[Item] = field(factory=list)
    calls: int = 0


class Missed:
    """Looks for people's messages in conversations of one kind.

    Args:
        place: one-to-one or in groups.
        oa_id: the account.
        their_clock: how far the clock that dates the lists is ahead of ours.
    """

    def __init__(
        self,
        pages: Pages,
        services: AdapterServices,
        instance: str,
        place: Place,
        *,
        oa_id: str,
        habits: Habits,
        their_clock: TheirClock,
    ) -> None:
        self._pages = pages
        self._services = services
        self._instance = instance
        self._place = place
        self._oa_id = oa_id
        self._habits = habits
        self._their_clock = their_clock
        self._marks = Marks(services.state, place.value)

    def items(self) -> Sequence[Item]:
        """Return people's messages since the last look, oldest first; none before it is time to look again.

        The very first pass only stores its time. Where a call fails, the next pass starts where this one did, except
        for the conversations that were read already.

        Raises:
            DeliveryError: as of the call that failed.
        """
        mark, _ = self._marks.get()
        if mark is not None and not self._is_due(mark):
            return ()
        with self._services.state.lease(f"history {self._place.value}", _LEASE) as lease:
            look = self._claimed(lease) if lease is not None else None
            if look is None:
                return ()
            self._pass(look)
            return sorted(look.items, key=lambda item: item.at)

    def _is_due(self, mark: Mark) -> bool:
        """Tell whether a pass is due; a clock that was set back doesn't delay it."""
        now = self._services.clock.now()
        return not now < mark.due <= now + self._habits.every

    def _claimed(self, lease: Lease) -> _Look | None:
        """Claim a pass, so that no other process starts one; None where none is due."""
        mark, version = self._marks.get()
        now = self._services.clock.now()
        if mark is None:
            self._marks.put(Mark(since=now, read=now, due=now + self._habits.every), version, lease)
            return None
        if not self._is_due(mark):
            return None
        begun = evolve(mark, due=now + self._habits.every, began=mark.began or now)
        version = self._marks.put(begun, version, lease)
        return _Look(begun, version, lease, now) if version else None

    def _pass(self, look: _Look) -> None:
        """Read the conversations with new messages, the oldest first, and store the position reached."""
        mark, done, last, whole = look.mark, look.mark.done, look.mark.done, False
        since = mark.since - self._habits.overlap + min(self._their_clock.ahead, timedelta(0))
        try:
            for newest in self._with_news(max(since, mark.done)):
                if newest.at > last:
                    done = last
                    if self._is_enough(look):
                        break
                look.items.extend(self._people(look, newest, since))
                last = newest.at
            else:
                whole = True
        except RetryLater:
            if done == mark.done:
                raise
        self._note(look, done, whole=whole)

    def _is_enough(self, look: _Look) -> bool:
        is_late = self._services.clock.now() - look.started >= self._habits.patience
        return is_late or look.calls >= self._habits.calls

    def _note(self, look: _Look, done: datetime, *, whole: bool) -> None:
        mark = look.mark
        if whole:
            after = Mark(since=mark.read, read=mark.began or look.started, due=mark.due)
        else:
            _log.info("messenger %s: the look for missed messages goes on later", self._instance)
            after = evolve(mark, done=done, due=self._services.clock.now())
        if not self._marks.put(after, look.version, look.fence):
            _log.info("messenger %s: another look has gone on meanwhile", self._instance)

    def _with_news(self, floor: datetime) -> Sequence[Item]:
        """Return the newest message of each conversation that has one after a moment, the oldest of them first."""
        found: dict[str, Item] = {}
        for page in self._pages.recent(self._place, self._habits.most_pages):
            for item in page:
                found.setdefault(self._whose(item), item)
            if page and page[-1].at <= floor and page[0].at >= page[-1].at:
                break
        news = [item for whose, item in found.items() if whose and item.at > floor]
        return sorted(news, key=lambda item: item.at)

    def _whose(self, item: Item) -> str:
        return item.group if self._place is Place.GROUP else item.other(self._oa_id)

    def _people(self, look: _Look, newest: Item, since: datetime) -> Sequence[Item]:
        """Return what people wrote in a conversation since a moment, oldest first; nothing where it can't be read."""
        conversation = Address(self._instance, self._place, self._whose(newest))
        found: dict[str, Item] = {}
        try:
            for page in self._pages.conversation(conversation, self._habits.most_pages):
                look.calls += 1
                found.update({item.id: item for item in page if item.at >= since})
                if page and page[-1].at < since and page[0].at >= page[-1].at:
                    break
        except (RecipientUnreachable, RequestRejected) as error:
            _log.warning("messenger %s: a conversation can't be read: %s", self._instance, type(error).__name__)
        except NeedsPerson:
            next(self._pages.recent(self._place, 1), None)  # raises where it isn't this conversation alone
            _log.warning("messenger %s: a conversation can't be read as long as nobody acts", self._instance)
        people = [item for item in reversed(found.values()) if not item.by(self._oa_id)]
        if self._place is Place.GROUP:
            return [item for item in people if item.author]
        return [evolve(item, author=item.author or conversation.id) for item in people]
