"""Functions that create the test records which each command on tips needs."""

from collections.abc import Callable
from typing import Any

from tests.domain.calls import Call, Recipe, bind_arguments
from tests.domain.shared_work import busy_officer, disputed_tip, subcase, tip_in_transfer, transferred_tip
from tests.domain.world import (
    CONVERSATION,
    TEXT,
    World,
)

from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.handling.subcase import Subcase
from anninh_core.domain.tips.incidents.service import ShownIncident
from anninh_core.domain.tips.incidents.states import ReporterRole
from anninh_core.domain.tips.intake import Addition
from anninh_core.domain.tips.states import PlaceChange
from anninh_core.testing.steps import run_step

SETTLED = {"answer": "Đã xong.", "reason": "solved"}


def _decision_document(world: World) -> dict[str, Any]:
    return {"body": "Viện kiểm sát", "number": "7/QĐ-VKS", "day": world.today}


def _tip_with_decision(world: World, what: str) -> str:
    """Return the id of a tip with a decision recorded by the method `what`."""
    id: str = getattr(world.app.tips.clocks, what)(world.other, world.triaged_tip().id, **_decision_document(world)).id
    return id


def _call_off_arguments(part: Subcase) -> Callable[[Call], Callable[[Any], object]]:
    return bind_arguments(part.tip, part.id, "Không cần nữa")


def merged_tip(world: World) -> str:
    """Return the id of a tip that was merged into another one."""
    other = world.tip()
    return world.app.tips.merge(world.other, world.triaged_tip().id, into=other.id, answer="Đã có tin.").id


def unfounded_tip(world: World, *, marked: bool = True) -> str:
    """Return the id of an unfounded tip, marked as a prank by another person if `marked`."""
    answer: dict[str, Any] = {"answer": "Không có căn cứ.", "reason": "checked"}
    id = world.app.tips.settle(world.other, world.triaged_tip().id, TipState.UNFOUNDED, **answer).id
    return world.app.tips.false_reports.mark(world.other, id, reason="prank", note="Nhận là đùa").id if marked else id


def tip_without_place(world: World) -> str:
    """Return the id of a tip without a known commune."""
    receive = world.app.internals.services.tips.intake.receive
    return run_step(receive, world.other, "Mất trộm", unit="hoa-lu", origin="one_to_one", conversation=CONVERSATION).id


def joined_incident(world: World) -> ShownIncident:
    """Join two tips in an incident, and return the incident."""
    return world.app.incidents.join(world.other, [world.tip().id, world.tip().id])


def _settled_incident(world: World) -> str:
    """Return the id of an incident with only settled tips."""
    return world.app.incidents.join(world.other, [world.settled_tip().id, world.settled_tip().id]).incident.id


def _separation_arguments(incident: ShownIncident) -> Callable[[Call], Callable[[Any], object]]:
    return bind_arguments(incident.incident.id, [incident.tips[0].id])


def _role_arguments(incident: ShownIncident) -> Callable[[Call], Callable[[Any], object]]:
    return bind_arguments(incident.incident.id, incident.tips[0].id, ReporterRole.ACCUSER)


def _tips_with_note(world: World) -> tuple[str, str]:
    """Record two tips, the first with a note in its file, and return them as `kind:id`."""
    first, second = world.tip().id, world.tip().id
    world.app.tips.add_note(world.other, first, "Đã gọi công an viên")
    return f"tip:{first}", f"tip:{second}"


def _draft_author(world: World) -> str:
    """Save a draft of an answer to a tip and return its author's id."""
    world.app.drafts.save(world.other, f"tip:{world.tip().id}", "Đã kiểm tra …", part="answer")
    return world.other.id


TIP_RECIPES: dict[str, Recipe] = {
    "conversations.add_inquiry_note": lambda w: bind_arguments(w.inquiry().id, "Đã gọi công an viên"),
    "conversations.add_tip_note": lambda w: bind_arguments(w.tip().id, "Đã gọi công an viên"),
    "conversations.move_notes": lambda w: bind_arguments(*_tips_with_note(w)),
    "drafts.offer": lambda w: bind_arguments(_draft_author(w), {"tip": w.boss.id}),
    "incidents.join": lambda w: bind_arguments([w.tip().id, w.tip().id]),
    "incidents.separate": lambda w: _separation_arguments(joined_incident(w)),
    "incidents.set_role": lambda w: _role_arguments(joined_incident(w)),
    "incidents.follow": lambda w: bind_arguments(_settled_incident(w)),
    "tips.mark_possible_danger": lambda w: bind_arguments(w.tip().id),
    "tips.add": lambda w: bind_arguments(w.tip().id, Addition(text="Biển số 35")),
    "tips.rebuild_words": lambda w: bind_arguments(w.tip().id, [TEXT]),
    "tips.mark_single": lambda w: bind_arguments(w.tip().id, [], "một việc"),
    "tips.join": lambda w: bind_arguments(w.tip().id, w.tip().id, "một việc"),
    "tips.accept_withdrawal": lambda w: bind_arguments(w.tip_with_withdrawal_request().id, "nhầm"),
    "tips.decline_withdrawal": lambda w: bind_arguments(
        w.tip_with_withdrawal_request().id, "tội phạm", answer="Vẫn xử lý."
    ),
    "tips.answer": lambda w: bind_arguments(w.settled_tip().id),
    "tips.confirm_answer": lambda w: bind_arguments(w.tip_with_sent_answer().id, "accepted"),
    "tips.answered_by_hand": lambda w: bind_arguments(w.settled_tip().id, "gọi điện"),
    "tips.ask_back": lambda w: bind_arguments(w.triaged_tip().id, "Xe màu gì?"),
    "tips.assign": lambda w: bind_arguments(w.triaged_tip().id, unit="cong-an"),
    "tips.convert_to_inquiry": lambda w: bind_arguments(w.tip().id, w.inquiry().id, "chỉ hỏi thủ tục"),
    "tips.close": lambda w: bind_arguments(w.answered().id),
    "tips.exclude": lambda w: bind_arguments(w.tip().id, w.officer(), "người nhà"),
    "tips.merge": lambda w: bind_arguments(w.triaged_tip().id, into=w.tip().id, answer="Đã có tin."),
    "tips.receive": lambda w: bind_arguments(TEXT, unit="ninh-hoa", origin="entry"),
    "tips.confirm_receipt": lambda w: bind_arguments(w.tip().id),
    "tips.record_complex": lambda w: bind_arguments(w.triaged_tip().id, **_decision_document(w)),
    "tips.record_extension": lambda w: bind_arguments(
        _tip_with_decision(w, "mark_complex"), **_decision_document(w), asked_on=w.today
    ),
    "tips.record_identity_refused": lambda w: bind_arguments(w.triaged_tip().id, "sợ bị trả thù"),
    "tips.record_suspension": lambda w: bind_arguments(w.triaged_tip().id, **_decision_document(w)),
    "tips.record_written_notice": lambda w: bind_arguments(w.triaged_tip().id, number="12/TB-CAX", day=w.today),
    "tips.revoke_suspension": lambda w: bind_arguments(_tip_with_decision(w, "suspend"), **_decision_document(w)),
    "tips.record_walk_in": lambda w: bind_arguments(TEXT, unit="ninh-hoa"),
    "tips.release_tips": lambda w: bind_arguments(w.departed_officer()),
    "tips.reopen": lambda w: bind_arguments(w.settled_tip().id, "Có tình tiết mới"),
    "tips.settle": lambda w: bind_arguments(w.triaged_tip().id, TipState.RESOLVED, **SETTLED),
    "tips.send_state": lambda w: bind_arguments(w.tip().receipt, CONVERSATION),
    "tips.transfer": lambda w: bind_arguments(
        w.triaged_tip().id, to="Viện kiểm sát", **{**SETTLED, "reason": "competence"}
    ),
    "tips.record_reply_by_hand": lambda w: bind_arguments(w.triaged_tip().id, "Xe màu đỏ", how="gọi điện"),
    "tips.record_claim": lambda w: bind_arguments(w.triaged_tip().id, is_paged=False, duty_ends=None),
    "tips.record_claim_for": lambda w: bind_arguments(w.triaged_tip().id, w.boss.id, is_paged=False, duty_ends=None),
    "tips.record_release": lambda w: bind_arguments(w.app.tips.claim(w.boss, w.triaged_tip().id).id),
    "tips.record_lapse": lambda w: bind_arguments(w.app.tips.claim(w.boss, w.triaged_tip().id).id),
    "tips.transfer_to_unit": lambda w: bind_arguments(
        w.triaged_tip().id, unit="ninh-van", reason="Không thuộc địa bàn"
    ),
    "tips.accept_transfer": lambda w: bind_arguments(tip_in_transfer(w).id),
    "tips.return_transfer": lambda w: bind_arguments(tip_in_transfer(w).id, "Không thuộc địa bàn"),
    "tips.record_return": lambda w: bind_arguments(transferred_tip(w).id, "Thuộc thẩm quyền cấp xã"),
    "tips.request_reopening": lambda w: bind_arguments(w.answered().id, "Không đồng ý"),
    "tips.judge_reopening": lambda w: bind_arguments(disputed_tip(w).id, accept=True, reason="Có cơ sở"),
    "tips.exclude_unit": lambda w: bind_arguments(w.tip().id, "ninh-van", "Liên quan"),
    "tips.confirm_lock": lambda w: bind_arguments(w.locked_tip().id, "Có nêu hành vi cụ thể"),
    "tips.lift_lock": lambda w: bind_arguments(w.locked_tip().id, "Không nói về cán bộ"),
    "tips.open_subcase": lambda w: bind_arguments(w.triaged_tip().id, unit="ninh-van", asked="Xem camera"),
    "tips.take_subcase": lambda w: bind_arguments(subcase(w).id),
    "tips.finish_subcase": lambda w: bind_arguments(subcase(w).id, "Không thấy"),
    "tips.return_subcase": lambda w: bind_arguments(subcase(w).id, "Không có camera"),
    "tips.call_off_subcase": lambda w: _call_off_arguments(subcase(w)),
    "tips.pass_tips_on": lambda w: bind_arguments(busy_officer(w), w.officer("tip_officer")),
    "tips.pass_subcases_on": lambda w: bind_arguments(busy_officer(w), w.officer("tip_officer")),
    "tips.triage": lambda w: bind_arguments(w.tip().id, category="crime"),
    "tips.mark_false": lambda w: bind_arguments(unfounded_tip(w, marked=False), reason="prank", note="Nhận là đùa"),
    "tips.confirm_false": lambda w: bind_arguments(unfounded_tip(w), note="Đã nghe lại"),
    "tips.clear_false": lambda w: bind_arguments(unfounded_tip(w), note="Không phải đùa"),
    "tips.unmerge": lambda w: bind_arguments(merged_tip(w), "Việc khác"),
    "tips.ask_danger": lambda w: bind_arguments(w.tip().id),
    "tips.deny_danger": lambda w: bind_arguments(w.tip().id),
    "tips.ask_matter": lambda w: bind_arguments(w.tip().id),
    "tips.note_place": lambda w: bind_arguments(w.tip().id, "truong-yen", PlaceChange.OTHER, "named: Trường Yên"),
    "tips.hear_place": lambda w: bind_arguments(tip_without_place(w), "ở xã Ninh An"),
    "tips.verify": lambda w: bind_arguments(w.app.tips.assign(w.other, w.triaged_tip().id, unit="cong-an").id),
}
