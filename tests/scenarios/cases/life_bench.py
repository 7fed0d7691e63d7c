"""A test bench with officers who work on cases, and a resident who writes by chat."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypedDict

from attrs import frozen

from anninh_core.app import App
from anninh_core.domain.tips import Tip
from anninh_core.kernel.dates import VIETNAM
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing import FixedClock, memory_app
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.usecase.actor import person
from anninh_core.vocabulary.messages import Address, Attachment, InboundMessage, Place

NAME = "Nguyễn Văn An"
PHONE = "0912 345 678"
ACCOUNT = "8412345678901"
WORDS = f"Em tên là {NAME}, gọi {PHONE}. Có người trộm xe máy 35B1-123.45 ở chợ Ninh Hòa. nguyen van an báo ạ"


class SettlementArguments(TypedDict):
    """The arguments with which a tip is settled."""

    answer: str
    reason: str


class TransferArguments(SettlementArguments):
    """The arguments with which a tip is transferred to another body."""

    to: str


RESOLVED: SettlementArguments = {"answer": "Đã tìm thấy xe.", "reason": "found"}
GONE: TransferArguments = {"to": "Công an tỉnh Ninh Bình", "answer": "Đã chuyển.", "reason": "competence"}


@frozen
class CaseDesk:
    """An app with its clock and with the officers of an office.

    Attributes:
        lan, hung: tip officers of Ninh Hòa; `van` is a tip officer of Ninh Vân.
        boss, chief: supervisors of the district.
        root: officer with permission to grant roles and to handle tips everywhere.
    """

    app: App
    clock: FixedClock
    lan: Actor
    hung: Actor
    van: Actor
    boss: Actor
    chief: Actor
    root: Actor

    def report(self, words: str = WORDS, *, chat: bool = True, name: str = NAME, account: str = ACCOUNT) -> Tip:
        """Let a person report by chat or by phone, and assign the tip to `lan` in Ninh Hòa."""
        if not chat:
            tip = self.app.tips.record_walk_in(self.lan, words, unit="ninh-hoa", category="crime")
        else:
            address = Address("oa", Place.PERSON, account)
            message = InboundMessage(
                id=f"p-{self.app.internals.context.ids.new()}",
                conversation=address,
                sender=address,
                sender_name=name,
                text=words,
                sent_at=self.clock.now(),
                attachments=(Attachment("image", url="https://mock.invalid/files/f0001"),),
            )
            recorded = run_step(
                self.app.internals.services.conversations.record_message, system("router"), message, kind="tip"
            )
            tip = run_step(
                self.app.internals.services.tips.intake.receive,
                system("router"),
                words,
                unit="ninh-hoa",
                origin="one_to_one",
                conversation=recorded.sender,
                category="crime",
            )
            run_step(
                self.app.internals.services.conversations.link,
                system("router"),
                recorded.id,
                f"tip:{tip.id}",
                kind="tip",
            )
        self.app.tips.triage(self.lan, tip.id, category="crime", place="Chợ Ninh Hòa")
        return self.app.tips.assign(self.lan, tip.id, unit="ninh-hoa", officers=[self.lan.id])

    def purposes(self) -> list[str]:
        """Return the purpose of every outbox row."""
        return [row.purpose for row in self.app.internals.context.storage.queues.outbox(limit=1000)]


def appoint_officer(app: App, name: str, role: str, unit: str, home: str = "") -> Actor:
    """Appoint an officer with a role on a unit; `home` is the officer's own unit if that is another one."""
    units = app.internals.services.units
    setup = system("setup")
    officer = run_step(units.record_officer, setup, name, home or unit)
    run_step(units.record_grant, setup, officer.id, role, unit)
    return person(officer.id)


def grant_role(desk: CaseDesk, officer_id: str, role: str, unit: str = "ninh-hoa") -> None:
    """Grant an officer another role, by default in Ninh Hòa."""
    run_step(desk.app.internals.services.units.record_grant, system("setup"), officer_id, role, unit)


@contextmanager
def open_desk(storage: Storage) -> Iterator[CaseDesk]:
    """Open the desk on Wednesday, 1 September 2021, at 9:05 in Vietnam."""
    clock = FixedClock(datetime(2021, 9, 1, 9, 5, tzinfo=VIETNAM))
    with memory_app(clock=clock, storage=storage) as app:
        yield CaseDesk(
            app=app,
            clock=clock,
            lan=appoint_officer(app, "Trần Thị Lan", "tip_officer", "ninh-hoa"),
            hung=appoint_officer(app, "Lê Văn Hùng", "tip_officer", "ninh-hoa"),
            van=appoint_officer(app, "Phạm Thị Vân", "tip_officer", "ninh-van"),
            boss=appoint_officer(app, "Đỗ Chỉ Huy", "tip_supervisor", "hoa-lu"),
            chief=appoint_officer(app, "Vũ Chỉ Huy", "tip_supervisor", "hoa-lu", home="cong-an"),
            root=appoint_officer(app, "Đinh Phân Quyền", "standing_officer", "hoa-lu"),
        )
