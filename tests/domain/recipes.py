"""Recipes, which prepare a test world for each command and give the command's arguments."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from attrs import evolve
from tests.domain.account_recipes import ACCOUNT_RECIPES
from tests.domain.calls import Call, Recipe, bind_arguments
from tests.domain.identities import (
    approve_name_request,
    approve_sealed_name_request,
    enrol_key,
    enrol_two_keys,
    expire_disclosure,
    new_public_key,
    open_address,
    propose_key,
    receive_tip,
    record_named_message,
    request_name,
    rewrap_for_new_key,
)
from tests.domain.rights_recipes import RIGHTS_RECIPES
from tests.domain.shared_work import FOUND, busy_officer, found_piece, held_finding, outgoing_text
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
from tests.support.heads import build_foreign_head_file

from anninh_core.domain.conversations.files import get_file_storage
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


def bind_first_file(message: Message) -> Callable[[Call], Callable[[Any], object]]:
    """Return the arguments for keeping the first file of a message."""
    return bind_arguments(message.id, 0, blob="0" * 64, scope=message_scope(message))


def link_message_to_tip(world: World) -> Message:
    link = world.app.internals.services.conversations.link
    return run_step(link, world.other, world.message().id, f"tip:{world.tip().id}", kind="tip")


def build_message_with_file(world: World) -> Message:
    """Return a message of a tip with a stored file."""
    message = link_message_to_tip(world)
    blob = get_file_storage(world.app.internals.runner, message_scope(message)).put(b"a file")
    keep = world.app.internals.services.conversations.keep_attachment
    return run_step(keep, world.other, message.id, 0, blob, message_scope(message))


def build_alarm_of_two_cases(world: World) -> Alarm:
    """Return an alarm that covers a second case."""
    take_in = world.app.internals.services.duty.alarms.take_case_in
    return run_step(take_in, world.other, world.alarm().id, f"tip:{world.tip().id}")


def _bind_alarm_cases(alarm: Alarm) -> Callable[[Call], Callable[[Any], object]]:
    return bind_arguments(alarm.id, alarm.also)


def build_running_claim(world: World) -> AlarmClaim:
    """Return a claim of the alarm by the boss, which lasts 30 minutes."""
    now = world.app.internals.context.clock.now()
    return AlarmClaim(world.boss.id, now, now + timedelta(minutes=30))


def claim_alarm(world: World) -> Alarm:
    """Return an alarm that the boss has claimed."""
    return world.app.duty.claim(world.boss, world.alarm().id)


def open_alarm_of_locked_tip(world: World) -> Alarm:
    """Return the open alarm of a locked tip; the decision about its lock is still due."""
    tip = world.locked_tip()
    decide_by = world.lock().decide_by
    open_alarm = world.app.internals.services.duty.alarms.open_alarm
    return run_step(open_alarm, world.other, f"tip:{tip.id}", unit=tip.unit, code="ABCDE", decide_by=decide_by)


def set_message_aside(world: World) -> Message:
    """Return a message that is set aside until its sender chooses a case."""
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


def _bind_wrap(key_id: str, items: tuple[RewrapItem, ...]) -> Callable[[Call], Callable[[Any], object]]:
    (item,) = items
    return bind_arguments(item.conversation, item.envelope, Wrap(key=key_id, wrap=item.wrap, proof=item.proof))


RECIPES: dict[str, Recipe] = {
    **ACCOUNT_RECIPES,
    **TIP_RECIPES,
    **RIGHTS_RECIPES,
    "units.appoint": lambda w: bind_arguments("Người Thử", "ninh-hoa", roles=["editor"]),
    "units.break_glass": lambda w: bind_arguments("Dự phòng", "steering_chair", delay=timedelta(days=2)),
    "units.confirm_grant": lambda w: bind_arguments(w.officer_with_proposed_role(), "tip_officer", "ninh-hoa"),
    "units.grant": lambda w: bind_arguments(w.officer(), "editor", "ninh-hoa"),
    "units.record_grant": lambda w: bind_arguments(w.officer(), "editor", "ninh-hoa"),
    "units.record_officer": lambda w: bind_arguments("Người Thử", "ninh-hoa", roles=["editor"]),
    "units.separate_roles": lambda w: (w.advance_days(365 * 6), bind_arguments())[1],
    "units.revoke": lambda w: bind_arguments(w.officer("editor"), "editor", "ninh-hoa", last_day=w.today),
    "duty.set_roster": lambda w: bind_arguments("ninh-hoa", shifts=[Shift(officers=(w.officer("tip_officer"),))]),
    "duty.open_alarm": lambda w: bind_arguments(f"tip:{w.tip().id}", unit="ninh-hoa", code="ABCDE"),
    "duty.hand_up_now": lambda w: bind_arguments(w.alarm().id),
    "duty.release": lambda w: bind_arguments(claim_alarm(w).about),
    "duty.resume": lambda w: bind_arguments(w.alarm().id),
    "duty.follow_running": lambda w: bind_arguments(w.alarm().id, build_running_claim(w)),
    "duty.await_answer": lambda w: bind_arguments(w.alarm().about, at=w.app.internals.context.clock.now()),
    "duty.deny_danger": lambda w: bind_arguments(w.alarm().about),
    "duty.page_undecided": lambda w: bind_arguments(w.alarm().id),
    "duty.follow_decision": lambda w: bind_arguments(
        open_alarm_of_locked_tip(w).about, unit="ninh-hoa", excluded=(), by=w.boss.id
    ),
    "duty.add_danger": lambda w: bind_arguments(w.alarm().id),
    "duty.take_case_in": lambda w: bind_arguments(w.alarm().id, f"tip:{w.tip().id}"),
    "duty.release_cases": lambda w: _bind_alarm_cases(build_alarm_of_two_cases(w)),
    "duty.climb": lambda w: bind_arguments(w.alarm().id, (), None),
    "duty.note_missed": lambda w: bind_arguments(w.alarm().id, "r1", "failed"),
    "duty.follow_case": lambda w: bind_arguments(
        w.alarm().about, unit="ninh-hoa", excluded=("o9",), by="person:o1", is_over=True, is_taken_up=True
    ),
    "officer_chats.begin_binding": lambda w: bind_arguments(w.officer("tip_officer")),
    "officer_chats.redeem": lambda w: bind_arguments(w.binding_code(), CONVERSATION),
    "officer_chats.unbind": lambda w: bind_arguments(w.bound_officer()),
    "conversations.link_group": lambda w: bind_arguments(ADDRESS, "ninh-hoa", "Nhóm Thử"),
    "conversations.record_message": lambda w: bind_arguments(w.inbound_message(), kind="chatter"),
    "conversations.keep_attachment": lambda w: bind_first_file(w.message()),
    "conversations.open_original": lambda w: (
        m := build_message_with_file(w),
        bind_arguments(m.case, m.id, purpose="Giám định ảnh"),
    )[1],
    "conversations.lose_attachment": lambda w: bind_arguments(w.message().id, 0, reason="expired"),
    "conversations.follow_case": lambda w: bind_arguments(w.message().conversation, f"tip:{w.tip().id}"),
    "conversations.remove_files": lambda w: bind_arguments(w.message().id),
    "conversations.remove_words": lambda w: bind_arguments(w.message().id),
    "conversations.set_aside": lambda w: bind_arguments(w.message().id, (f"tip:{w.tip().id}",)),
    "conversations.dismiss": lambda w: bind_arguments(set_message_aside(w).id),
    "conversations.propose_dismissal": lambda w: bind_arguments(w.locked_message().id, "prank"),
    "conversations.agree_to_dismissal": lambda w: bind_arguments(w.locked_message().id),
    "conversations.pass_on": lambda w: bind_arguments(w.locked_message().id, "hoa-lu"),
    "conversations.hold_back": lambda w: bind_arguments(w.message().id, ()),
    "conversations.set_pace": lambda w: bind_arguments(w.message().sender, Pace(messages=31)),
    "conversations.end_choice": lambda w: bind_arguments(set_message_aside(w).sender),
    "conversations.note_question": lambda w: bind_arguments(
        w.message().sender, QuestionKind.DANGER, f"tip:{w.tip().id}", 2
    ),
    "conversations.end_question": lambda w: bind_arguments(w.message().sender, QuestionKind.DANGER),
    "conversations.expect_another_matter": lambda w: bind_arguments(w.message().sender),
    "conversations.move": lambda w: bind_arguments(link_message_to_tip(w).id, f"tip:{w.tip().id}"),
    "conversations.replace_case": lambda w: bind_arguments(
        w.message().sender, f"tip:{w.tip().id}", f"tip:{w.tip().id}"
    ),
    "conversations.link": lambda w: bind_arguments(w.message().id, f"tip:{w.tip().id}", kind="tip"),
    "conversations.record_operator_message": lambda w: bind_arguments(
        Echo(conversation=PERSON, platform_id="9", text=TEXT, at=w.app.internals.context.clock.now())
    ),
    "conversations.place": lambda w: bind_arguments(PERSON, "ninh-hoa"),
    "groups.acknowledge": lambda w: bind_arguments(w.active_group().id),
    "groups.close": lambda w: bind_arguments(w.active_group().id, "merged"),
    "groups.link_chat": lambda w: bind_arguments(w.planned_group().id, address=ADDRESS, conversation="oa.g9"),
    "groups.hand_over": lambda w: (w.staffed_group(), bind_arguments("o1", successor="o2", name="Người Sau"))[1],
    "groups.launch": lambda w: bind_arguments(w.staffed_group().id),
    "groups.measure": lambda w: bind_arguments(w.active_group().id, Measure(day=w.today, members=10)),
    "groups.merge": lambda w: bind_arguments(w.active_group().id, into=w.active_group("ninh-hai").id),
    "groups.name_key_people": lambda w: bind_arguments(
        w.planned_group().id, [KeyPerson("party_cell_secretary", "Bí thư thử")]
    ),
    "groups.note_post": lambda w: bind_arguments(w.active_group().id),
    "groups.plan": lambda w: bind_arguments("ninh-hoa", kind="commune", title="Nhóm Thử"),
    "groups.relink": lambda w: bind_arguments(w.active_group().id, "https://zalo.me/g/1"),
    "groups.remind": lambda w: bind_arguments(w.active_group().id),
    "groups.remind_due": lambda w: (w.active_group(), w.advance_days(31), bind_arguments())[-1],
    "groups.rename": lambda w: bind_arguments(w.active_group().id, "Nhóm Mới"),
    "groups.resume": lambda w: bind_arguments(w.suspended_group().id),
    "groups.seat": lambda w: bind_arguments(w.planned_group().id, "owner", officer="o1", name="Người Thử"),
    "groups.send_charter": lambda w: bind_arguments(w.active_group().id),
    "groups.suspend": lambda w: bind_arguments(w.active_group().id, "holiday"),
    "groups.vacate": lambda w: bind_arguments(w.staffed_group().id, "o1"),
    "groups.welcome": lambda w: bind_arguments(w.active_group().id),
    "groups.pass_seats_on": lambda w: bind_arguments(busy_officer(w), w.officer("tip_officer")),
    "programme.pass_headships_on": lambda w: bind_arguments(busy_officer(w), w.officer("tip_officer")),
    "duty.pass_shifts_on": lambda w: bind_arguments(busy_officer(w), w.officer("tip_officer")),
    "inquiries.add": lambda w: bind_arguments(w.inquiry().id),
    "inquiries.answer": lambda w: bind_arguments(w.inquiry().id, text="Tại huyện."),
    "inquiries.confirm_answer": lambda w: bind_arguments(w.answered_inquiry().id, "accepted"),
    "inquiries.answered_by_hand": lambda w: bind_arguments(w.answered_inquiry().id, "tại quầy"),
    "inquiries.convert_to_tip": lambda w: bind_arguments(w.inquiry().id, w.tip().id),
    "inquiries.close": lambda w: bind_arguments(
        w.app.inquiries.record_manual_answer(w.other, w.answered_inquiry().id, "tại quầy").id
    ),
    "inquiries.receive": lambda w: bind_arguments("Ở đâu?", unit="ninh-hoa"),
    "inquiries.record_walk_in": lambda w: bind_arguments("Ở đâu?", unit="ninh-hoa"),
    "inquiries.confirm_article": lambda w: bind_arguments(w.article().id),
    "inquiries.import_articles": lambda w: bind_arguments("cong-an", DRAFTS),
    "inquiries.retire_article": lambda w: bind_arguments(w.article().id),
    "inquiries.revise_article": lambda w: bind_arguments(
        w.article().id, text="Mới.", source="Luật", since=date(2022, 1, 1)
    ),
    "inquiries.write_article": lambda w: bind_arguments(SEEN[0], **SEEN[1]),
    "content.answer_finding": lambda w: bind_arguments(w.submitted_item([FINDING]).id, 0, "số công khai"),
    "content.answer_gate": lambda w: bind_arguments(w.submitted_item().id, "true", True, "Đã đối chiếu"),
    "content.approve": lambda w: bind_arguments(w.gated_item().id),
    "content.approve_urgently": lambda w: bind_arguments(w.urgent_item().id, "Lũ đang lên", w.notes()),
    "content.attach": lambda w: bind_arguments("hoa-lu", b"Danh sach", kind="file", name="danh sach.txt"),
    "content.correct": lambda w: bind_arguments(
        i := w.published_item().id, evolve(PIECE, category="correction", replaces=i)
    ),
    "content.edit": lambda w: bind_arguments(w.item().id, evolve(PIECE, title="Tên khác")),
    "content.expire_due": lambda w: (w.published_item(expires=w.today), w.advance_days(2), bind_arguments())[-1],
    "content.show": lambda w: bind_arguments(w.published_item().id),
    "leaks.decide": lambda w: bind_arguments(held_finding(w).id, LeakState.RELEASED, "Người dân đồng ý"),
    "leaks.hold": lambda w: bind_arguments(outgoing_text(w), outgoing_text(w).exposure),
    "leaks.note_review": lambda w: bind_arguments(outgoing_text(w)),
    "content.pass_over": lambda w: bind_arguments(found_piece(w), "Không liên quan"),
    "content.take_in": lambda w: bind_arguments("ninh-hoa", "province", "Công an tỉnh", [FOUND]),
    "content.take_up": lambda w: bind_arguments(found_piece(w), "crime_warning"),
    "content.publish": lambda w: bind_arguments(w.approved_item().id, TARGETS),
    "content.record_findings": lambda w: bind_arguments(w.item().id, [FINDING]),
    "content.register_source": lambda w: bind_arguments("hoalu.gov.vn", "Trang huyện", "UBND huyện"),
    "content.reject": lambda w: bind_arguments(w.submitted_item().id, "Chưa rõ nguồn"),
    "content.retire_source": lambda w: bind_arguments(w.app.content.sources.register(w.other, "x.gov.vn", "X", "Y").id),
    "content.review_afterwards": lambda w: bind_arguments(w.urgently_approved_item().id, True, "Đúng"),
    "content.submit": lambda w: bind_arguments(w.item().id),
    "content.withdraw": lambda w: bind_arguments(w.published_item().id, "Đã tìm thấy"),
    "content.write": lambda w: bind_arguments("hoa-lu", PIECE),
    "moderation.take_in": lambda w: bind_arguments(w.decided_post().id, AUTHOR, "Tôi không đồng ý"),
    "moderation.appeal": lambda w: bind_arguments(w.decided_post().id, AUTHOR, "Tôi không đồng ý"),
    "moderation.confirm_execution": lambda w: bind_arguments(w.decided_post().id, "accepted"),
    "moderation.confirm_done": lambda w: bind_arguments(w.decided_post(able=False).id, "đã gỡ"),
    "moderation.decide": lambda w: bind_arguments(w.post().id, ModerationAction.REMIND, **RULED),
    "moderation.decide_appeal": lambda w: bind_arguments(w.appealed_post().id, True, "Giữ nguyên"),
    "moderation.flag": lambda w: bind_arguments("m1", TEXT, flags=FLAGS, **POSTED),
    "moderation.request_manual_action": lambda w: bind_arguments(w.decided_post().id),
    "moderation.raise_post": lambda w: bind_arguments(
        "m1", TEXT, unit="ninh-hoa", group=w.active_group().id, conversation="oa.ninh-hoa"
    ),
    "programme.accept": lambda w: bind_arguments(*w.fulfilled_duty()),
    "programme.acknowledge": lambda w: bind_arguments(w.urged_duty(), "Đã rõ"),
    "programme.answer_difficulty": lambda w: bind_arguments(w.difficulty().id, "Sẽ cấp"),
    "programme.close_campaign": lambda w: bind_arguments(w.campaign().id, results="Tốt", people=50),
    "programme.close_difficulty": lambda w: bind_arguments(w.answered_difficulty().id, "Đã nhận máy"),
    "programme.finish_task": lambda w: bind_arguments(w.campaign().id, 1),
    "programme.fulfil": lambda w: (w.owed_duty(), bind_arguments(*OWED, evidence="r1"))[1],
    "programme.give_back": lambda w: bind_arguments(*w.fulfilled_duty()),
    "programme.hold_training": lambda w: bind_arguments(
        "hoa-lu", topic="Nội quy", day=w.today, attendance={"ninh-hoa": 3}
    ),
    "programme.insist": lambda w: bind_arguments(w.answered_difficulty().id, "Vẫn thiếu"),
    "programme.inspect": lambda w: bind_arguments("ninh-hoa", [InspectionCheck("Nội quy", True)]),
    "programme.issue_plan": lambda w: bind_arguments("ninh-hoa", number="12/KH-UBND", day=w.today, title="Kế hoạch"),
    "programme.name_head": lambda w: bind_arguments("ninh-hoa", name="Người Thử"),
    "programme.open_campaign": lambda w: bind_arguments("hoa-lu", name="Ra quân", start=w.today, end=w.today),
    "programme.open_duties": lambda w: bind_arguments("roll-out", 2021),
    "programme.open_milestone": lambda w: bind_arguments("pilot"),
    "programme.raise_difficulty": lambda w: bind_arguments("ninh-hoa", "Thiếu máy tính"),
    "programme.reach_milestone": lambda w: (
        w.app.internals.services.programme.duties.open_milestone(w.other, "pilot"),
        bind_arguments("pilot", "ninh-hoa", evidence="biên bản 3"),
    )[1],
    "programme.remedy": lambda w: bind_arguments(w.inspection().id, "Đã ghim"),
    "programme.urge": lambda w: bind_arguments(w.owed_duty()),
    "programme.urge_due": lambda w: (w.owed_duty(), bind_arguments())[1],
    "quarantine.note": lambda w: bind_arguments("page_officers", "alarm:a1", 1, "Damaged"),
    "quarantine.release": lambda w: bind_arguments(w.quarantined_row().id),
    "quarantine.retry": lambda w: bind_arguments(w.quarantined_row().id),
    "quarantine.retry_about": lambda w: bind_arguments(w.quarantined_row().about),
    "reports.accept": lambda w: bind_arguments(w.signed_report().id),
    "reports.begin": lambda w: bind_arguments("ninh-hoa", "roll-out", 2021),
    "reports.consolidate": lambda w: (w.accepted_report(), bind_arguments("roll-out", 2021))[1],
    "reports.correct": lambda w: bind_arguments(w.signed_report().id, "Sai số liệu"),
    "reports.correct_counters": lambda w: bind_arguments(w.recount_with_difference()),
    "reports.give_back": lambda w: bind_arguments(w.signed_report().id, "Thiếu lời"),
    "reports.mend_counters": lambda w: bind_arguments(*w.store_drifted_counter()),
    "reports.refresh": lambda w: bind_arguments(w.begun_report().id),
    "reports.submit": lambda w: bind_arguments(w.begun_report().id, **SIGNED),
    "reports.write": lambda w: bind_arguments(w.begun_report().id, "leadership", "Lời"),
    "governance.approve_identity": lambda w: bind_arguments(
        request_name(w, w.other).id, minutes=30, reason="Cần xác minh"
    ),
    "governance.ask_erasure": lambda w: bind_arguments(
        CONVERSATION,
        unit="ninh-hoa",
        asked_at=w.app.internals.context.clock.now(),
        received_at=w.app.internals.context.clock.now(),
    ),
    "governance.checkpoint": lambda w: bind_arguments(),
    "governance.continue_journal": lambda w: bind_arguments("restore"),
    "governance.grant_erasure": lambda w: bind_arguments(w.erasure_request(), rule="Điều 16", reason="Có quyền"),
    "governance.hold": lambda w: bind_arguments(f"tip:{w.tip().id}", reason="Tòa yêu cầu", review_on=date(2022, 1, 1)),
    "governance.begin_purge": lambda w: (w.purgeable_case(), bind_arguments(limit=10, scopes=()))[1],
    "governance.finish_purge": lambda w: bind_arguments([w.case_with_begun_purge()]),
    "governance.order_destruction": lambda w: bind_arguments("tip:1", "ninh-hoa", timedelta(0), "request"),
    "governance.order_erasure": lambda w: bind_arguments(w.granted_erasure()),
    "governance.order_expired": lambda w: bind_arguments(w.expired_case()),
    "governance.order_purge": lambda w: bind_arguments(f"tip:{w.answered().id}", reason="retention"),
    "governance.receive_heads": lambda w: bind_arguments(build_foreign_head_file()),
    "governance.refuse_erasure": lambda w: bind_arguments(w.erasure_request(), rule="Điều 20", reason="Luật buộc giữ"),
    "governance.refuse_identity": lambda w: bind_arguments(request_name(w, w.other).id, reason="Không cần"),
    "governance.release_hold": lambda w: bind_arguments(
        w.app.retention.hold(w.other, f"tip:{w.tip().id}", reason="Tòa yêu cầu", review_on=date(2022, 1, 1)).id
    ),
    "governance.lapse_disclosure": lambda w: bind_arguments(expire_disclosure(w)),
    "conversations.add_wrap": lambda w: _bind_wrap(*rewrap_for_new_key(w)),
    "conversations.seal_details": lambda w: (
        hear := record_named_message(w),
        enrol_two_keys(w),
        bind_arguments([hear]),
    )[-1],
    "governance.add_wraps": lambda w: bind_arguments(*rewrap_for_new_key(w)),
    "governance.propose_custodian": lambda _: bind_arguments(new_public_key()),
    "governance.confirm_custodian": lambda w: bind_arguments(propose_key(w)),
    "governance.end_custodian": lambda w: bind_arguments(
        (enrol_two_keys(w), enrol_key(w, w.other.id))[1], reason="Bàn giao"
    ),
    "governance.export_identity_request": lambda w: bind_arguments(
        approve_sealed_name_request(w), reader=new_public_key()
    ),
    "governance.open_address_in_emergency": lambda w: bind_arguments(
        f"tip:{receive_tip(w, emergency=True).id}", reason="Nguy hiểm đến tính mạng"
    ),
    "governance.review_emergency_opening": lambda w: bind_arguments(open_address(w), justified=True, reason="Đúng"),
    "governance.request_identity": lambda w: bind_arguments(
        f"tip:{w.tip().id}", field=IdentityField.NAME, purpose="Xác minh", ground="Điều 9"
    ),
    "governance.reveal_identity": lambda w: bind_arguments(approve_name_request(w).id),
    "governance.sign_due_head": lambda w: bind_arguments(hours=0, entries=1),
    "governance.sign_head": lambda w: bind_arguments(),
    "delivery.confirm": lambda w: bind_arguments(w.failed(), "gọi điện"),
    "delivery.give_up": lambda w: bind_arguments(w.failed(), "moved_away"),
    "delivery.rerun": lambda w: bind_arguments(w.failed_event()),
    "delivery.resend": lambda w: bind_arguments(w.failed()),
}
"""Maps the action of each command to a recipe, which prepares a test world for the command and returns its
arguments.
"""
