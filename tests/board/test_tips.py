"""Tips on the board, without scripts."""

from datetime import timedelta

import pytest
from tests.board.conftest import SignIn
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.domain.tips.states import TipState
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor

WORDS = "Đêm qua nhà tôi ở xóm 3 bị trộm <b>xe máy</b>"


@pytest.fixture
def tip(app: App, officer: Actor) -> str:
    """Id of a tip recorded at the counter."""
    return app.tips.record_walk_in(officer, WORDS, unit="hoa-lu").id


def test_tip_page_escapes_markup(visitor: Visitor, tip: str) -> None:
    """A tip is in the list, and its page shows the text with markup escaped, and only the possible acts."""
    list_screen = visitor.get("/tips/all")
    screen = visitor.get(f"/tips/{tip}")
    assert f"/tips/{tip}" in list_screen.text
    assert "&lt;b&gt;xe máy" in screen.text
    assert "<b>xe" not in screen.text
    assert screen.has_form("/tips/triage")
    assert not screen.has_form("/tips/answer")  # no act is offered that would be refused


def test_midnight_deadline_shows_previous_day(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """A deadline at midnight is shown as the end of the previous day, so that no officer counts a day too many."""
    app.tips.triage(officer, tip, category="crime")
    text = visitor.get(f"/tips/{tip}").main
    assert "hạn hết ngày 08/09/2021" in text  # The deadline is seven days after 1 September.
    assert "hạn 00:00" not in text


def test_extended_deadline_shows_its_decision(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """A case shows the decision that extended its deadline, as the command line and JSON do."""
    app.tips.triage(officer, tip, category="crime")
    app.tips.clocks.mark_complex(officer, tip, body="Cơ quan điều tra", number="15/QĐ-CQĐT", day=app.today)
    text = visitor.get(f"/tips/{tip}").main
    assert "từ 20 ngày thành 2 tháng" in text
    assert "theo Quyết định số 15/QĐ-CQĐT ngày 01/9/2021 của Cơ quan điều tra." in text


def test_form_carries_out_its_act(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """A form carries out its act, and the next page confirms it."""
    form = visitor.get(f"/tips/{tip}").form("/tips/triage")
    screen = visitor.send(form, category="crime", urgency="serious")
    assert screen.status == 200
    assert "Đã xong: Phân loại" in screen.text
    assert app.tips.get(officer, tip).category == "crime"


def test_form_sent_twice_acts_once(visitor: Visitor, tip: str) -> None:
    """A form sent twice acts once, and the second response says so."""
    form = visitor.get(f"/tips/{tip}").form("/tips/triage")
    first, second = visitor.send(form, category="crime"), visitor.send(form, category="crime")
    assert "Đã xong" in first.text
    assert second.status == 200
    assert "không làm hai lần" in second.text


def test_stale_form_keeps_its_text(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """A stale form is refused with a notice of the change, keeps its text, and can be sent again."""
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


def test_text_of_withdrawn_form_is_kept(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """If a colleague settled the case meanwhile, the refused form's text is shown, although the form is no longer
    offered.
    """
    app.tips.triage(officer, tip, category="crime")
    app.tips.assign(officer, tip, unit="hoa-lu", officers=[officer.id])
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    app.tips.settle(officer, tip, outcome=TipState.RESOLVED, answer="Đã tìm được xe.", reason="solved")
    late = visitor.send(form, outcome="resolved", answer="Xe đang ở trụ sở xã.", reason="solved")
    assert (late.status, late.has_form("/tips/settle")) == (412, False)
    assert "Chưa làm được: Kết luận." in late.main
    assert late.main.count("Xe đang ở trụ sở xã.") == 1
    assert "Chưa làm được" not in visitor.get(f"/tips/{tip}").main


def test_second_settlement_shows_recorded_outcome(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """A second settlement of a case is refused with the recorded outcome."""
    app.tips.triage(officer, tip, category="crime")
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    settled = app.tips.settle(officer, tip, outcome=TipState.RESOLVED, answer="Đã tìm được xe.", reason="solved")
    late = visitor.send(form, outcome="resolved", answer="x", reason="solved", version=str(settled.version))
    assert (
        "đã được kết luận ngày 01/09/2021 là “đã giải quyết”, nay ở trạng thái “đã giải quyết, chưa trả lời”"
        in late.main
    )
    assert "chưa có căn cứ" not in late.main


def test_incomplete_form_keeps_its_text(visitor: Visitor, tip: str) -> None:
    """An incomplete form is shown again with its errors and all its text."""
    visitor.send(visitor.get(f"/tips/{tip}").form("/tips/triage"), category="crime")
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    screen = visitor.send(form, outcome="", answer="Đã xác minh, không có việc này.", reason="")
    assert screen.status == 422
    assert "Đã xác minh, không có việc này." in screen.text
    assert 'aria-invalid="true"' in screen.text


def test_settling_despite_open_subcases_needs_reason(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """The reason to settle despite open subcases is asked for only after a refusal, and with it the case is settled."""
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


def test_officer_of_other_unit_is_excluded(app: App, enter: SignIn) -> None:
    """A supervisor can exclude any officer who may read the tip, whatever the officer's home unit."""
    users = UnsafeLocalUsers(app)
    chief = users.appoint("Chỉ huy", "cong-an")
    users.grant(chief, "tip_supervisor", "hoa-lu")
    other = users.appoint("Bạn Thân", "hoi-phu-nu")
    users.grant(other, "tip_officer", "hoa-lu")
    tip = app.tips.record_walk_in(other, WORDS, unit="ninh-hoa").id
    chief_browser = enter(chief)
    excluded_browser = enter(other)
    assert excluded_browser.get(f"/tips/{tip}").status == 200
    screen = chief_browser.get(f"/tips/{tip}")
    assert f'<option value="{other.id}">Bạn Thân' in screen.main
    left_open = excluded_browser.get(f"/tips/{tip}").form("/tips/triage")
    chief_browser.send(screen.form("/tips/exclusions.add"), officer_id=other.id, reason="Người nhà của người bị báo")
    late = excluded_browser.send(left_open, category="crime")
    assert (late.status, late.main.count("Không có trang này")) == (404, 1)
    assert excluded_browser.get(f"/tips/{tip}").status == 404
    assert "Người nhà của người bị báo" not in chief_browser.get(f"/tips/{tip}").main
    exclusions = chief_browser.get(f"/tips/{tip}?excluded=yes").main
    assert "Bạn Thân<p" in exclusions
    assert "Người nhà của người bị báo" in exclusions
    assert tip not in excluded_browser.get("/tips/all").text


def test_recorded_call_opens_its_screen(app: App, officer: Actor, visitor: Visitor) -> None:
    """An officer records a call as a tip, and its page opens."""
    screen = visitor.send(visitor.get("/tips/new").form("/tips/record_walk_in"), text="Có người lạ phá cổng trường")
    assert screen.status == 200
    assert "Có người lạ phá cổng trường" in screen.text
    assert screen.path.startswith("/tips/")
    assert len(app.tips.list(officer).items) == 1


def test_missing_tip_gets_404(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """A missing tip gets status 404, like a tip that the officer is excluded from."""
    missing = visitor.get("/tips/nothing-of-this-id")
    assert missing.status == 404


def test_suggestions_screen_opens_empty(visitor: Visitor, tip: str) -> None:
    """The page of suggestions opens also without suggestions."""
    assert visitor.get(f"/tips/{tip}/suggestions").status == 200


def test_alarm_forms_have_distinct_ids(app: App, officer: Actor, visitor: Visitor) -> None:
    """Each alarm in the list has a form with its own id, and an error of a form is shown on its case's page."""
    for place in ("xóm 3 xã Ninh Hòa", "xóm 5 xã Ninh Hòa"):
        app.tips.record_walk_in(officer, f"Cháy nhà ở {place}", unit="ninh-hoa", emergency=True)
    app.worker.drain()
    first, second = app.duty.alarms(officer).items
    screen = visitor.get("/tips/alarms")
    form = screen.form_at(f"act-tips-claim-{first.id}".replace(".", "-"))
    assert screen.text.count(f'id="act-tips-claim-{second.id}"'.replace(".", "-")) == 1
    form.fields["form_token"] = ["old"]
    again = visitor.send(form)
    assert again.status == 403
    assert again.text.count('role="alert"') == 1
    assert first.about.removeprefix("tip:") in again.path


def test_row_shows_no_reporter_text(app: App, officer: Actor, clock: FixedClock, visitor: Visitor) -> None:
    """A row in the list shows number, category, units, age, state, channel and officer, but no text of the reporter."""
    tip = app.tips.record_walk_in(officer, "Lời kể không lộ ra danh sách", unit="ninh-hoa")
    app.tips.triage(officer, tip.id, category="crime", legal_kind="crime_report")
    app.tips.assign(officer, tip.id, unit="cong-an", officers=[officer.id])
    clock.advance(timedelta(minutes=20))
    row = visitor.get("/tips/all").main
    parts = (
        tip.receipt,
        "Tội phạm",
        "xã Ninh Hòa → ",
        "20 phút trước",
        "Đã giao",
        "Trực tiếp, điện thoại",
        "Cán bộ Mẫu",
    )
    assert [part for part in (*parts, "Tin báo về tội phạm") if part not in row] == []
    assert "không lộ ra" not in row


def test_case_shows_its_channel(app: App, officer: Actor, visitor: Visitor) -> None:
    """A case shows the channel of its tip."""
    tip = app.tips.record_walk_in(officer, "Mất gà", unit="ninh-hoa", channel="letter")
    assert "Tin đến qua: Thư, thư điện tử" in visitor.get(f"/tips/{tip.id}").main
