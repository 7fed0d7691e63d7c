"""An app: one district's rooms at one desk, with its messengers and its worker."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from threading import Lock
from types import TracebackType
from typing import Self

from attrs import field, frozen

from anninh_core import dispatch, messaging
from anninh_core import rooms as services
from anninh_core.dispatch import processes
from anninh_core.dispatch.rooms import Rooms
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.plugins import Plugins
from anninh_core.ports.messenger import Messenger
from anninh_core.vocabulary.district import District
from anninh_core.work.desk import Desk


@frozen(kw_only=True)
class App:
    """What a program works with.

    Rooms answer for one subject each; processes span several (`advising`, `founding`, `marking`, `moderating`,
    `publishing`, `posting`, `papers`, `withdrawing`);
    `intake` takes events in, `worker` works through them, `delivery` is the failure desk.
    All of them are made when they are first asked for.
    """

    desk: Desk
    rooms: Rooms
    plugins: Plugins
    messengers: Mapping[str, Messenger]
    _paces: Mapping[str, RateLimit] = field(factory=dict)
    _working: list[dispatch.Worker] = field(factory=list, init=False, repr=False)
    _lock: Lock = field(factory=Lock, init=False, repr=False)
    _closed: list[bool] = field(factory=list, init=False, repr=False)

    @cached_property
    def intake(self) -> dispatch.Intake:
        """Takes events in."""
        return dispatch.Intake(self.desk, self.rooms.conversations, self.messengers)

    @property
    def worker(self) -> dispatch.Worker:
        """Works through what has come and what must go; there is one of it, whichever thread asks first."""
        with self._lock:
            if not self._working:
                self._working.append(
                    dispatch.worker_at(self.desk, self.rooms, self.plugins, self.messengers, self._paces)
                )
            return self._working[0]

    @cached_property
    def delivery(self) -> messaging.FailureDesk:
        """The failure desk."""
        return messaging.FailureDesk(self.desk, dispatch.outcomes_at(self.desk, self.rooms).arrived)

    @cached_property
    def advising(self) -> processes.Advising:
        """Who might handle a tip."""
        return processes.Advising(self.desk, self.rooms, self.plugins)

    @cached_property
    def founding(self) -> processes.Founding:
        """Groups on their platforms."""
        return processes.Founding(self.desk, self.rooms, self.messengers)

    @cached_property
    def marking(self) -> processes.Marking:
        """Messages of a group that become cases."""
        return processes.Marking(self.desk, self.rooms, self.messengers, self.intake)

    @cached_property
    def moderating(self) -> processes.Moderating:
        """Rulings carried out on their platforms."""
        return processes.Moderating(self.desk, self.rooms, self.messengers)

    @cached_property
    def publishing(self) -> processes.Publishing:
        """Items and what the reviewing plugins find."""
        return processes.Publishing(self.desk, self.rooms, self.plugins)

    @cached_property
    def papers(self) -> processes.Papers:
        """Reports as papers."""
        return processes.Papers(self.desk, self.rooms, self.plugins)

    @cached_property
    def posting(self) -> processes.Posting:
        """What people post by hand."""
        return processes.Posting(self.desk, self.delivery, self.messengers)

    @cached_property
    def withdrawing(self) -> processes.Withdrawing:
        """People who want nothing of theirs to be kept."""
        return processes.Withdrawing(self.desk, self.rooms)

    @property
    def district(self) -> District:
        """The profile."""
        return self.desk.district

    @property
    def units(self) -> services.Units:
        """Officers and their grants."""
        return self.rooms.units

    @property
    def conversations(self) -> services.Conversations:
        """Messages and who said them."""
        return self.rooms.conversations

    @property
    def groups(self) -> services.Groups:
        """The registry of groups."""
        return self.rooms.groups

    @property
    def tips(self) -> services.Tips:
        """Tips."""
        return self.rooms.tips

    @property
    def inquiries(self) -> services.Inquiries:
        """Questions on procedures and the knowledge base."""
        return self.rooms.inquiries

    @property
    def content(self) -> services.Content:
        """Items, their review and publication."""
        return self.rooms.content

    @property
    def moderation(self) -> services.Moderation:
        """Unsuitable posts."""
        return self.rooms.moderation

    @property
    def programme(self) -> services.Programme:
        """The plan: milestones, duties, urging, difficulties."""
        return self.rooms.programme

    @property
    def reports(self) -> services.Reports:
        """Reports."""
        return self.rooms.reports

    @property
    def governance(self) -> services.Governance:
        """Trail, identities, retention."""
        return self.rooms.governance

    def close(self) -> None:
        """Stop the worker and release messengers and storage; idempotent."""
        if self._closed:
            return
        self._closed.append(True)
        for worker in self._working:
            worker.stop()
        for messenger in self.messengers.values():
            messenger.close()
        self.desk.storage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
