"""On the board a data request is recorded, the requester's identity checked, and the data found, copied and
answered.
"""

from datetime import timedelta

import pytest
from tests.board.conftest import SignIn
from tests.board.visitor import ReceivedPage, Visitor
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.testing import Dialog, FixedClock, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.usecase import Actor


@pytest.fixture
def checker(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Người Kiểm", "hoa-lu", "identity_custodian")


@pytest.fixture
def handler(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán Bộ Dữ Liệu", "hoa-lu", "data_officer")


def request_by_chat(app: App, handler: Actor, words: str) -> RightsRequest:
    """Report a tip and then make a data request by chat, and return the request."""
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    dialog = Dialog(messenger.chat, lambda: pump(app, messenger.chat))
    dialog.says("Chị Thử", "Mất xe đạp ở xóm 1 xã Ninh Hòa")
    dialog.says("Chị Thử", words)
    return app.rights.requests(handler).items[-1]


def read_recorded_request(screen: ReceivedPage) -> str:
    """Return the part of a page that shows the data request recorded just now."""
    return screen.main.partition('aria-labelledby="taken"')[2].partition("</section>")[0]


def pass_identity_check(app: App, checker: Actor, request: RightsRequest) -> str:
    """Record a passed identity check at the office, and return the path of the request's page."""
    app.rights.record_check(checker, request.id, way="office_paper", passed=True, note="Đúng ảnh trên thẻ")
    return f"/rights/{request.id}"


def test_data_request_is_recorded_at_counter(app: App, handler: Actor, visitor: Visitor, enter: SignIn) -> None:
    """A tip officer records a data request once and reads out its number, but can't open it; the data officer can."""
    form = visitor.get("/rights/new").form("/do/rights/record_request")
    screen = visitor.send(form, kind="access", applicant="Bà Mẫu", words="Xin bản sao")
    (request,) = app.rights.requests(handler).items
    assert request.number in screen.main
    # The second form imitates a double click.
    again = visitor.send(form, kind="access", applicant="Bà Mẫu", words="Xin bản sao")
    assert read_recorded_request(again) == read_recorded_request(screen)
    assert len(app.rights.requests(handler).items) == 1
    assert visitor.get(f"/rights/{request.id}").status == visitor.get("/rights/open").status == 403
    assert request.number in enter(handler).get("/rights").main


def test_identity_is_checked_by_another_officer(app: App, checker: Actor, handler: Actor, enter: SignIn) -> None:
    """Before the identity check a request can only be refused, and the officer who checks sees no data."""
    request = request_by_chat(app, handler, "cho tôi xem dữ liệu của tôi")
    handler_browser = enter(handler)
    screen = handler_browser.get(f"/rights/{request.id}")
    assert not screen.has_form("/do/rights/find")
    assert screen.has_form("/do/rights/answer")
    checker_browser = enter(checker)
    form = checker_browser.get("/rights").form("/do/rights/record_check")
    assert checker_browser.send(form, way="office_paper", passed="yes", note="").status == 422
    after = checker_browser.send(form, way="office_paper", passed="yes", note="Đúng ảnh trên thẻ")
    assert not after.has_form("/do/rights/record_check")
    assert checker_browser.get(f"/rights/{request.id}").status == 403
    assert handler_browser.get(f"/rights/{request.id}").has_form("/do/rights/find")


def test_stored_data_is_shown_once_and_copied(app: App, checker: Actor, handler: Actor, enter: SignIn) -> None:
    """Stored data is shown only on the page that searched for it with a purpose, and its copy is a file to download."""
    path = pass_identity_check(app, checker, request_by_chat(app, handler, "cho tôi xem dữ liệu của tôi"))
    browser = None
    browser = enter(handler, second_factor=True)
    before = app.internals.context.storage.journal.head()[0]
    screen = browser.get(path)
    assert app.internals.context.storage.journal.head()[0] == before + 1
    result = browser.send(screen.form("/do/rights/find"), purpose="Lập bản sao")
    assert "Mất xe đạp ở xóm 1" in result.main
    assert "Mất xe đạp" not in browser.get(path).main
    left_out = browser.send(
        browser.get(path).form("/do/rights/leave_out"), category="tips", rule="Điều 73", reason="Đang xác minh"
    )
    assert "Điều 73" in left_out.main
    copy = browser.send(left_out.form("/do/rights/export"), format="json", way="office")
    assert copy.headers["content-disposition"].startswith("attachment")
    assert "Mất xe đạp" in copy.text
    assert "Bản sao đã trao" in browser.get(path).main


@pytest.mark.slow
def test_search_form_sent_twice_shows_data(app: App, checker: Actor, handler: Actor, clock: FixedClock) -> None:
    """The search form sent twice with one single-use code shows the stored data both times."""
    path = pass_identity_check(app, checker, request_by_chat(app, handler, "cho tôi xem dữ liệu của tôi"))
    holder = enrol(
        app,
        handler.id,
        "dulieu",
        by=UnsafeLocalUsers(app).appoint("Người Mời", "hoa-lu", "standing_officer"),
        second_factor=True,
    )
    clock.advance(timedelta(minutes=1))
    browser = Visitor(create_board(app)).enter(holder)
    clock.advance(timedelta(minutes=8))
    form = browser.get(path).form("/do/rights/find")
    results = [browser.send(form, purpose="Lập bản sao", code=holder.code()) for _ in range(2)]
    assert all("Mất xe đạp ở xóm 1" in result.main for result in results)


def test_correction_form_follows_search(app: App, checker: Actor, handler: Actor, enter: SignIn) -> None:
    """The form to correct a message appears only with the found data, and lists the message by its text."""
    path = pass_identity_check(app, checker, request_by_chat(app, handler, "sửa thông tin của tôi"))
    browser = enter(handler, second_factor=True)
    screen = browser.get(path)
    assert not screen.has_form("/do/rights/correct_words")
    result = browser.send(screen.form("/do/rights/find"), purpose="Xem lời cần sửa")
    message = result.main.partition(">Mất xe đạp ở xóm 1 xã Ninh Hòa</option>")[0].rpartition('value="')[2].rstrip('"')
    done = browser.send(result.form("/do/rights/correct_words"), message=message, words="Xe máy", reason="Nói nhầm")
    assert "Lời trong một tin nhắn" in done.main


def test_refusal_needs_rule_and_reason(app: App, handler: Actor, enter: SignIn) -> None:
    """A refusal without rule and reason is returned with its text, and a stale form changes nothing."""
    request = request_by_chat(app, handler, "xóa hết tin nhắn của tôi đi")
    browser = enter(handler)
    form = browser.get(f"/rights/{request.id}").form("/do/rights/answer")
    form.fields |= {"outcome": ["refused"], "text": ["Chưa rõ là ai."], "way": ["office"]}
    assert browser.send(form).status == 422
    again = browser.send(form, confirmed="yes")
    assert again.status == 422
    assert "Chưa rõ là ai." in again.main
    done = browser.send(again.form("/do/rights/answer"), rule="Điều 14", reason="Không đến", confirmed="yes")
    assert done.status == 200
    assert "Trả lời đúng hạn" in done.main
    assert browser.send(form, rule="Điều 14", reason="Không đến", confirmed="yes").status == 412


def test_data_requests_need_permission(app: App, handler: Actor, officer_without_tips: Actor, enter: SignIn) -> None:
    """An officer without permission can open no list and no data request, and has no menu link to them."""
    request = request_by_chat(app, handler, "xóa hết tin nhắn của tôi đi")
    other = enter(officer_without_tips)
    assert {other.get(f"/rights/{name}").status for name in ("open", "all", "check", request.id)} == {403}
    assert "Quyền dữ liệu" not in other.get("/").text
