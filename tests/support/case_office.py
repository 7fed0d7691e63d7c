"""An office with officers who handle tips and questions, on any storage engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve, field, frozen
from tests.storage.test_proving import build_storage
from tests.support.conversations import last_conversation

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.app.bootstrap.services import BuiltServices
from anninh_core.domain.groups.model import Group
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.services import Services
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.ports.storages.changes import Entry, entry_from
from anninh_core.profile import load_profile
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.testing.memory import MemoryKeys
from anninh_core.testing.services import memory_services
from anninh_core.usecase import Actor
from anninh_storage.local_blobs import LocalBlobs

AN = "Thử Văn An"
THEFT = "Có kẻ trộm xe máy ở chợ xóm 3"
QUESTION = "Cho tôi hỏi làm căn cước công dân ở đâu?"


@frozen
class CaseOffice:
    """An app with a chat and a fixed clock.

    Attributes:
        officer, other: handle tips in the same commune.
        chief: supervises and handles them.
    """

    app: App
    chat: MockChat
    clock: FixedClock
    users: UnsafeLocalUsers
    officer: Actor
    other: Actor
    chief: Actor
    names: list[str] = field(factory=list)

    def appoint(self, *roles: str, unit: str = "hoa-lu") -> Actor:
        """Appoint a new officer with these roles."""
        self.names.append("")
        return self.users.appoint(f"Cán bộ Mẫu {len(self.names)}", unit, *roles)

    def says(self, text: str, who: str = AN) -> None:
        """Let the resident `who` write `text`, and process the message."""
        Dialog(self.chat, lambda: pump(self.app, self.chat)).says(who, text)

    def report_tip(self, text: str = THEFT, who: str = AN) -> Tip:
        """Let the resident `who` report a tip, and return it."""
        self.says(text, who)
        return self.app.tips.list(self.officer, limit=1).items[0]

    def asked(self, text: str = QUESTION, who: str = AN) -> Inquiry:
        """Let the resident `who` ask a question, and return it."""
        self.says(text, who)
        return self.app.inquiries.list(self.officer, limit=1).items[0]

    def read_entries(self) -> list[Entry]:
        """Return the whole journal."""
        entries: list[Entry] = []
        while lines := self.app.internals.context.storage.journal.read(after=len(entries)):
            entries += [entry_from(line.content) for line in lines]
        return entries

    def finish_tip(self, tip: Tip) -> Tip:
        """Handle a tip until it is closed with its answer delivered, and return it."""
        tips = self.app.tips
        tips.triage(self.officer, tip.id, category="crime")
        tips.assign(self.officer, tip.id, unit="hoa-lu", officers=[self.officer.id])
        tips.verify(self.officer, tip.id)
        tips.settle(self.officer, tip.id, TipState.RESOLVED, answer="Đã tìm được xe.", reason="solved")
        tips.answer(self.officer, tip.id)
        pump(self.app, self.chat)
        return tips.close(self.officer, tip.id)

    def purge(self, case: str) -> None:
        """Purge an ended case."""
        self.carry_out_purge(self.order_purge(case))

    def order_purge(self, case: str) -> Actor:
        """Order a purge, and advance the clock until it is due; return the operator who carries it out."""
        operator = self.appoint("operator")
        self.app.retention.order_purge(operator, case, reason="request")
        self.clock.advance(timedelta(days=8))
        return operator

    def carry_out_purge(self, operator: Actor) -> None:
        """Carry out the ordered purge."""
        assert len(self.app.retention.purge(operator)) == 1

    def appoint_with_chat(self, name: str, *roles: str) -> Actor:
        """Appoint an officer with a chat conversation for notices."""
        self.says("chúc mừng năm mới", name)
        return self.users.appoint(name, "hoa-lu", *roles, conversation=last_conversation(self.app))

    def texts_with(self, name: str, word: str) -> list[str]:
        """Return the texts that the person `name` got in their chat and that contain `word`."""
        pump(self.app, self.chat)
        return [text for text in self.texts_to(name) if word in text]

    def texts_to(self, name: str) -> list[str]:
        """Return all texts sent to the person `name`."""
        return [message.text for message in self.chat.conversation(self.chat.person(name)) if not message.author]

    def new_services(self) -> Services:
        """Return new services on the same runner, as after a restart."""
        return BuiltServices(self.app.internals.runner)

    def launch_group(self, unit: str, title: str) -> Group:
        """Found and launch a group, and return it."""
        admin = self.appoint("board_admin")
        group = self.app.groups.establish(admin, unit, kind="commune", title=title, messenger="oa")
        self.app.groups.seat(admin, group.id, "owner", officer=admin.id, name="Cán bộ Mẫu")
        group = self.app.groups.launch(admin, group.id)
        self.app.worker.drain()
        return group

    def heard(self) -> list[str]:
        """Return the texts of all chat messages, oldest first."""
        return [message.text for message in self.chat.messages()]

    def inquiries(self) -> list[Inquiry]:
        """Return all stored questions."""
        return [
            *self.app.internals.context.iter_readable(
                INQUIRY, self.app.internals.context.storage.maintenance.scan(INQUIRY.name)
            )
        ]


@contextmanager
def open_case_office(engine: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[CaseOffice]:
    """Open an office over a new storage of an engine."""
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    chat = MockChat(clock)
    parts = Parts(
        storage=build_storage(engine, folder, request),
        keys=MemoryKeys(),
        blobs=LocalBlobs(folder / "blobs"),
        clock=clock,
        messengers={"oa": MockMessenger.on(chat, "oa", memory_services(clock))},
    )
    district = evolve(load_profile("hoa_lu_2021"), search_mode="tokens")
    settings = Settings(profile="hoa_lu_2021", storage="", keys="", blobs="")
    with open_app(district, settings, parts) as app:
        users = UnsafeLocalUsers(app)
        yield CaseOffice(
            app,
            chat,
            clock,
            users,
            officer=users.appoint("Cán bộ Một", "hoa-lu", "tip_officer"),
            other=users.appoint("Cán bộ Hai", "hoa-lu", "tip_officer"),
            chief=users.appoint("Chỉ huy Ba", "hoa-lu", "tip_supervisor", "tip_officer"),
        )
