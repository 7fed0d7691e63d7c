"""An app: one district's rooms at one desk, with its messengers and its worker."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from attrs import field, frozen

from anninh_core.dispatch.delivery import Delivery
from anninh_core.dispatch.intake import Intake
from anninh_core.dispatch.processes.advising import Advising
from anninh_core.dispatch.processes.founding import Founding
from anninh_core.dispatch.processes.marking import Marking
from anninh_core.dispatch.processes.moderating import Moderating
from anninh_core.dispatch.processes.papers import Papers
from anninh_core.dispatch.processes.posting import Posting
from anninh_core.dispatch.processes.publishing import Publishing
from anninh_core.dispatch.rooms import Rooms
from anninh_core.dispatch.worker import Worker
from anninh_core.plugins import Plugins
from anninh_core.ports.messenger import Messenger
from anninh_core.rooms.content.service import Content
from anninh_core.rooms.conversations.service import Conversations
from anninh_core.rooms.governance.service import Governance
from anninh_core.rooms.groups.service import Groups
from anninh_core.rooms.inquiries.service import Inquiries
from anninh_core.rooms.moderation.service import Moderation
from anninh_core.rooms.programme.service import Programme
from anninh_core.rooms.reports.service import Reports
from anninh_core.rooms.tips.service import Tips
from anninh_core.rooms.units.service import Units
from anninh_core.vocabulary.district import District
from anninh_core.work.desk import Desk


@frozen(kw_only=True)
class App:
    """What a program works with.

    Rooms answer for one subject each; processes span several (`advising`, `founding`, `marking`, `moderating`,
    `publishing`, `posting`, `papers`);
    `intake` takes events in, `worker` works through them, `delivery` is the failure desk.
    """

    desk: Desk
    rooms: Rooms
    plugins: Plugins
    messengers: Mapping[str, Messenger]
    intake: Intake
    worker: Worker
    delivery: Delivery
    advising: Advising
    founding: Founding
    marking: Marking
    moderating: Moderating
    publishing: Publishing
    papers: Papers
    posting: Posting
    _closed: list[bool] = field(factory=list, init=False, repr=False)

    @property
    def district(self) -> District:
        """The profile."""
        return self.desk.district

    @property
    def units(self) -> Units:
        """Officers and their grants."""
        return self.rooms.units

    @property
    def conversations(self) -> Conversations:
        """Messages and who said them."""
        return self.rooms.conversations

    @property
    def groups(self) -> Groups:
        """The registry of groups."""
        return self.rooms.groups

    @property
    def tips(self) -> Tips:
        """Tips."""
        return self.rooms.tips

    @property
    def inquiries(self) -> Inquiries:
        """Questions on procedures and the knowledge base."""
        return self.rooms.inquiries

    @property
    def content(self) -> Content:
        """Items, their review and publication."""
        return self.rooms.content

    @property
    def moderation(self) -> Moderation:
        """Unsuitable posts."""
        return self.rooms.moderation

    @property
    def programme(self) -> Programme:
        """The plan: milestones, duties, urging, difficulties."""
        return self.rooms.programme

    @property
    def reports(self) -> Reports:
        """Reports."""
        return self.rooms.reports

    @property
    def governance(self) -> Governance:
        """Trail, identities, retention."""
        return self.rooms.governance

    def close(self) -> None:
        """Stop the worker and release messengers and storage; idempotent."""
        if self._closed:
            return
        self._closed.append(True)
        self.worker.stop()
        for messenger in self.messengers.values():
            messenger.close()
        self.desk.storage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
