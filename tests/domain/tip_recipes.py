"""Recipes that prepare a world for each command on a tip."""

from collections.abc import Callable
from typing import Any

from tests.domain.calls import Call, Recipe, args
from tests.domain.shared_work import busy, disputed_tip, gone, passed_on, subcase
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


def _paper(world: World) -> dict[str, Any]:
    return {"body": "Viện kiểm sát", "number": "7/QĐ-VKS", "day": world.today}


def _tip_with_decision(world: World, what: str) -> str:
    """Return the id of a tip with a decision recorded by the method `what`."""
    id: str = getattr(world.app.tips.clocks, what)(world.other, world.triaged().id, **_paper(world)).id
    return id


def _call_off(part: Subcase) -> Callable[[Call], Callable[[Any], object]]:
    return args(part.tip, part.id, "Không cần nữa")


def merged(world: World) -> str:
    """Return the id of a tip that was merged into another one."""
    other = world.tip()
    return world.app.tips.merge(world.other, world.triaged().id, into=other.id, answer="Đã có tin.").id


def prank(world: World, *, marked: bool = True) -> str:
    """Return the id of an unfounded tip, marked as a prank by another person if `marked`."""
    answer: dict[str, Any] = {"answer": "Không có căn cứ.", "reason": "checked"}
    id = world.app.tips.settle(world.other, world.triaged().id, TipState.UNFOUNDED, **answer).id
    return world.app.tips.false_reports.mark(world.other, id, reason="prank", note="Nhận là đùa").id if marked else id


def tip_without_place(world: World) -> str:
    """Return the id of a tip without a known commune."""
    receive = world.app.internals.services.tips.intake.receive
    return run_step(receive, world.other, "Mất trộm", unit="hoa-lu", origin="one_to_one", conversation=CONVERSATION).id


def joined(world: World) -> ShownIncident:
    """Return an incident of two tips."""
    return world.app.incidents.join(world.other, [world.tip().id, world.tip().id])


def _settled_incident(world: World) -> str:
    """Return the id of an incident with only settled tips."""
    return world.app.incidents.join(world.other, [world.settled().id, world.settled().id]).incident.id


def _separate(incident: ShownIncident) -> Callable[[Call], Callable[[Any], object]]:
    return args(incident.incident.id, [incident.tips[0].id])


def _set_role(incident: ShownIncident) -> Callable[[Call], Callable[[Any], object]]:
    return args(incident.incident.id, incident.tips[0].id, ReporterRole.ACCUSER)


def _noted(world: World) -> tuple[str, str]:
    """Return two tips as `kind:id`, the first with a note in its file."""
    first, second = world.tip().id, world.tip().id
    world.app.tips.add_note(world.other, first, "Đã gọi công an viên")
    return f"tip:{first}", f"tip:{second}"


def _draft_author(world: World) -> str:
    """Save a draft of an answer to a tip and return its author's id."""
    world.app.drafts.save(world.other, f"tip:{world.tip().id}", "Đã kiểm tra …", part="answer")
    return world.other.id


TIP_RECIPES: dict[str, Recipe] = {
    "conversations.add_inquiry_note": lambda w: args(w.inquiry().id, "Đã gọi công an viên"),
    "conversations.add_tip_note": lambda w: args(w.tip().id, "Đã gọi công an viên"),
    "conversations.move_notes": lambda w: args(*_noted(w)),
    "drafts.offer": lambda w: args(_draft_author(w), {"tip": w.boss.id}),
    "incidents.join": lambda w: args([w.tip().id, w.tip().id]),
    "incidents.separate": lambda w: _separate(joined(w)),
    "incidents.set_role": lambda w: _set_role(joined(w)),
    "incidents.follow": lambda w: args(_settled_incident(w)),
    "tips.mark_possible_danger": lambda w: args(w.tip().id),
    "tips.add": lambda w: args(w.tip().id, Addition(text="Biển số 35")),
    "tips.rebuild_words": lambda w: args(w.tip().id, [TEXT]),
    "tips.mark_single": lambda w: args(w.tip().id, [], "một việc"),
    "tips.join": lambda w: args(w.tip().id, w.tip().id, "một việc"),
    "tips.accept_withdrawal": lambda w: args(w.taken_back().id, "nhầm"),
    "tips.decline_withdrawal": lambda w: args(w.taken_back().id, "tội phạm", answer="Vẫn xử lý."),
    "tips.answer": lambda w: args(w.settled().id),
    "tips.confirm_answer": lambda w: args(w.on_its_way().id, "accepted"),
    "tips.answered_by_hand": lambda w: args(w.settled().id, "gọi điện"),
    "tips.ask_back": lambda w: args(w.triaged().id, "Xe màu gì?"),
    "tips.assign": lambda w: args(w.triaged().id, unit="cong-an"),
    "tips.convert_to_inquiry": lambda w: args(w.tip().id, w.inquiry().id, "chỉ hỏi thủ tục"),
    "tips.close": lambda w: args(w.answered().id),
    "tips.exclude": lambda w: args(w.tip().id, w.officer(), "người nhà"),
    "tips.merge": lambda w: args(w.triaged().id, into=w.tip().id, answer="Đã có tin."),
    "tips.receive": lambda w: args(TEXT, unit="ninh-hoa", origin="entry"),
    "tips.confirm_receipt": lambda w: args(w.tip().id),
    "tips.record_complex": lambda w: args(w.triaged().id, **_paper(w)),
    "tips.record_extension": lambda w: args(_tip_with_decision(w, "mark_complex"), **_paper(w), asked_on=w.today),
    "tips.record_identity_refused": lambda w: args(w.triaged().id, "sợ bị trả thù"),
    "tips.record_suspension": lambda w: args(w.triaged().id, **_paper(w)),
    "tips.record_written_notice": lambda w: args(w.triaged().id, number="12/TB-CAX", day=w.today),
    "tips.revoke_suspension": lambda w: args(_tip_with_decision(w, "suspend"), **_paper(w)),
    "tips.record_walk_in": lambda w: args(TEXT, unit="ninh-hoa"),
    "tips.release_tips": lambda w: args(w.departed()),
    "tips.reopen": lambda w: args(w.settled().id, "Có tình tiết mới"),
    "tips.settle": lambda w: args(w.triaged().id, TipState.RESOLVED, **SETTLED),
    "tips.send_state": lambda w: args(w.tip().receipt, CONVERSATION),
    "tips.transfer": lambda w: args(w.triaged().id, to="Viện kiểm sát", **{**SETTLED, "reason": "competence"}),
    "tips.record_reply_by_hand": lambda w: args(w.triaged().id, "Xe màu đỏ", how="gọi điện"),
    "tips.record_claim": lambda w: args(w.triaged().id, is_paged=False, duty_ends=None),
    "tips.record_claim_for": lambda w: args(w.triaged().id, w.boss.id, is_paged=False, duty_ends=None),
    "tips.record_release": lambda w: args(w.app.tips.claim(w.boss, w.triaged().id).id),
    "tips.record_lapse": lambda w: args(w.app.tips.claim(w.boss, w.triaged().id).id),
    "tips.transfer_to_unit": lambda w: args(w.triaged().id, unit="ninh-van", reason="Không thuộc địa bàn"),
    "tips.accept_transfer": lambda w: args(passed_on(w).id),
    "tips.return_transfer": lambda w: args(passed_on(w).id, "Không thuộc địa bàn"),
    "tips.record_return": lambda w: args(gone(w).id, "Thuộc thẩm quyền cấp xã"),
    "tips.request_reopening": lambda w: args(w.answered().id, "Không đồng ý"),
    "tips.judge_reopening": lambda w: args(disputed_tip(w).id, accept=True, reason="Có cơ sở"),
    "tips.exclude_unit": lambda w: args(w.tip().id, "ninh-van", "Liên quan"),
    "tips.confirm_lock": lambda w: args(w.locked_tip().id, "Có nêu hành vi cụ thể"),
    "tips.lift_lock": lambda w: args(w.locked_tip().id, "Không nói về cán bộ"),
    "tips.open_subcase": lambda w: args(w.triaged().id, unit="ninh-van", asked="Xem camera"),
    "tips.take_subcase": lambda w: args(subcase(w).id),
    "tips.finish_subcase": lambda w: args(subcase(w).id, "Không thấy"),
    "tips.return_subcase": lambda w: args(subcase(w).id, "Không có camera"),
    "tips.call_off_subcase": lambda w: _call_off(subcase(w)),
    "tips.pass_tips_on": lambda w: args(busy(w), w.officer("tip_officer")),
    "tips.pass_subcases_on": lambda w: args(busy(w), w.officer("tip_officer")),
    "tips.triage": lambda w: args(w.tip().id, category="crime"),
    "tips.mark_false": lambda w: args(prank(w, marked=False), reason="prank", note="Nhận là đùa"),
    "tips.confirm_false": lambda w: args(prank(w), note="Đã nghe lại"),
    "tips.clear_false": lambda w: args(prank(w), note="Không phải đùa"),
    "tips.unmerge": lambda w: args(merged(w), "Việc khác"),
    "tips.ask_danger": lambda w: args(w.tip().id),
    "tips.deny_danger": lambda w: args(w.tip().id),
    "tips.ask_matter": lambda w: args(w.tip().id),
    "tips.note_place": lambda w: args(w.tip().id, "truong-yen", PlaceChange.OTHER, "named: Trường Yên"),
    "tips.hear_place": lambda w: args(tip_without_place(w), "ở xã Ninh An"),
    "tips.verify": lambda w: args(w.app.tips.assign(w.other, w.triaged().id, unit="cong-an").id),
}
