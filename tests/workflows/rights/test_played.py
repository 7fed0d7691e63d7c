"""Requests about personal data are handled from a resident's message to the answer."""

import json
import re
from datetime import datetime, timedelta

import pytest
from tests.messaging.conftest import FIRE, THEFT, Appoint, journal
from tests.support.damage import flip_body
from tests.workflows.rights.conftest import (
    NAME,
    PURPOSE,
    REASON,
    RECEIVED,
    RULE,
    Ask,
    RightsOffice,
    count_categories,
    find_request,
    is_refused,
    record_at_desk,
    record_proof,
)

from anninh_core.app import App
from anninh_core.domain.conversations.model import CONVERSATION
from anninh_core.domain.rights import AnswerOutcome
from anninh_core.domain.rights.clocks import read_clock
from anninh_core.domain.rights.states import AnswerClockState, RequestState
from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput, NotVisible, WrongStep
from anninh_core.testing import Dialog, FixedClock, MockChat, pump
from anninh_core.usecase import Actor
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.vocabulary.rights import RightsKind


def report_theft(app: App, dialog: Dialog, handler: Actor, name: str = NAME) -> Tip:
    """Let a resident report a theft by chat, and return the tip."""
    dialog.says(name, THEFT)
    dialog.hears(name, "Mã tiếp nhận")
    return app.tips.list(handler).items[0]


def close_tip(app: App, handler: Actor, tip: Tip) -> Tip:
    app.tips.triage(handler, tip.id, unit="ninh-hoa", category=tip.category, urgency="ordinary")
    app.tips.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(handler, tip.id)
    app.worker.drain()
    return app.tips.get(handler, tip.id)


def test_deletion_request_is_one_and_starts_an_erasure(
    app: App, dialog: Dialog, ask: Ask, office: RightsOffice
) -> None:
    """Repeating a request for deletion keeps its number, thanks change nothing, and the erasure itself is a separate
    request.
    """
    dialog.says(NAME, "chào")
    number = ask(NAME, "xóa hết tin nhắn của tôi đi")
    dialog.says(NAME, "cảm ơn")
    dialog.hears_nothing(NAME)
    assert ask(NAME, "Xoa het tin nhan cua toi di a") == number
    (request,) = app.rights.requests(office.data).items
    assert (request.kind, request.state, len(request.links)) == (RightsKind.DELETION, RequestState.RECEIVED, 0)
    assert app.retention.erasures(office.operator).items == ()

    record_proof(app, office.checker, office.data, number)
    answered = app.rights.answer(
        office.data, request.id, AnswerOutcome.GRANTED, text="Dữ liệu sẽ được xóa.", way="office", notify=True
    )
    app.worker.drain()
    assert answered.answer is not None
    assert "khiếu nại" in answered.answer.text
    dialog.hears(NAME, rf"Yêu cầu số {number} đã có trả lời\. Xin ông/bà nhận trả lời theo cách: nhận tại cơ quan")
    (erasure,) = app.retention.erasures(office.operator).items
    assert answered.erasures == (erasure.id,)
    app.retention.erase(office.operator, erasure.id, rule=RULE, reason=REASON)


def test_reply_reveals_no_stored_data(app: App, dialog: Dialog, clock: FixedClock, office: RightsOffice) -> None:
    """The reply to a request is the same except for its number, whether the resident has a case, has none or is new."""
    report_theft(app, dialog, office.handler)
    dialog.says("Bà Không", "chào")
    clock.advance(timedelta(days=1))
    replies = []
    for name in (NAME, "Bà Không", "Người Mới"):
        dialog.says(name, "Cho tôi xem dữ liệu của tôi")
        replies.append(dialog.hears(name, r"Đã ghi nhận.*")[0])
        dialog.hears_nothing(name)
    assert len({re.sub(r"DL-\w{6}", "", reply) for reply in replies}) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Cho tôi xem dữ liệu của tôi, chồng tôi đã báo gì?",
        "cho toi xem tin nhan cua toi. ong nha toi da bao nhung gi vay",
    ],
)
def test_shared_phone_reveals_no_tip(app: App, dialog: Dialog, words: str, office: RightsOffice) -> None:
    """The reply to a request from a shared phone has its number and neither receipt nor words of a tip from that
    phone.
    """
    tip = report_theft(app, dialog, office.handler)
    dialog.says(NAME, words)
    reply = dialog.hears(NAME, r".*")[0]
    assert re.search(RECEIVED, reply)
    assert not any(word in reply for word in (tip.receipt, "tin có mã", "trộm", "xe máy"))
    dialog.hears_nothing(NAME)


def test_failed_check_reveals_nothing(app: App, dialog: Dialog, ask: Ask, office: RightsOffice) -> None:
    """After a failed identity check no data is searched or copied, and the chat gets the usual notice of an answer."""
    report_theft(app, dialog, office.handler)
    request = find_request(app, office.data, ask(NAME, "cho tôi xem dữ liệu của tôi"))
    app.rights.record_check(office.checker, request.id, way="call_back", passed=False, note="Người nghe là người khác")
    for act in (
        lambda: app.rights.find(office.data, request.id, purpose=PURPOSE),
        lambda: app.rights.export(office.data, request.id, format="json", way="office"),
        lambda: app.rights.answer(office.data, request.id, AnswerOutcome.GRANTED, text="Đây."),
    ):
        with pytest.raises(WrongStep, match="unproven"):
            act()
    app.rights.answer(
        office.data,
        request.id,
        AnswerOutcome.REFUSED,
        text="Chưa xác định được danh tính.",
        rule=RULE,
        reason="Không đúng người",
        way="office",
        notify=True,
    )
    app.worker.drain()
    dialog.hears(NAME, rf"^Yêu cầu số {request.number} đã có trả lời")
    dialog.hears_nothing(NAME)


def test_emergency_precedes_the_request(app: App, dialog: Dialog, office: RightsOffice) -> None:
    """A message with both a request and an emergency gets the emergency numbers first; it becomes a tip, and the
    request is recorded.
    """
    dialog.says(NAME, f"Xóa dữ liệu của tôi đi. {FIRE}")
    dialog.hears(NAME, r"113")
    dialog.hears(NAME, RECEIVED)
    (tip,) = app.tips.list(office.handler).items
    (request,) = app.rights.requests(office.data).items
    assert (tip.emergency, request.kind) == (True, RightsKind.DELETION)


def test_report_with_request_becomes_both(app: App, dialog: Dialog, office: RightsOffice) -> None:
    """A message with a report and a request becomes a tip and a request; a report that only mentions deleted data
    becomes no request.
    """
    dialog.says(NAME, f"Sửa tên của tôi nhé. {THEFT}")
    dialog.hears(NAME, "Mã tiếp nhận")
    assert dialog.hears(NAME, RECEIVED)[2] == "sửa dữ liệu"
    dialog.says("Chị Bị Hại", "Kẻ gian đã lấy trộm điện thoại và xóa dữ liệu của tôi đêm qua ở xóm 2")
    dialog.hears("Chị Bị Hại", "Mã tiếp nhận")
    dialog.hears_nothing("Chị Bị Hại")
    assert len(app.tips.list(office.handler).items) == 2
    assert len(app.rights.requests(office.data).items) == 1


def test_request_in_a_flood_is_recorded(app: App, dialog: Dialog, chat: MockChat, office: RightsOffice) -> None:
    """A request in a message above the limit of messages is recorded, because the legal deadline runs, but it isn't
    confirmed to the sender.
    """
    for number in range(app.district.flood.person_messages + 1):
        dialog.says(NAME, f"chào {number}")
    chat.hears(chat.person(NAME))
    dialog.says(NAME, "xóa dữ liệu của tôi")
    (request,) = app.rights.requests(office.data).items
    assert request.kind is RightsKind.DELETION
    assert not any(request.number in text for text in chat.hears(chat.person(NAME)))


def test_second_account_is_linked_blindly(
    app: App, dialog: Dialog, chat: MockChat, ask: Ask, office: RightsOffice
) -> None:
    """An applicant's second account and walk-in tip are linked to the request, and the results reveal nothing to the
    linking officer.
    """
    first = report_theft(app, dialog, office.handler)
    second = report_theft(app, dialog, office.handler, "Chị An máy hai")
    desk = app.tips.record_walk_in(office.handler, "Có người phá rào", unit="ninh-hoa")
    number = ask(NAME, "Tôi muốn xem dữ liệu của tôi")
    id = find_request(app, office.data, number).id
    other = Address("oa", Place.PERSON, chat.person("Chị An máy hai"))
    linked = app.rights.link_account(office.checker, id, other)
    unlinked = app.rights.link_account(office.checker, id, Address("oa", Place.PERSON, "nobody"))
    assert linked == unlinked
    desks = [app.rights.link_receipt(office.checker, id, receipt) for receipt in (desk.receipt, "00000-00000")]
    assert desks[0] == desks[1]
    app.rights.link_receipt(office.checker, id, report_theft(app, dialog, office.handler, "Người Khác").receipt)
    record_proof(app, office.checker, office.data, number)

    result = app.rights.find(office.data, id, purpose=PURPOSE)
    assert count_categories(result.counts) == {"accounts": 2, "messages": 3, "tips": 3, "requests": 1}
    receipts = {item.fields["receipt"] for item in result.records["tips"]}
    assert receipts == {first.receipt, second.receipt, desk.receipt}
    assert not any("address" in item.fields for item in result.records["accounts"])


def test_copy_without_data_has_the_request(app: App, appoint: Appoint, office: RightsOffice) -> None:
    """An applicant without stored data gets a copy that has only the request."""
    admin = appoint("board_admin", unit="ninh-hoa")
    summary = record_at_desk(app, admin, RightsKind.ACCESS)
    app.rights.record_check(office.checker, summary.id, way="office_paper", passed=True, note="Đúng người")
    assert count_categories(app.rights.find(office.data, summary.id, purpose=PURPOSE).counts) == {"requests": 1}
    copy = app.rights.export(office.data, summary.id, format="json", way="office")
    records = json.loads(copy.content)["records"]
    assert {category for category, items in records.items() if items} == {"requests"}


def test_open_case_delays_deletion(app: App, dialog: Dialog, ask: Ask, office: RightsOffice) -> None:
    """During an open case a deletion can only be granted partly, and the erasure waits until the case is closed."""
    tip = report_theft(app, dialog, office.handler)
    request = record_proof(app, office.checker, office.data, ask(NAME, "xóa dữ liệu của tôi"))
    assert app.rights.find(office.data, request.id, purpose=PURPOSE).open_cases == (f"tip:{tip.id}",)
    with pytest.raises(WrongStep, match="isn't over"):
        app.rights.answer(office.data, request.id, AnswerOutcome.GRANTED, text="Sẽ xóa.")
    answered = app.rights.answer(
        office.data, request.id, AnswerOutcome.PARTLY, text="Xóa khi xong việc.", rule=RULE, reason=REASON
    )
    with pytest.raises(WrongStep, match="isn't over"):
        app.retention.erase(office.operator, answered.erasures[0], rule=RULE, reason=REASON)
    close_tip(app, office.handler, tip)
    erasure = app.retention.erase(office.operator, answered.erasures[0], rule=RULE, reason=REASON)
    assert erasure.decided_by == office.operator.id


def test_category_is_left_out_with_a_reason(app: App, dialog: Dialog, ask: Ask, office: RightsOffice) -> None:
    """An officer can leave a category out of every format of a copy with a rule and a reason, which the copy shows, and
    include it again.
    """
    tip = report_theft(app, dialog, office.handler)
    request = record_proof(app, office.checker, office.data, ask(NAME, "quyền dữ liệu"))
    app.rights.leave_out(office.data, request.id, "tips", rule=RULE, reason=REASON)
    app.rights.leave_out(office.data, request.id, "messages", rule=RULE, reason=REASON)
    for format in ("html", "markdown", "json"):
        text = app.rights.export(office.data, request.id, format=format, way="office").content.decode()
        assert (tip.receipt in text, "xe máy" in text, REASON in text) == (False, False, True)
    app.rights.take_in(office.data, request.id, "tips")
    copy = app.rights.export(office.data, request.id, format="json", way="post")
    assert json.loads(copy.content)["records"]["tips"][0]["receipt"] == tip.receipt
    handovers = app.rights.request(office.data, request.id).handovers
    assert [handover.way for handover in handovers] == ["office", "office", "office", "post"]
    assert handovers[-1].sha256 == copy.sha256
    with pytest.raises(BadInput, match="is empty: write it"):
        app.rights.leave_out(office.data, request.id, "tips", rule="", reason=REASON)


def test_double_click_changes_nothing(app: App, appoint: Appoint, office: RightsOffice) -> None:
    """Repeating an entry, a check or an answer changes nothing, and a different second answer is refused."""
    admin = appoint("board_admin", unit="ninh-hoa")
    first, second = (record_at_desk(app, admin, RightsKind.CORRECTION) for _ in range(2))
    assert first == second
    for _ in range(2):
        app.rights.record_check(office.checker, first.id, way="office_paper", passed=True, note="Đúng người")
    for _ in range(2):
        app.rights.answer(office.data, first.id, AnswerOutcome.GRANTED, text="Đã sửa.")
    request = app.rights.request(office.data, first.id)
    assert (len(request.checks), len(app.rights.requests(office.data, pending=False).items)) == (1, 1)
    answers = [entry for entry in journal(app) if "rights.answered" in entry.events]
    assert len(answers) == 1
    with pytest.raises(WrongStep, match="answered"):
        app.rights.answer(office.data, first.id, AnswerOutcome.GRANTED, text="Khác.")


def test_deadline_in_tet_moves_to_a_working_day(
    app: App, dialog: Dialog, ask: Ask, clock: FixedClock, office: RightsOffice
) -> None:
    """For requests made on 27 January 2026, the limit of ten days ends on a Friday, and that of twenty days, during
    Tết, on the first working day after it.
    """
    clock.set(datetime(2026, 1, 27, 9, tzinfo=VIETNAM))
    access = find_request(app, office.data, ask(NAME, "cho tôi xem dữ liệu của tôi"))
    deletion = find_request(app, office.data, ask(NAME, "xóa dữ liệu của tôi"))
    access_clock, deletion_clock = (read_clock(app.district, request) for request in (access, deletion))
    assert access_clock is not None
    assert deletion_clock is not None
    assert access_clock.due.astimezone(VIETNAM) == datetime(2026, 2, 7, tzinfo=VIETNAM)
    assert deletion_clock.due.astimezone(VIETNAM) > datetime(2026, 2, 20, tzinfo=VIETNAM)
    assert app.district.calendar.is_working_day((deletion_clock.due - timedelta(seconds=1)).astimezone(VIETNAM).date())
    states = [deletion_clock.state(datetime(2026, *day, tzinfo=VIETNAM)) for day in ((1, 28), (2, 14), (3, 1))]
    assert states == [AnswerClockState.RUNNING, AnswerClockState.WARN, AnswerClockState.OVERDUE]


def test_request_needs_three_officers(app: App, appoint: Appoint, ask: Ask, office: RightsOffice) -> None:
    """The officer who recorded a request can't check the applicant, and the officer who checked can't handle the
    request, whatever their roles.
    """
    both = appoint("data_officer", "tip_officer")
    summary = record_at_desk(app, both, RightsKind.ACCESS)
    custodian = appoint("identity_custodian")
    assert is_refused(lambda: app.rights.record_check(both, summary.id, way="office_paper", passed=True, note="Đúng"))
    app.rights.record_check(custodian, summary.id, way="office_paper", passed=True, note="Đúng")
    assert is_refused(lambda: app.rights.find(custodian, summary.id, purpose=PURPOSE))
    assert app.rights.find(both, summary.id, purpose=PURPOSE).number == summary.number


def test_excluded_officer_sees_no_request(
    app: App, dialog: Dialog, ask: Ask, appoint: Appoint, office: RightsOffice
) -> None:
    """An officer who is excluded from a case doesn't see its reporter's request."""
    tip = report_theft(app, dialog, office.handler)
    excluded = appoint("data_officer")
    lead = appoint("tip_supervisor")
    app.tips.exclusions.add(lead, tip.id, excluded.id, "Người nhà")
    id = find_request(app, office.data, ask(NAME, "xóa dữ liệu của tôi")).id
    assert app.rights.requests(excluded).items == ()
    with pytest.raises(NotVisible):
        app.rights.request(excluded, id)


def test_officers_own_request_is_hidden(
    app: App, ask: Ask, chat: MockChat, appoint: Appoint, office: RightsOffice
) -> None:
    """A data officer doesn't see a request of their own."""
    request = find_request(app, office.data, ask("Cán bộ Tự Hỏi", "xóa dữ liệu của tôi"))
    account = app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person("Cán bộ Tự Hỏi")))
    myself = appoint("data_officer", conversation=account)
    assert app.rights.requests(myself).items == ()
    with pytest.raises(NotVisible):
        app.rights.request(myself, request.id)


def test_withdrawal_is_a_request(app: App, chat: MockChat, dialog: Dialog, office: RightsOffice) -> None:
    """A withdrawal on the platform is a request with a deadline, and an operator's decision about the erasure answers
    it.
    """
    dialog.says(NAME, "chào")
    chat.withdraws(chat.person(NAME))
    pump(app, chat)
    (request,) = app.rights.requests(office.data).items
    (erasure,) = app.retention.erasures(office.operator).items
    assert (request.kind, request.channel, request.erasures) == (RightsKind.OBJECTION, "platform", (erasure.id,))
    with pytest.raises(WrongStep, match="erasure"):
        app.rights.answer(office.data, request.id, AnswerOutcome.REFUSED, text="Không.", rule=RULE, reason=REASON)
    app.retention.refuse_erasure(office.operator, erasure.id, rule=RULE, reason=REASON)
    answer = app.rights.request(office.data, request.id).answer
    assert answer is not None
    assert (answer.outcome, answer.by, answer.rule) == (AnswerOutcome.REFUSED, office.operator.id, RULE)


def test_corrections_are_kept(app: App, dialog: Dialog, ask: Ask, office: RightsOffice) -> None:
    """A name that an officer corrected isn't replaced by the platform's name, and corrected words keep the original
    next to the correction.
    """
    tip = report_theft(app, dialog, office.handler)
    request = record_proof(app, office.checker, office.data, ask(NAME, "sửa thông tin của tôi"))
    app.rights.correct_name(office.data, request.id, "Thử Văn Ân", reason="Theo giấy tờ")
    message = app.rights.find(office.data, request.id, purpose=PURPOSE).records["messages"][0]
    app.rights.correct_words(office.data, request.id, message.id, "Xe đạp, không phải xe máy", reason="Nhầm")
    dialog.says(NAME, "Xe màu đỏ")
    conversations = app.internals.context.iter_readable(
        CONVERSATION, app.internals.context.storage.maintenance.scan(CONVERSATION.name)
    )
    assert "Thử Văn Ân" in {conversation.name for conversation in conversations}
    history_item = app.conversations.history(office.handler, f"tip:{tip.id}").items[0]
    assert (history_item.text, history_item.corrections) == (THEFT, ("Xe đạp, không phải xe máy",))
    other = report_theft(app, dialog, office.handler, "Người Khác")
    other_message = app.conversations.history(office.handler, f"tip:{other.id}").items[0].id
    with pytest.raises(NotVisible):
        app.rights.correct_words(office.data, request.id, other_message, "Sai", reason="Thử")


def test_damaged_officer_hides_no_request(app: App, ask: Ask, appoint: Appoint, office: RightsOffice) -> None:
    """If a colleague's record is damaged, no request and no work is hidden."""
    id = find_request(app, office.data, ask(NAME, "xóa dữ liệu của tôi")).id
    flip_body(app, "officer", appoint("editor").id)
    assert [request.id for request in app.rights.requests(office.data).items] == [id]
    assert app.work.mine(office.data).items
    assert app.work.counts(office.data)


def test_damaged_case_hides_its_request(app: App, dialog: Dialog, ask: Ask, office: RightsOffice) -> None:
    """A request about a damaged case is hidden from all officers and counted as damaged, because the case's exclusions
    are unknown; other requests are shown.
    """
    tip = report_theft(app, dialog, office.handler)
    id = find_request(app, office.data, ask(NAME, "xóa dữ liệu của tôi")).id
    other = find_request(app, office.data, ask("Người Khác", "xóa dữ liệu của tôi")).id
    flip_body(app, "tip", tip.id)
    page = app.rights.requests(office.data)
    assert [request.id for request in page.items] == [other]
    assert page.damaged == 1
    with pytest.raises(NotVisible):
        app.rights.request(office.data, id)
    entry = [line for line in journal(app) if line.outcome == "refused"][-1]
    assert "can't be read, nor whom that excludes" in str(entry.facts)
