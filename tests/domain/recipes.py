"""Recipes that prepare a world for each command."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from attrs import evolve
from tests.domain.account_recipes import ACCOUNT_RECIPES
from tests.domain.calls import Call, Recipe, args
from tests.domain.identities import (
    approve,
    approve_sealed,
    ask,
    custodians,
    enrol,
    lapse,
    new_public_key,
    open_address,
    propose,
    record_named_message,
    report,
    rewrap,
)
from tests.domain.rights_recipes import RIGHTS_RECIPES
from tests.domain.shared_work import FOUND, busy, found, held, outgoing
from tests.domain.tip_recipes import TIP_RECIPES
from tests.domain.world import (
    AUTHOR,
    CONVERSATION,
    OWED,
    PERSON,
    PIECE,
    POSTED,
    RULED,
    SIGNED,
    TARGETS,
    TEXT,
    World,
)
from tests.support.heads import heads_of_another

from anninh_core.domain.conversations.files import files_of
from anninh_core.domain.conversations.model import Message, message_scope
from anninh_core.domain.conversations.pace import Pace
from anninh_core.domain.conversations.talk import QuestionKind
from anninh_core.domain.duty import Shift
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.domain.duty.claims import AlarmClaim
from anninh_core.domain.groups.model import KeyPerson, Measure
from anninh_core.domain.identity import IdentityField
from anninh_core.domain.identity.custody.files import RewrapItem
from anninh_core.domain.inquiries.knowledge.article import ArticleDraft, Edition
from anninh_core.domain.leaks.states import LeakState
from anninh_core.domain.moderation.states import ModerationAction
from anninh_core.domain.programme.activity import InspectionCheck
from anninh_core.testing.steps import run_step
from anninh_core.usecase.encryption.envelope import Wrap
from anninh_core.vocabulary.messages import Address, Echo, Place
from anninh_core.vocabulary.opinions import Finding, Flag


def keep_attachment(message: Message) -> Callable[[Call], Callable[[Any], object]]:
    """Return the arguments for keeping the first file of a message."""
    return args(message.id, 0, blob="0" * 64, scope=message_scope(message))


def linked(world: World) -> Message:
    link = world.app.internals.services.conversations.link
    return run_step(link, world.other, world.message().id, f"tip:{world.tip().id}", kind="tip")


def with_file(world: World) -> Message:
    """Return a message of a tip with a stored file."""
    message = linked(world)
    blob = files_of(world.app.internals.runner, message_scope(message)).put(b"a file")
    keep = world.app.internals.services.conversations.keep_attachment
    return run_step(keep, world.other, message.id, 0, blob, message_scope(message))


def bundle(world: World) -> Alarm:
    """Return an alarm that covers a second case."""
    take_in = world.app.internals.services.duty.alarms.take_case_in
    return run_step(take_in, world.other, world.alarm().id, f"tip:{world.tip().id}")


def _release_all(alarm: Alarm) -> Callable[[Call], Callable[[Any], object]]:
    return args(alarm.id, alarm.also)


def running_claim(world: World) -> AlarmClaim:
    """Return a claim of the alarm by the boss."""
    now = world.app.internals.context.clock.now()
    return AlarmClaim(world.boss.id, now, now + timedelta(minutes=30))


def claimed(world: World) -> Alarm:
    """Return an alarm that the boss has claimed."""
    return world.app.duty.claim(world.boss, world.alarm().id)


def undecided(world: World) -> Alarm:
    """Return the alarm of a locked tip before the decision about its lock."""
    tip = world.locked_tip()
    decide_by = world.lock().decide_by
    open_alarm = world.app.internals.services.duty.alarms.open_alarm
    return run_step(open_alarm, world.other, f"tip:{tip.id}", unit=tip.unit, code="ABCDE", decide_by=decide_by)


def in_doubt(world: World) -> Message:
    """Return a message that waits for its sender to choose a case."""
    message = world.message()
    run_step(world.app.internals.services.threads.set_aside, world.other, message.id, (f"tip:{world.tip().id}",))
    return message


SETTLED = {"answer": "Đã xong.", "reason": "solved"}
ADDRESS = Address("oa", Place.GROUP, "g9")
FINDING = Finding("permitted", "có số điện thoại", "hold")
FLAGS = [Flag("advertising", "gia soc")]
DRAFTS = (
    ArticleDraft(
        key="can-cuoc",
        title="Căn cước",
        edition=Edition(number=1, text="Tại huyện.", source="Luật", since=date(2021, 9, 1), by=""),
    ),
)
SEEN = ("cong-an", {"title": "Căn cước", "text": "Tại huyện.", "source": "Luật"})


def _add_wrap(key_id: str, items: tuple[RewrapItem, ...]) -> Callable[[Call], Callable[[Any], object]]:
    (item,) = items
    return args(item.conversation, item.envelope, Wrap(key=key_id, wrap=item.wrap, proof=item.proof))


RECIPES: dict[str, Recipe] = {
    **ACCOUNT_RECIPES,
    **TIP_RECIPES,
    **RIGHTS_RECIPES,
    "units.appoint": lambda w: args("Người Thử", "ninh-hoa", roles=["editor"]),
    "units.break_glass": lambda w: args("Dự phòng", "steering_chair", delay=timedelta(days=2)),
    "units.confirm_grant": lambda w: args(w.proposed(), "tip_officer", "ninh-hoa"),
    "units.grant": lambda w: args(w.officer(), "editor", "ninh-hoa"),
    "units.record_grant": lambda w: args(w.officer(), "editor", "ninh-hoa"),
    "units.record_officer": lambda w: args("Người Thử", "ninh-hoa", roles=["editor"]),
    "units.separate_roles": lambda w: (w.later(365 * 6), args())[1],
    "units.revoke": lambda w: args(w.officer("editor"), "editor", "ninh-hoa", last_day=w.today),
    "duty.set_roster": lambda w: args("ninh-hoa", shifts=[Shift(officers=(w.officer("tip_officer"),))]),
    "duty.open_alarm": lambda w: args(f"tip:{w.tip().id}", unit="ninh-hoa", code="ABCDE"),
    "duty.hand_up_now": lambda w: args(w.alarm().id),
    "duty.release": lambda w: args(claimed(w).about),
    "duty.resume": lambda w: args(w.alarm().id),
    "duty.follow_running": lambda w: args(w.alarm().id, running_claim(w)),
    "duty.await_answer": lambda w: args(w.alarm().about, at=w.app.internals.context.clock.now()),
    "duty.deny_danger": lambda w: args(w.alarm().about),
    "duty.page_undecided": lambda w: args(w.alarm().id),
    "duty.follow_decision": lambda w: args(undecided(w).about, unit="ninh-hoa", excluded=(), by=w.boss.id),
    "duty.add_danger": lambda w: args(w.alarm().id),
    "duty.take_case_in": lambda w: args(w.alarm().id, f"tip:{w.tip().id}"),
    "duty.release_cases": lambda w: _release_all(bundle(w)),
    "duty.climb": lambda w: args(w.alarm().id, (), None),
    "duty.note_missed": lambda w: args(w.alarm().id, "r1", "failed"),
    "duty.follow_case": lambda w: args(
        w.alarm().about, unit="ninh-hoa", excluded=("o9",), by="person:o1", is_over=True, is_taken_up=True
    ),
    "officer_chats.begin_binding": lambda w: args(w.officer("tip_officer")),
    "officer_chats.redeem": lambda w: args(w.binding_code(), CONVERSATION),
    "officer_chats.unbind": lambda w: args(w.bound_officer()),
    "conversations.link_group": lambda w: args(ADDRESS, "ninh-hoa", "Nhóm Thử"),
    "conversations.record_message": lambda w: args(w.inbound(), kind="chatter"),
    "conversations.keep_attachment": lambda w: keep_attachment(w.message()),
    "conversations.open_original": lambda w: (m := with_file(w), args(m.case, m.id, purpose="Giám định ảnh"))[1],
    "conversations.lose_attachment": lambda w: args(w.message().id, 0, reason="expired"),
    "conversations.follow_case": lambda w: args(w.message().conversation, f"tip:{w.tip().id}"),
    "conversations.remove_files": lambda w: args(w.message().id),
    "conversations.remove_words": lambda w: args(w.message().id),
    "conversations.set_aside": lambda w: args(w.message().id, (f"tip:{w.tip().id}",)),
    "conversations.dismiss": lambda w: args(in_doubt(w).id),
    "conversations.propose_dismissal": lambda w: args(w.locked_message().id, "prank"),
    "conversations.agree_to_dismissal": lambda w: args(w.locked_message().id),
    "conversations.pass_on": lambda w: args(w.locked_message().id, "hoa-lu"),
    "conversations.hold_back": lambda w: args(w.message().id, ()),
    "conversations.set_pace": lambda w: args(w.message().sender, Pace(messages=31)),
    "conversations.end_choice": lambda w: args(in_doubt(w).sender),
    "conversations.note_question": lambda w: args(w.message().sender, QuestionKind.DANGER, f"tip:{w.tip().id}", 2),
    "conversations.end_question": lambda w: args(w.message().sender, QuestionKind.DANGER),
    "conversations.expect_another_matter": lambda w: args(w.message().sender),
    "conversations.move": lambda w: args(linked(w).id, f"tip:{w.tip().id}"),
    "conversations.replace_case": lambda w: args(w.message().sender, f"tip:{w.tip().id}", f"tip:{w.tip().id}"),
    "conversations.link": lambda w: args(w.message().id, f"tip:{w.tip().id}", kind="tip"),
    "conversations.record_operator_message": lambda w: args(
        Echo(conversation=PERSON, platform_id="9", text=TEXT, at=w.app.internals.context.clock.now())
    ),
    "conversations.place": lambda w: args(PERSON, "ninh-hoa"),
    "groups.acknowledge": lambda w: args(w.active().id),
    "groups.close": lambda w: args(w.active().id, "merged"),
    "groups.link_chat": lambda w: args(w.planned().id, address=ADDRESS, conversation="oa.g9"),
    "groups.hand_over": lambda w: (w.staffed(), args("o1", successor="o2", name="Người Sau"))[1],
    "groups.launch": lambda w: args(w.staffed().id),
    "groups.measure": lambda w: args(w.active().id, Measure(day=w.today, members=10)),
    "groups.merge": lambda w: args(w.active().id, into=w.active("ninh-hai").id),
    "groups.name_key_people": lambda w: args(w.planned().id, [KeyPerson("party_cell_secretary", "Bí thư thử")]),
    "groups.note_post": lambda w: args(w.active().id),
    "groups.plan": lambda w: args("ninh-hoa", kind="commune", title="Nhóm Thử"),
    "groups.relink": lambda w: args(w.active().id, "https://zalo.me/g/1"),
    "groups.remind": lambda w: args(w.active().id),
    "groups.remind_due": lambda w: (w.active(), w.later(31), args())[-1],
    "groups.rename": lambda w: args(w.active().id, "Nhóm Mới"),
    "groups.resume": lambda w: args(w.suspended().id),
    "groups.seat": lambda w: args(w.planned().id, "owner", officer="o1", name="Người Thử"),
    "groups.send_charter": lambda w: args(w.active().id),
    "groups.suspend": lambda w: args(w.active().id, "holiday"),
    "groups.vacate": lambda w: args(w.staffed().id, "o1"),
    "groups.welcome": lambda w: args(w.active().id),
    "groups.pass_seats_on": lambda w: args(busy(w), w.officer("tip_officer")),
    "programme.pass_headships_on": lambda w: args(busy(w), w.officer("tip_officer")),
    "duty.pass_shifts_on": lambda w: args(busy(w), w.officer("tip_officer")),
    "inquiries.add": lambda w: args(w.inquiry().id),
    "inquiries.answer": lambda w: args(w.inquiry().id, text="Tại huyện."),
    "inquiries.confirm_answer": lambda w: args(w.replied().id, "accepted"),
    "inquiries.answered_by_hand": lambda w: args(w.replied().id, "tại quầy"),
    "inquiries.convert_to_tip": lambda w: args(w.inquiry().id, w.tip().id),
    "inquiries.close": lambda w: args(w.app.inquiries.answered_by_hand(w.other, w.replied().id, "tại quầy").id),
    "inquiries.receive": lambda w: args("Ở đâu?", unit="ninh-hoa"),
    "inquiries.record_walk_in": lambda w: args("Ở đâu?", unit="ninh-hoa"),
    "inquiries.confirm_article": lambda w: args(w.article().id),
    "inquiries.import_articles": lambda w: args("cong-an", DRAFTS),
    "inquiries.retire_article": lambda w: args(w.article().id),
    "inquiries.revise_article": lambda w: args(w.article().id, text="Mới.", source="Luật", since=date(2022, 1, 1)),
    "inquiries.write_article": lambda w: args(SEEN[0], **SEEN[1]),
    "content.answer_finding": lambda w: args(w.submitted([FINDING]).id, 0, "số công khai"),
    "content.answer_gate": lambda w: args(w.submitted().id, "true", True, "Đã đối chiếu"),
    "content.approve": lambda w: args(w.gated().id),
    "content.approve_urgently": lambda w: args(w.urgent().id, "Lũ đang lên", w.notes()),
    "content.attach": lambda w: args("hoa-lu", b"Danh sach", kind="file", name="danh sach.txt"),
    "content.correct": lambda w: args(i := w.published().id, evolve(PIECE, category="correction", replaces=i)),
    "content.edit": lambda w: args(w.item().id, evolve(PIECE, title="Tên khác")),
    "content.expire_due": lambda w: (w.published(expires=w.today), w.later(2), args())[-1],
    "content.show": lambda w: args(w.published().id),
    "leaks.decide": lambda w: args(held(w).id, LeakState.RELEASED, "Người dân đồng ý"),
    "leaks.hold": lambda w: args(outgoing(w), outgoing(w).exposure),
    "leaks.note_review": lambda w: args(outgoing(w)),
    "content.pass_over": lambda w: args(found(w), "Không liên quan"),
    "content.take_in": lambda w: args("ninh-hoa", "province", "Công an tỉnh", [FOUND]),
    "content.take_up": lambda w: args(found(w), "crime_warning"),
    "content.publish": lambda w: args(w.approved().id, TARGETS),
    "content.record_findings": lambda w: args(w.item().id, [FINDING]),
    "content.register_source": lambda w: args("hoalu.gov.vn", "Trang huyện", "UBND huyện"),
    "content.reject": lambda w: args(w.submitted().id, "Chưa rõ nguồn"),
    "content.retire_source": lambda w: args(w.app.content.sources.register(w.other, "x.gov.vn", "X", "Y").id),
    "content.review_afterwards": lambda w: args(w.approved_alone().id, True, "Đúng"),
    "content.submit": lambda w: args(w.item().id),
    "content.withdraw": lambda w: args(w.published().id, "Đã tìm thấy"),
    "content.write": lambda w: args("hoa-lu", PIECE),
    "moderation.take_in": lambda w: args(w.decided().id, AUTHOR, "Tôi không đồng ý"),
    "moderation.appeal": lambda w: args(w.decided().id, AUTHOR, "Tôi không đồng ý"),
    "moderation.confirm_execution": lambda w: args(w.decided().id, "accepted"),
    "moderation.confirm_done": lambda w: args(w.decided(able=False).id, "đã gỡ"),
    "moderation.decide": lambda w: args(w.post().id, ModerationAction.REMIND, **RULED),
    "moderation.decide_appeal": lambda w: args(w.appealed().id, True, "Giữ nguyên"),
    "moderation.flag": lambda w: args("m1", TEXT, flags=FLAGS, **POSTED),
    "moderation.request_manual_action": lambda w: args(w.decided().id),
    "moderation.raise_post": lambda w: args(
        "m1", TEXT, unit="ninh-hoa", group=w.active().id, conversation="oa.ninh-hoa"
    ),
    "programme.accept": lambda w: args(*w.fulfilled()),
    "programme.acknowledge": lambda w: args(w.urged(), "Đã rõ"),
    "programme.answer_difficulty": lambda w: args(w.difficulty().id, "Sẽ cấp"),
    "programme.close_campaign": lambda w: args(w.campaign().id, results="Tốt", people=50),
    "programme.close_difficulty": lambda w: args(w.answered_difficulty().id, "Đã nhận máy"),
    "programme.finish_task": lambda w: args(w.campaign().id, 1),
    "programme.fulfil": lambda w: (w.owed(), args(*OWED, evidence="r1"))[1],
    "programme.give_back": lambda w: args(*w.fulfilled()),
    "programme.hold_training": lambda w: args("hoa-lu", topic="Nội quy", day=w.today, attendance={"ninh-hoa": 3}),
    "programme.insist": lambda w: args(w.answered_difficulty().id, "Vẫn thiếu"),
    "programme.inspect": lambda w: args("ninh-hoa", [InspectionCheck("Nội quy", True)]),
    "programme.issue_plan": lambda w: args("ninh-hoa", number="12/KH-UBND", day=w.today, title="Kế hoạch"),
    "programme.name_head": lambda w: args("ninh-hoa", name="Người Thử"),
    "programme.open_campaign": lambda w: args("hoa-lu", name="Ra quân", start=w.today, end=w.today),
    "programme.open_duties": lambda w: args("roll-out", 2021),
    "programme.open_milestone": lambda w: args("pilot"),
    "programme.raise_difficulty": lambda w: args("ninh-hoa", "Thiếu máy tính"),
    "programme.reach_milestone": lambda w: (
        w.app.internals.services.programme.duties.open_milestone(w.other, "pilot"),
        args("pilot", "ninh-hoa", evidence="biên bản 3"),
    )[1],
    "programme.remedy": lambda w: args(w.inspection().id, "Đã ghim"),
    "programme.urge": lambda w: args(w.owed()),
    "programme.urge_due": lambda w: (w.owed(), args())[1],
    "quarantine.note": lambda w: args("page_officers", "alarm:a1", 1, "Damaged"),
    "quarantine.release": lambda w: args(w.quarantined().id),
    "quarantine.retry": lambda w: args(w.quarantined().id),
    "quarantine.retry_about": lambda w: args(w.quarantined().about),
    "reports.accept": lambda w: args(w.signed().id),
    "reports.begin": lambda w: args("ninh-hoa", "roll-out", 2021),
    "reports.consolidate": lambda w: (w.accepted(), args("roll-out", 2021))[1],
    "reports.correct": lambda w: args(w.signed().id, "Sai số liệu"),
    "reports.correct_counters": lambda w: args(w.miscounted()),
    "reports.give_back": lambda w: args(w.signed().id, "Thiếu lời"),
    "reports.mend_counters": lambda w: args(*w.drifted()),
    "reports.refresh": lambda w: args(w.begun().id),
    "reports.submit": lambda w: args(w.begun().id, **SIGNED),
    "reports.write": lambda w: args(w.begun().id, "leadership", "Lời"),
    "governance.approve_identity": lambda w: args(ask(w, w.other).id, minutes=30, reason="Cần xác minh"),
    "governance.ask_erasure": lambda w: args(
        CONVERSATION,
        unit="ninh-hoa",
        asked_at=w.app.internals.context.clock.now(),
        received_at=w.app.internals.context.clock.now(),
    ),
    "governance.checkpoint": lambda w: args(),
    "governance.continue_journal": lambda w: args("restore"),
    "governance.grant_erasure": lambda w: args(w.wish(), rule="Điều 16", reason="Có quyền"),
    "governance.hold": lambda w: args(f"tip:{w.tip().id}", reason="Tòa yêu cầu", review_on=date(2022, 1, 1)),
    "governance.begin_purge": lambda w: (w.purgeable(), args(limit=10, scopes=()))[1],
    "governance.finish_purge": lambda w: args([w.begun_purge()]),
    "governance.order_destruction": lambda w: args("tip:1", "ninh-hoa", timedelta(0), "request"),
    "governance.order_erasure": lambda w: args(w.granted()),
    "governance.order_expired": lambda w: args(w.expired()),
    "governance.order_purge": lambda w: args(f"tip:{w.answered().id}", reason="retention"),
    "governance.receive_heads": lambda w: args(heads_of_another()),
    "governance.refuse_erasure": lambda w: args(w.wish(), rule="Điều 20", reason="Luật buộc giữ"),
    "governance.refuse_identity": lambda w: args(ask(w, w.other).id, reason="Không cần"),
    "governance.release_hold": lambda w: args(
        w.app.retention.hold(w.other, f"tip:{w.tip().id}", reason="Tòa yêu cầu", review_on=date(2022, 1, 1)).id
    ),
    "governance.lapse_disclosure": lambda w: args(lapse(w)),
    "conversations.add_wrap": lambda w: _add_wrap(*rewrap(w)),
    "conversations.seal_details": lambda w: (hear := record_named_message(w), custodians(w), args([hear]))[-1],
    "governance.add_wraps": lambda w: args(*rewrap(w)),
    "governance.propose_custodian": lambda _: args(new_public_key()),
    "governance.confirm_custodian": lambda w: args(propose(w)),
    "governance.end_custodian": lambda w: args((custodians(w), enrol(w, w.other.id))[1], reason="Bàn giao"),
    "governance.export_identity_request": lambda w: args(approve_sealed(w), reader=new_public_key()),
    "governance.open_address_in_emergency": lambda w: args(
        f"tip:{report(w, emergency=True).id}", reason="Nguy hiểm đến tính mạng"
    ),
    "governance.review_emergency_opening": lambda w: args(open_address(w), justified=True, reason="Đúng"),
    "governance.request_identity": lambda w: args(
        f"tip:{w.tip().id}", field=IdentityField.NAME, purpose="Xác minh", ground="Điều 9"
    ),
    "governance.reveal_identity": lambda w: args(approve(w).id),
    "governance.sign_due_head": lambda w: args(hours=0, entries=1),
    "governance.sign_head": lambda w: args(),
    "delivery.confirm": lambda w: args(w.failed(), "gọi điện"),
    "delivery.give_up": lambda w: args(w.failed(), "moved_away"),
    "delivery.rerun": lambda w: args(w.failed_event()),
    "delivery.resend": lambda w: args(w.failed()),
}
"""Action of a command -> recipe that prepares a world for the command and returns its arguments."""
