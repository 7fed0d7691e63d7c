"""A small district for trying every command, with officers who have every permission and records in any state."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from attrs import evolve, frozen

from anninh_core.app import App
from anninh_core.domain.content import ItemContent
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import Urgency
from anninh_core.domain.conversations.model import Message
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.groups.model import Group
from anninh_core.domain.inquiries.knowledge.article import Article
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import ModerationAction
from anninh_core.domain.programme.activity import Campaign, Inspection, InspectionCheck, PlannedTask
from anninh_core.domain.programme.difficulty import Difficulty
from anninh_core.domain.programme.duty import REPORT, make_duty_id
from anninh_core.domain.quarantine.model import Quarantined
from anninh_core.domain.reports.figures.counter_maintenance import RecountResult
from anninh_core.domain.reports.model import Report
from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.intake import Addition
from anninh_core.kernel.dates import local_date
from anninh_core.ports.storages.changes import ChangeSet, Counter, Entry, InboxSettled, entry_from
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.testing import FixedClock, MockChat
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.memory import MemoryStorage
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, person, system
from anninh_core.usecase.permissions.supervisor_lock import SupervisorLock
from anninh_core.vocabulary.messages import Address, Attachment, InboundMessage, Place
from anninh_core.vocabulary.opinions import Finding, Flag
from anninh_core.vocabulary.supervision import AccusedKind

PERSON = Address("oa", Place.PERSON, "p1")
PICTURES = (Attachment("image", url="https://mock.invalid/files/f0001"),)
TEXT = "Có trộm ở xóm 2"
CONVERSATION = "oa.reporter"
AUTHOR = "oa.author"
GROUP = "oa.group"
PLACE = {"unit": "ninh-hoa"}
TARGETS = (("g1", "oa.g1"), ("g2", "oa.g2"))
PIECE = ItemContent(
    title="Cảnh báo lừa đảo",
    body="Không chuyển tiền cho người lạ.",
    category="crime_warning",
    units=("hoa-lu",),
    source_name="Công an tỉnh",
)
POSTED: dict[str, Any] = {"unit": "ninh-hoa", "group": "g1", "conversation": GROUP, "author": AUTHOR}
RULED = {"rule": "advertising", "text": "Bài quảng cáo"}
OWED = ("roll-out", 2021, "ninh-hoa")
SIGNED: dict[str, Any] = {"number": 5, "issued_on": date(2021, 9, 18), "signer": "Người Ký"}


@frozen
class World:
    """An app of a test district, and three officers with every role.

    Attributes:
        boss: the officer who carries out the command under test.
        other, writer: the officers who prepare the command, so that a second person is never missing.
    """

    app: App
    chat: MockChat
    clock: FixedClock
    boss: Actor
    other: Actor
    writer: Actor

    @classmethod
    def of(cls, app: App, chat: MockChat, clock: FixedClock) -> "World":
        roles = list(app.district.roles)
        users = UnsafeLocalUsers(app)
        return cls(app, chat, clock, *(users.appoint(f"Cán bộ {n}", "hoa-lu", *roles) for n in range(3)))

    @property
    def today(self) -> date:
        return local_date(self.clock.now())

    def journal(self) -> list[Entry]:
        return [entry_from(line.content) for line in self.app.internals.context.storage.journal.read(limit=10_000)]

    def advance_days(self, days: int) -> "World":
        """Advance the clock by a number of days and return the world."""
        self.clock.advance(timedelta(days=days))
        return self

    def officer(self, *roles: str) -> str:
        return UnsafeLocalUsers(self.app).appoint("Người Thử", "ninh-hoa", *roles).id

    def inbound_message(self) -> InboundMessage:
        return InboundMessage(
            id="m1", conversation=PERSON, sender=PERSON, text=TEXT, sent_at=self.clock.now(), attachments=PICTURES
        )

    def message(self) -> Message:
        return run_step(
            self.app.internals.services.conversations.record_message, self.other, self.inbound_message(), kind="chatter"
        )

    def planned_group(self, unit: str = "ninh-hoa") -> Group:
        return self.app.groups.plan(self.other, unit, kind="commune", title=f"Nhóm {unit}")

    def staffed_group(self, unit: str = "ninh-hoa") -> Group:
        """Return a group that has a chat and an owner, the officer `o1`."""
        address = Address("oa", Place.GROUP, unit)
        group = run_step(
            self.app.internals.services.groups.lifecycle.link_chat,
            self.other,
            self.planned_group(unit).id,
            address=address,
            conversation=f"oa.{unit}",
        )
        return self.app.groups.seat(self.other, group.id, "owner", officer="o1", name="Người Thử")

    def active_group(self, unit: str = "ninh-hoa") -> Group:
        return self.app.groups.launch(self.other, self.staffed_group(unit).id)

    def suspended_group(self) -> Group:
        return self.app.groups.suspend(self.other, self.active_group().id, "holiday")

    def tip(self) -> Tip:
        return run_step(
            self.app.internals.services.tips.intake.receive,
            self.other,
            TEXT,
            unit="ninh-hoa",
            origin="one_to_one",
            conversation=CONVERSATION,
            category="crime",
        )

    def lock(self) -> SupervisorLock:
        """Return an undecided lock by Ninh Hòa as the supervising unit."""
        now = self.app.internals.context.clock.now()
        return SupervisorLock(
            accused=(AccusedKind.POLICE,),
            units=("ninh-van",),
            supervisor="ninh-hoa",
            place="ninh-van",
            locked_at=now,
            decide_by=now + timedelta(hours=24),
        )

    def locked_tip(self) -> Tip:
        return run_step(
            self.app.internals.services.tips.intake.receive,
            self.other,
            TEXT,
            unit="ninh-hoa",
            origin="one_to_one",
            conversation=CONVERSATION,
            lock=self.lock(),
        )

    def locked_message(self) -> Message:
        return run_step(self.app.internals.services.threads.hold_back, self.other, self.message().id, (), self.lock())

    def alarm(self) -> Alarm:
        open_alarm = self.app.internals.services.duty.alarms.open_alarm
        return run_step(open_alarm, self.other, f"tip:{self.tip().id}", unit="ninh-hoa", code="ABCDE")

    def binding_code(self) -> str:
        return self.app.units.begin_binding(self.other, self.officer("tip_officer")).code

    def bound_officer(self) -> str:
        officer = self.officer("tip_officer")
        code = self.app.units.begin_binding(self.other, officer).code
        run_step(self.app.internals.services.officer_chats.redeem, self.other, code, CONVERSATION)
        return officer

    def tip_with_withdrawal_request(self) -> Tip:
        """Return a tip whose reporter requests its withdrawal."""
        return run_step(
            self.app.internals.services.tips.intake.add, self.other, self.tip().id, Addition(withdraws=True)
        )

    def triaged_tip(self) -> Tip:
        return self.app.tips.triage(self.other, self.tip().id, category="crime")

    def settled_tip(self) -> Tip:
        tip = self.triaged_tip()
        return self.app.tips.settle(self.other, tip.id, TipState.RESOLVED, answer="Đã xong.", reason="solved")

    def tip_with_sent_answer(self) -> Tip:
        return self.app.tips.answer(self.other, self.settled_tip().id)

    def answered(self) -> Tip:
        return self.app.tips.record_manual_answer(self.other, self.settled_tip().id, "gọi điện")

    def inquiry(self) -> Inquiry:
        return run_step(
            self.app.internals.services.inquiries.intake.receive,
            self.other,
            "Làm căn cước ở đâu?",
            unit="ninh-hoa",
            conversation=CONVERSATION,
        )

    def answered_inquiry(self) -> Inquiry:
        return self.app.inquiries.answer(self.other, self.inquiry().id, text="Tại Công an huyện.")

    def article(self) -> Article:
        return self.app.inquiries.articles.write(
            self.other, "cong-an", title="Căn cước", text="Tại huyện.", source="Luật"
        )

    def item(self, **changes: Any) -> Item:
        return self.app.content.write(self.writer, "hoa-lu", evolve(PIECE, **changes))

    def submitted_item(self, findings: Sequence[Finding] = (), **changes: Any) -> Item:
        item = run_step(self.app.internals.services.content.editing.submit, self.writer, self.item(**changes).id)
        return run_step(
            self.app.internals.services.content.editing.record_findings, system("checks"), item.id, findings
        )

    def gated_item(self, **changes: Any) -> Item:
        item = self.submitted_item(**changes)
        for gate in self.app.district.gates:
            item = self.app.content.answer_gate(self.other, item.id, gate.id, True, "Đã đối chiếu")
        return item

    def approved_item(self, **changes: Any) -> Item:
        return self.app.content.approve(self.other, self.gated_item(**changes).id)

    def published_item(self, **changes: Any) -> Item:
        return run_step(
            self.app.internals.services.content.publishing.publish,
            self.other,
            self.approved_item(**changes).id,
            TARGETS,
        )

    def notes(self) -> dict[str, str]:
        return {gate.id: "Đã xem" for gate in self.app.district.gates}

    def urgent_item(self) -> Item:
        return self.submitted_item(urgency=Urgency.IMMEDIATE)

    def urgently_approved_item(self) -> Item:
        return self.app.content.approve_urgently(self.other, self.urgent_item().id, "Lũ đang lên", self.notes())

    def post(self) -> Post:
        return run_step(
            self.app.internals.services.moderation.flagging.flag,
            self.other,
            "m1",
            TEXT,
            flags=[Flag("advertising", "gia soc")],
            **POSTED,
        )

    def decided_post(self, *, able: bool = True) -> Post:
        return run_step(
            self.app.internals.services.moderation.rulings.decide,
            self.other,
            self.post().id,
            ModerationAction.DELETE,
            able=able,
            **RULED,
        )

    def appealed_post(self) -> Post:
        return self.app.internals.services.moderation.appeals.appeal(
            self.other, self.decided_post().id, AUTHOR, "Tôi không đồng ý"
        )

    def owed_duty(self) -> str:
        """Open the duties of the roll-out and return the id of Ninh Hòa's duty to report."""
        self.app.internals.services.programme.duties.open_duties(self.other, "roll-out", 2021)
        return make_duty_id(REPORT, *OWED)

    def urged_duty(self) -> str:
        return self.app.programme.urge(self.other, self.owed_duty()).id

    def fulfilled_duty(self) -> tuple[str, int, str]:
        self.owed_duty()
        run_step(self.app.internals.services.programme.duties.fulfil, self.other, *OWED, evidence="r1")
        return OWED

    def difficulty(self) -> Difficulty:
        return self.app.programme.raise_difficulty(self.other, "ninh-hoa", "Thiếu máy tính")

    def answered_difficulty(self) -> Difficulty:
        return self.app.programme.answer_difficulty(self.other, self.difficulty().id, "Sẽ cấp")

    def inspection(self) -> Inspection:
        return self.app.programme.inspect(self.other, "ninh-hoa", [InspectionCheck("Nội quy", False, "chưa ghim")])

    def campaign(self) -> Campaign:
        day = self.today
        tasks = [PlannedTask("mat-tran", "Phát tờ rơi")]
        return self.app.programme.open_campaign(
            self.other, "hoa-lu", name="Ra quân", start=day, end=day, partners=["mat-tran"], tasks=tasks
        )

    def begun_report(self) -> Report:
        """Return Ninh Hòa's report on the roll-out with a text for every section."""
        report = self.app.reports.begin(self.other, "ninh-hoa", "roll-out", 2021)
        template = self.app.district.templates[self.app.district.obligation("roll-out").template]
        for key in [section.key for section in template.sections if section.key]:
            report = self.app.reports.write(self.other, report.id, key, "Lời của đơn vị")
        return report

    def signed_report(self) -> Report:
        return run_step(
            self.app.internals.services.reports.signing.submit, self.other, self.begun_report().id, **SIGNED
        )

    def accepted_report(self) -> Report:
        return run_step(self.app.internals.services.reports.signing.accept, self.writer, self.signed_report().id)

    def quarantined_row(self) -> Quarantined:
        note = self.app.internals.services.quarantine.note
        return run_step(note, system("delivery"), "page_officers", "alarm:a1", 1, "Damaged")

    def officer_with_proposed_role(self) -> str:
        """Return the id of an officer whose granted role waits for confirmation by a second person."""
        chair = self.officer("steering_chair")
        officer = self.officer()
        self.app.units.grant(person(chair), officer, "tip_officer", "ninh-hoa")
        return officer

    def departed_officer(self) -> str:
        """Return the id of an officer who has a tip, but no longer has the role to handle it."""
        officer = self.officer("tip_officer")
        self.app.tips.assign(self.other, self.triaged_tip().id, unit="ninh-hoa", officers=[officer])
        yesterday = self.today - timedelta(days=1)
        self.app.internals.services.units.revoke(self.other, officer, "tip_officer", "ninh-hoa", last_day=yesterday)
        return officer

    def purgeable_case(self) -> str:
        """Return the scope of a case whose purge is due."""
        case = f"tip:{self.answered().id}"
        self.app.retention.order_purge(self.other, case, reason="retention")
        self.advance_days(8)
        return case

    def expired_case(self) -> str:
        """Return the scope of a case with an ended retention period."""
        case = f"tip:{self.answered().id}"
        self.advance_days(self.app.district.retention_days["content"] + 2)
        return case

    def case_with_begun_purge(self) -> str:
        case = self.purgeable_case()
        self.app.internals.services.retention.purges.begin_purge(self.other, limit=10, scopes=())
        return case

    def erasure_request(self) -> str:
        """Return the id of an erasure request."""
        at = self.app.internals.context.clock.now()
        ask = self.app.internals.services.retention.erasures.ask_erasure
        return run_step(ask, self.other, CONVERSATION, unit="ninh-hoa", asked_at=at, received_at=at).id

    def granted_erasure(self) -> str:
        """Return the id of a granted erasure request."""
        return run_step(
            self.app.internals.services.retention.erasures.grant_erasure,
            self.other,
            self.erasure_request(),
            rule="Điều 16",
            reason="Có quyền",
        ).id

    def failed(self) -> str:
        """Make the messenger reject a reply, and return the id of its outbox row."""
        self.chat.fail_next("rejected")
        self.chat.says(self.chat.person("Thử Văn An"), TEXT)
        for request in self.chat.webhooks():
            self.app.intake.accept("oa", request)
        self.app.worker.drain()
        (row,) = self.app.internals.context.storage.queues.outbox((OutboxState.FAILED,))
        return row.id

    def failed_event(self) -> str:
        """Store an event that could not be processed, and return the id of its inbox row."""
        self.chat.says(self.chat.person("Thử Văn An"), TEXT)
        for request in self.chat.webhooks():
            self.app.intake.accept("oa", request)
        (row,) = self.app.internals.context.storage.queues.claim_inbox(
            self.app.internals.context.clock.now(), timedelta(minutes=1), 1
        )
        failed = InboxSettled(id=row.id, token=row.token, state=InboxState.FAILED, error="RuntimeError")
        self.app.internals.context.storage.commit([ChangeSet(inbox_settled=failed)])
        return row.id

    def recount_with_difference(self) -> RecountResult:
        """Store a counter that no record explains, and return the differences found by a recount."""
        counter = Counter(indicator="tips_received", unit="ninh-hoa", day=self.today, dims="", amount=7)
        self.app.internals.context.storage.counters.replace([counter])
        return self.app.reports.recount(self.boss)

    def store_drifted_counter(self) -> tuple[()]:
        """Store a monthly counter without daily counters, and return an empty tuple of arguments."""
        storage = self.app.internals.context.storage
        assert isinstance(storage, MemoryStorage)
        storage.tables.months["tips_received", "ninh-hoa", (self.today.year, self.today.month), ""] = 7
        return ()
