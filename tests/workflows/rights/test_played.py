"""Requests about data of one's own, played as people do it."""

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
    Office,
    by_desk,
    prove,
    refused,
    told,
    waiting,
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


def reported(app: App, dialog: Dialog, handler: Actor, name: str = NAME) -> Tip:
    """Let somebody report a theft by chat."""
    dialog.says(name, THEFT)
    dialog.hears(name, "Mã tiếp nhận")
    return app.tips.list(handler).items[0]


def closed(app: App, handler: Actor, tip: Tip) -> Tip:
    app.tips.triage(handler, tip.id, unit="ninh-hoa", category=tip.category, urgency="ordinary")
    app.tips.settle(handler, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(handler, tip.id)
    app.worker.drain()
    return app.tips.get(handler, tip.id)


def test_who_asks_to_be_erased_and_says_thanks(app: App, dialog: Dialog, ask: Ask, office: Office) -> None:
    """One request with a number and a clock; thanks change nothing; erased it is by the workflow of before."""
    dialog.says(NAME, "chào")
    number = ask(NAME, "xóa hết tin nhắn của tôi đi")
    dialog.says(NAME, "cảm ơn")
    dialog.hears_nothing(NAME)
    assert ask(NAME, "Xoa het tin nhan cua toi di a") == number
    (request,) = app.rights.requests(office.data).items
    assert (request.kind, request.state, len(request.links)) == (RightsKind.DELETION, RequestState.RECEIVED, 0)
    assert app.retention.erasures(office.operator).items == ()

    prove(app, office.checker, office.data, number)
    answered = app.rights.answer(
        office.data, request.id, AnswerOutcome.GRANTED, text="Dữ liệu sẽ được xóa.", way="office", notify=True
    )
    app.worker.drain()
    assert answered.answer is not None
    assert "khiếu nại" in answered.answer.text
    dialog.hears(NAME, rf"Yêu cầu số {number} đã có trả lời\. Xin ông/bà nhận trả lời theo cách: nhận tại cơ quan")
    (wish,) = app.retention.erasures(office.operator).items
    assert answered.erasures == (wish.id,)
    app.retention.erase(office.operator, wish.id, rule=RULE, reason=REASON)


def test_the_reply_is_the_same_whatever_is_kept(app: App, dialog: Dialog, clock: FixedClock, office: Office) -> None:
    """Word for word but for the number: to who has a case, to who has none, and to who writes for the first time."""
    reported(app, dialog, office.handler)
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
def test_an_impostor_on_a_shared_phone(app: App, dialog: Dialog, words: str, office: Office) -> None:
    """Who asks what her husband reported hears the number of her request, and no receipt, case or word of his."""
    tip = reported(app, dialog, office.handler)
    dialog.says(NAME, words)
    reply = dialog.hears(NAME, r".*")[0]
    assert re.search(RECEIVED, reply)
    assert not any(word in reply for word in (tip.receipt, "tin có mã", "trộm", "xe máy"))
    dialog.hears_nothing(NAME)


def test_a_failed_check_is_answered_neutrally(app: App, dialog: Dialog, ask: Ask, office: Office) -> None:
    """Nothing is found for her; in chat stands what stands there whenever there is an answer."""
    reported(app, dialog, office.handler)
    request = waiting(app, office.data, ask(NAME, "cho tôi xem dữ liệu của tôi"))
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


def test_danger_comes_first_and_the_request_is_noted(app: App, dialog: Dialog, office: Office) -> None:
    """The numbers to call go out before anything else, the fire is a tip, and the request waits."""
    dialog.says(NAME, f"Xóa dữ liệu của tôi đi. {FIRE}")
    dialog.hears(NAME, r"113")
    dialog.hears(NAME, RECEIVED)
    (tip,) = app.tips.list(office.handler).items
    (request,) = app.rights.requests(office.data).items
    assert (tip.emergency, request.kind) == (True, RightsKind.DELETION)


def test_a_report_beside_a_request_is_heard(app: App, dialog: Dialog, office: Office) -> None:
    """It is a tip with a receipt; the request is noted beside it. Who only tells of such words asks for nothing."""
    dialog.says(NAME, f"Sửa tên của tôi nhé. {THEFT}")
    dialog.hears(NAME, "Mã tiếp nhận")
    assert dialog.hears(NAME, RECEIVED)[2] == "sửa dữ liệu"
    dialog.says("Chị Bị Hại", "Kẻ gian đã lấy trộm điện thoại và xóa dữ liệu của tôi đêm qua ở xóm 2")
    dialog.hears("Chị Bị Hại", "Mã tiếp nhận")
    dialog.hears_nothing("Chị Bị Hại")
    assert len(app.tips.list(office.handler).items) == 2
    assert len(app.rights.requests(office.data).items) == 1


def test_a_request_in_a_flood(app: App, dialog: Dialog, chat: MockChat, office: Office) -> None:
    """Is noted, since the law's time runs; like all else over the limit it isn't answered."""
    for number in range(app.district.flood.person_messages + 1):
        dialog.says(NAME, f"chào {number}")
    chat.hears(chat.person(NAME))
    dialog.says(NAME, "xóa dữ liệu của tôi")
    (request,) = app.rights.requests(office.data).items
    assert request.kind is RightsKind.DELETION
    assert not any(request.number in text for text in chat.hears(chat.person(NAME)))


def test_somebody_with_two_accounts(app: App, dialog: Dialog, chat: MockChat, ask: Ask, office: Office) -> None:
    """The other account and a case told at the desk are linked by what she shows; whoever links learns nothing."""
    first = reported(app, dialog, office.handler)
    second = reported(app, dialog, office.handler, "Chị An máy hai")
    desk = app.tips.record_walk_in(office.handler, "Có người phá rào", unit="ninh-hoa")
    number = ask(NAME, "Tôi muốn xem dữ liệu của tôi")
    id = waiting(app, office.data, number).id
    other = Address("oa", Place.PERSON, chat.person("Chị An máy hai"))
    known = app.rights.link_account(office.checker, id, other)
    unknown = app.rights.link_account(office.checker, id, Address("oa", Place.PERSON, "nobody"))
    assert known == unknown
    desks = [app.rights.link_receipt(office.checker, id, receipt) for receipt in (desk.receipt, "00000-00000")]
    assert desks[0] == desks[1]
    app.rights.link_receipt(office.checker, id, reported(app, dialog, office.handler, "Người Khác").receipt)
    prove(app, office.checker, office.data, number)

    found = app.rights.find(office.data, id, purpose=PURPOSE)
    assert told(found.counts) == {"accounts": 2, "messages": 3, "tips": 3, "requests": 1}
    receipts = {one.fields["receipt"] for one in found.records["tips"]}
    assert receipts == {first.receipt, second.receipt, desk.receipt}
    assert not any("address" in one.fields for one in found.records["accounts"])


def test_a_person_of_whom_nothing_is_kept(app: App, appoint: Appoint, office: Office) -> None:
    """Came to the office, is found nowhere, and gets a copy that says so."""
    admin = appoint("board_admin", unit="ninh-hoa")
    summary = by_desk(app, admin, RightsKind.ACCESS)
    app.rights.record_check(office.checker, summary.id, way="office_paper", passed=True, note="Đúng người")
    assert told(app.rights.find(office.data, summary.id, purpose=PURPOSE).counts) == {"requests": 1}
    copy = app.rights.export(office.data, summary.id, format="json", way="office")
    records = json.loads(copy.content)["records"]
    assert {category for category, found in records.items() if found} == {"requests"}


def test_a_request_during_an_open_denunciation(app: App, dialog: Dialog, ask: Ask, office: Office) -> None:
    """It can't be granted whole; granted partly, the wish waits until the case is over."""
    tip = reported(app, dialog, office.handler)
    request = prove(app, office.checker, office.data, ask(NAME, "xóa dữ liệu của tôi"))
    assert app.rights.find(office.data, request.id, purpose=PURPOSE).open_cases == (f"tip:{tip.id}",)
    with pytest.raises(WrongStep, match="isn't over"):
        app.rights.answer(office.data, request.id, AnswerOutcome.GRANTED, text="Sẽ xóa.")
    answered = app.rights.answer(
        office.data, request.id, AnswerOutcome.PARTLY, text="Xóa khi xong việc.", rule=RULE, reason=REASON
    )
    with pytest.raises(WrongStep, match="isn't over"):
        app.retention.erase(office.operator, answered.erasures[0], rule=RULE, reason=REASON)
    closed(app, office.handler, tip)
    wish = app.retention.erase(office.operator, answered.erasures[0], rule=RULE, reason=REASON)
    assert wish.decided_by == office.operator.id


def test_an_open_case_is_left_out_of_the_copy(app: App, dialog: Dialog, ask: Ask, office: Office) -> None:
    """By a rule and a reason that stand in the copy; it isn't there in any form, and can be taken in again."""
    tip = reported(app, dialog, office.handler)
    request = prove(app, office.checker, office.data, ask(NAME, "quyền dữ liệu"))
    app.rights.leave_out(office.data, request.id, "tips", rule=RULE, reason=REASON)
    app.rights.leave_out(office.data, request.id, "messages", rule=RULE, reason=REASON)
    for format in ("html", "markdown", "json"):
        text = app.rights.export(office.data, request.id, format=format, way="office").content.decode()
        assert (tip.receipt in text, "xe máy" in text, REASON in text) == (False, False, True)
    app.rights.take_in(office.data, request.id, "tips")
    copy = app.rights.export(office.data, request.id, format="json", way="post")
    assert json.loads(copy.content)["records"]["tips"][0]["receipt"] == tip.receipt
    handovers = app.rights.request(office.data, request.id).handovers
    assert [one.way for one in handovers] == ["office", "office", "office", "post"]
    assert handovers[-1].sha256 == copy.sha256
    with pytest.raises(BadInput, match="is empty: write it"):
        app.rights.leave_out(office.data, request.id, "tips", rule="", reason=REASON)


def test_whoever_clicks_twice(app: App, appoint: Appoint, office: Office) -> None:
    """One request, one check, one answer; a second answer that differs is refused."""
    admin = appoint("board_admin", unit="ninh-hoa")
    one, other = (by_desk(app, admin, RightsKind.CORRECTION) for _ in range(2))
    assert one == other
    for _ in range(2):
        app.rights.record_check(office.checker, one.id, way="office_paper", passed=True, note="Đúng người")
    for _ in range(2):
        app.rights.answer(office.data, one.id, AnswerOutcome.GRANTED, text="Đã sửa.")
    request = app.rights.request(office.data, one.id)
    assert (len(request.checks), len(app.rights.requests(office.data, pending=False).items)) == (1, 1)
    answers = [entry for entry in journal(app) if "rights.answered" in entry.events]
    assert len(answers) == 1
    with pytest.raises(WrongStep, match="answered"):
        app.rights.answer(office.data, one.id, AnswerOutcome.GRANTED, text="Khác.")


def test_a_limit_over_tet(app: App, dialog: Dialog, ask: Ask, clock: FixedClock, office: Office) -> None:
    """Asked on 27 January 2026: ten days end on a Friday; twenty, in the days of Tết, on the first day of work."""
    clock.set(datetime(2026, 1, 27, 9, tzinfo=VIETNAM))
    access = waiting(app, office.data, ask(NAME, "cho tôi xem dữ liệu của tôi"))
    deletion = waiting(app, office.data, ask(NAME, "xóa dữ liệu của tôi"))
    one, other = (read_clock(app.district, request) for request in (access, deletion))
    assert one is not None
    assert other is not None
    assert one.due.astimezone(VIETNAM) == datetime(2026, 2, 7, tzinfo=VIETNAM)
    assert other.due.astimezone(VIETNAM) > datetime(2026, 2, 20, tzinfo=VIETNAM)
    assert app.district.calendar.is_working_day((other.due - timedelta(seconds=1)).astimezone(VIETNAM).date())
    states = [other.state(datetime(2026, *day, tzinfo=VIETNAM)) for day in ((1, 28), (2, 14), (3, 1))]
    assert states == [AnswerClockState.RUNNING, AnswerClockState.WARN, AnswerClockState.OVERDUE]


def test_request_needs_three_officers(app: App, appoint: Appoint, ask: Ask, office: Office) -> None:
    """Who took it in doesn't look at who asks, and who looked handles nothing, whatever roles they have."""
    both = appoint("data_officer", "tip_officer")
    taken = by_desk(app, both, RightsKind.ACCESS)
    custodian = appoint("identity_custodian")
    assert refused(lambda: app.rights.record_check(both, taken.id, way="office_paper", passed=True, note="Đúng"))
    app.rights.record_check(custodian, taken.id, way="office_paper", passed=True, note="Đúng")
    assert refused(lambda: app.rights.find(custodian, taken.id, purpose=PURPOSE))
    assert app.rights.find(both, taken.id, purpose=PURPOSE).number == taken.number


def test_an_officer_excluded_from_a_case(app: App, dialog: Dialog, ask: Ask, appoint: Appoint, office: Office) -> None:
    """Sees no request of whoever reported it, and hears of it what is heard of one that isn't there."""
    tip = reported(app, dialog, office.handler)
    kin = appoint("data_officer")
    lead = appoint("tip_supervisor")
    app.tips.exclusions.add(lead, tip.id, kin.id, "Người nhà")
    id = waiting(app, office.data, ask(NAME, "xóa dữ liệu của tôi")).id
    assert app.rights.requests(kin).items == ()
    with pytest.raises(NotVisible):
        app.rights.request(kin, id)


def test_an_officer_who_asks(app: App, ask: Ask, chat: MockChat, appoint: Appoint, office: Office) -> None:
    """Has it handled by somebody else."""
    mine = waiting(app, office.data, ask("Cán bộ Tự Hỏi", "xóa dữ liệu của tôi"))
    account = app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person("Cán bộ Tự Hỏi")))
    myself = appoint("data_officer", conversation=account)
    assert app.rights.requests(myself).items == ()
    with pytest.raises(NotVisible):
        app.rights.request(myself, mine.id)


def test_a_platforms_withdrawal(app: App, chat: MockChat, dialog: Dialog, office: Office) -> None:
    """Is a wish to be erased as before, with a clock; what an office.operator decides about it answers the request."""
    dialog.says(NAME, "chào")
    chat.withdraws(chat.person(NAME))
    pump(app, chat)
    (request,) = app.rights.requests(office.data).items
    (wish,) = app.retention.erasures(office.operator).items
    assert (request.kind, request.channel, request.erasures) == (RightsKind.OBJECTION, "platform", (wish.id,))
    with pytest.raises(WrongStep, match="erasure"):
        app.rights.answer(office.data, request.id, AnswerOutcome.REFUSED, text="Không.", rule=RULE, reason=REASON)
    app.retention.refuse_erasure(office.operator, wish.id, rule=RULE, reason=REASON)
    answer = app.rights.request(office.data, request.id).answer
    assert answer is not None
    assert (answer.outcome, answer.by, answer.rule) == (AnswerOutcome.REFUSED, office.operator.id, RULE)


def test_a_name_and_words_put_right(app: App, dialog: Dialog, ask: Ask, office: Office) -> None:
    """The platform's name replaces the right one no more; what was said stays, with the correction beside it."""
    tip = reported(app, dialog, office.handler)
    request = prove(app, office.checker, office.data, ask(NAME, "sửa thông tin của tôi"))
    app.rights.correct_name(office.data, request.id, "Thử Văn Ân", reason="Theo giấy tờ")
    message = app.rights.find(office.data, request.id, purpose=PURPOSE).records["messages"][0]
    app.rights.correct_words(office.data, request.id, message.id, "Xe đạp, không phải xe máy", reason="Nhầm")
    dialog.says(NAME, "Xe màu đỏ")
    account = app.internals.context.iter_readable(
        CONVERSATION, app.internals.context.storage.maintenance.scan(CONVERSATION.name)
    )
    assert "Thử Văn Ân" in {one.name for one in account}
    said = app.conversations.history(office.handler, f"tip:{tip.id}").items[0]
    assert (said.text, said.corrections) == (THEFT, ("Xe đạp, không phải xe máy",))
    other = reported(app, dialog, office.handler, "Người Khác")
    theirs = app.conversations.history(office.handler, f"tip:{other.id}").items[0].id
    with pytest.raises(NotVisible):
        app.rights.correct_words(office.data, request.id, theirs, "Sai", reason="Thử")


def test_a_damaged_officer_takes_no_request_away(app: App, ask: Ask, appoint: Appoint, office: Office) -> None:
    """A colleague's record that can't be opened keeps nobody away; requests and the work of everybody are there."""
    id = waiting(app, office.data, ask(NAME, "xóa dữ liệu của tôi")).id
    flip_body(app, "officer", appoint("editor").id)
    assert [request.id for request in app.rights.requests(office.data).items] == [id]
    assert app.work.mine(office.data).items
    assert app.work.counts(office.data)


def test_a_request_about_a_damaged_case(app: App, dialog: Dialog, ask: Ask, office: Office) -> None:
    """Nobody knows who is excluded from it: it is kept from all and counted; the journal says why. Another is there."""
    tip = reported(app, dialog, office.handler)
    id = waiting(app, office.data, ask(NAME, "xóa dữ liệu của tôi")).id
    other = waiting(app, office.data, ask("Người Khác", "xóa dữ liệu của tôi")).id
    flip_body(app, "tip", tip.id)
    page = app.rights.requests(office.data)
    assert [request.id for request in page.items] == [other]
    assert page.damaged == 1
    with pytest.raises(NotVisible):
        app.rights.request(office.data, id)
    refused = [entry for entry in journal(app) if entry.outcome == "refused"][-1]
    assert "can't be read, nor whom that excludes" in str(refused.facts)
