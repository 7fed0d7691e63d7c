"""Tips on the board, without a script."""

from datetime import timedelta

import pytest
from tests.board.conftest import Enter
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.domain.tips.states import TipState
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor

WORDS = "Đêm qua nhà tôi ở xóm 3 bị trộm <b>xe máy</b>"


@pytest.fixture
def tip(app: App, officer: Actor) -> str:
    """Id of a tip that somebody told at the door."""
    return app.tips.record_walk_in(officer, WORDS, unit="hoa-lu").id


def test_list_and_case(visitor: Visitor, tip: str) -> None:
    """A tip stands in the list, and its page shows its words, which are no markup, and what can be done."""
    listed = visitor.get("/tips/all")
    shown = visitor.get(f"/tips/{tip}")
    assert f"/tips/{tip}" in listed.text
    assert "&lt;b&gt;xe máy" in shown.text
    assert "<b>xe" not in shown.text
    assert shown.has_form("/tips/triage")
    assert not shown.has_form("/tips/answer")  # nothing is offered that would be refused


def test_a_limit_ends_with_a_day(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """Midnight is told as the end of the day before it, so that nobody counts a day more."""
    app.tips.triage(officer, tip, category="crime")
    shown = visitor.get(f"/tips/{tip}").main
    assert "hạn hết ngày 08/09/2021" in shown  # seven days from 1 September
    assert "hạn 00:00" not in shown


def test_why_a_limit_moved(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """The paper that moved it is named on the case, as on the command line and in JSON."""
    app.tips.triage(officer, tip, category="crime")
    app.tips.clocks.mark_complex(officer, tip, body="Cơ quan điều tra", number="15/QĐ-CQĐT", day=app.today)
    shown = visitor.get(f"/tips/{tip}").main
    assert "từ 20 ngày thành 2 tháng" in shown
    assert "theo Quyết định số 15/QĐ-CQĐT ngày 01/9/2021 của Cơ quan điều tra." in shown


def test_form_carries_out_its_act(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """A form does what it says, and the page says that it was done."""
    form = visitor.get(f"/tips/{tip}").form("/tips/triage")
    shown = visitor.send(form, category="crime", urgency="serious")
    assert shown.status == 200
    assert "Đã xong: Phân loại" in shown.text
    assert app.tips.get(officer, tip).category == "crime"


def test_form_sent_twice_acts_once(visitor: Visitor, tip: str) -> None:
    """A form that is sent twice is carried out once, and the second time says so."""
    form = visitor.get(f"/tips/{tip}").form("/tips/triage")
    first, second = visitor.send(form, category="crime"), visitor.send(form, category="crime")
    assert "Đã xong" in first.text
    assert second.status == 200
    assert "không làm hai lần" in second.text


def test_stale_form_keeps_its_text(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """Whoever acts on a page that is old keeps the words, is told of the change, and can send them again."""
    form = visitor.get(f"/tips/{tip}").form("/tips/triage")
    app.tips.triage(officer, tip, category="traffic")
    stale = visitor.send(form, category="crime", place="cạnh đình làng")
    assert stale.status == 412
    assert "vừa thay đổi" in stale.text
    again = stale.form("/tips/triage")
    assert again.fields["place"] == ["cạnh đình làng"]
    assert app.tips.get(officer, tip).category == "traffic"
    assert visitor.send(again).status == 200
    assert app.tips.get(officer, tip).category == "crime"


def test_words_of_a_form_that_is_gone(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """Where a colleague ended the case meanwhile, the page says what wasn't done and shows what was written for it."""
    app.tips.triage(officer, tip, category="crime")
    app.tips.assign(officer, tip, unit="hoa-lu", officers=[officer.id])
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    app.tips.settle(officer, tip, outcome=TipState.RESOLVED, answer="Đã tìm được xe.", reason="solved")
    late = visitor.send(form, outcome="resolved", answer="Xe đang ở trụ sở xã.", reason="solved")
    assert (late.status, late.has_form("/tips/settle")) == (412, False)
    assert "Chưa làm được: Kết luận." in late.main
    assert late.main.count("Xe đang ở trụ sở xã.") == 1
    assert "Chưa làm được" not in visitor.get(f"/tips/{tip}").main


def test_a_second_settlement_says_what_was_decided(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """A form from before the end, sent as if the end had been seen, is refused with the outcome on record."""
    app.tips.triage(officer, tip, category="crime")
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    settled = app.tips.settle(officer, tip, outcome=TipState.RESOLVED, answer="Đã tìm được xe.", reason="solved")
    late = visitor.send(form, outcome="resolved", answer="x", reason="solved", version=str(settled.version))
    assert (
        "đã được kết luận ngày 01/09/2021 là “đã giải quyết”, nay ở trạng thái “đã giải quyết, chưa trả lời”"
        in late.main
    )
    assert "chưa có căn cứ" not in late.main


def test_what_does_not_fit(visitor: Visitor, tip: str) -> None:
    """A form with a gap is shown again with what is missing and all that was written."""
    visitor.send(visitor.get(f"/tips/{tip}").form("/tips/triage"), category="crime")
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    shown = visitor.send(form, outcome="", answer="Đã xác minh, không có việc này.", reason="")
    assert shown.status == 422
    assert "Đã xác minh, không có việc này." in shown.text
    assert 'aria-invalid="true"' in shown.text


def test_why_it_ends_despite_open_parts(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """It is asked only once the first try was refused for them, and then the second one ends it."""
    app.tips.triage(officer, tip, category="crime")
    app.tips.assign(officer, tip, unit="hoa-lu", officers=[officer.id])
    app.tips.verify(officer, tip)
    app.tips.subcases.open(officer, tip, unit="cong-an", asked="Xác minh biển số")
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    assert "despite_open" not in form.fields
    form.fields |= {"answer": ["Đã tìm được xe."], "reason": ["solved"]}
    assert "despite_open" not in visitor.send(form, outcome="").form("/tips/settle").fields

    refused = visitor.send(form, outcome="resolved")
    assert refused.status == 409
    assert "chưa làm xong phần việc của mình" in refused.main
    again = refused.form("/tips/settle")
    assert again.fields["answer"][-1].strip() == "Đã tìm được xe."
    assert refused.main.count('name="despite_open"') == 1
    assert visitor.send(again).status == 409
    assert app.tips.get(officer, tip).state.value == "verifying"
    assert "Đã xong: Kết luận" in visitor.send(again, despite_open="Chủ xe đã nhận lại xe").text


def test_a_colleague_of_another_unit_is_excluded(app: App, enter: Enter) -> None:
    """Whoever may read a tip by their role can be kept away from it, wherever they are at home."""
    users = UnsafeLocalUsers(app)
    chief = users.appoint("Chỉ huy", "cong-an")
    users.grant(chief, "tip_supervisor", "hoa-lu")
    other = users.appoint("Bạn Thân", "hoi-phu-nu")
    users.grant(other, "tip_officer", "hoa-lu")
    tip = app.tips.record_walk_in(other, WORDS, unit="ninh-hoa").id
    form = enter(chief)
    mate = enter(other)
    assert mate.get(f"/tips/{tip}").status == 200
    shown = form.get(f"/tips/{tip}")
    assert f'<option value="{other.id}">Bạn Thân' in shown.main
    left_open = mate.get(f"/tips/{tip}").form("/tips/triage")
    form.send(shown.form("/tips/exclusions.add"), officer_id=other.id, reason="Người nhà của người bị báo")
    late = mate.send(left_open, category="crime")
    assert (late.status, late.main.count("Không có trang này")) == (404, 1)
    assert mate.get(f"/tips/{tip}").status == 404
    assert "Người nhà của người bị báo" not in form.get(f"/tips/{tip}").main
    kept_away = form.get(f"/tips/{tip}?excluded=yes").main
    assert "Bạn Thân<p" in kept_away
    assert "Người nhà của người bị báo" in kept_away
    assert tip not in mate.get("/tips/all").text


def test_recorded_call_opens_its_screen(app: App, officer: Actor, visitor: Visitor) -> None:
    """Whoever takes a call notes a tip, and comes to its page."""
    shown = visitor.send(visitor.get("/tips/new").form("/tips/record_walk_in"), text="Có người lạ phá cổng trường")
    assert shown.status == 200
    assert "Có người lạ phá cổng trường" in shown.text
    assert shown.path.startswith("/tips/")
    assert len(app.tips.list(officer).items) == 1


def test_not_ones_own(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """What doesn't exist and what one is excluded from look the same."""
    missing = visitor.get("/tips/nothing-of-this-id")
    assert missing.status == 404


def test_suggestions_screen_opens_empty(visitor: Visitor, tip: str) -> None:
    """The page of suggestions opens also where there is none."""
    assert visitor.get(f"/tips/{tip}/suggestions").status == 200


def test_alarm_forms_have_distinct_ids(app: App, officer: Actor, visitor: Visitor) -> None:
    """Each alarm in the list has a form with an id of its own; what failed on one is told on the page of its case."""
    for place in ("xóm 3 xã Ninh Hòa", "xóm 5 xã Ninh Hòa"):
        app.tips.record_walk_in(officer, f"Cháy nhà ở {place}", unit="ninh-hoa", emergency=True)
    app.worker.drain()
    first, second = app.duty.alarms(officer).items
    shown = visitor.get("/tips/alarms")
    form = shown.form_at(f"act-tips-claim-{first.id}".replace(".", "-"))
    assert shown.text.count(f'id="act-tips-claim-{second.id}"'.replace(".", "-")) == 1
    form.fields["form_token"] = ["old"]
    again = visitor.send(form)
    assert again.status == 403
    assert again.text.count('role="alert"') == 1
    assert first.about.removeprefix("tip:") in again.path


def test_a_row_says_what_one_needs_to_find_the_case(
    app: App, officer: Actor, clock: FixedClock, visitor: Visitor
) -> None:
    """Number, category, units, age, state, how it came and who handles it; none of the reporter's words."""
    tip = app.tips.record_walk_in(officer, "Lời kể không lộ ra danh sách", unit="ninh-hoa")
    app.tips.triage(officer, tip.id, category="crime", legal_kind="crime_report")
    app.tips.assign(officer, tip.id, unit="cong-an", officers=[officer.id])
    clock.advance(timedelta(minutes=20))
    row = visitor.get("/tips/all").main
    told = (
        tip.receipt,
        "Tội phạm",
        "xã Ninh Hòa → ",
        "20 phút trước",
        "Đã giao",
        "Trực tiếp, điện thoại",
        "Cán bộ Mẫu",
    )
    assert [one for one in (*told, "Tin báo về tội phạm") if one not in row] == []
    assert "không lộ ra" not in row


def test_a_case_says_by_which_way_it_came(app: App, officer: Actor, visitor: Visitor) -> None:
    """A tip by letter isn't said to have been called in."""
    tip = app.tips.record_walk_in(officer, "Mất gà", unit="ninh-hoa", channel="letter")
    assert "Tin đến qua: Thư, thư điện tử" in visitor.get(f"/tips/{tip.id}").main
