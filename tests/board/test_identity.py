"""On the board an identity is requested by one officer, approved by another, and revealed once."""

import pytest
from tests.board.conftest import SignIn
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.domain.identity.states import DisclosureState, IdentityField
from anninh_core.testing import Dialog, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.usecase import Actor

NAME = "Người Báo Kín"


@pytest.fixture
def custodian(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Người Giữ", "hoa-lu", "identity_custodian")


@pytest.fixture
def custodian_visitor(custodian: Actor, enter: SignIn) -> Visitor:
    return enter(custodian, second_factor=True)


@pytest.fixture
def request_id(app: App, officer: Actor) -> str:
    """Id of the officer's request for the name of a tip's reporter."""
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    Dialog(messenger.chat, lambda: pump(app, messenger.chat)).says(NAME, "Nhà tôi mất trộm xe máy đêm qua ở Ninh Hòa")
    (tip,) = app.tips.list(officer).items
    disclosure = app.identity.request_identity(
        officer, f"tip:{tip.id}", field=IdentityField.NAME, purpose="Xác minh tại chỗ", ground="Điều 9"
    )
    return disclosure.id


def test_approved_name_is_revealed_once(
    app: App, enter: SignIn, officer: Actor, custodian_visitor: Visitor, request_id: str
) -> None:
    """An approved name is revealed on one page only, and the history shows the request, approval and reading."""
    form = custodian_visitor.get("/identity").form("/do/identity/approve_identity")
    screen = custodian_visitor.send(form, minutes="30", reason="Cần xác minh", code="")
    assert screen.status == 200, screen.main
    (disclosure,) = app.identity.own_requests(officer).items
    assert disclosure.state is DisclosureState.APPROVED
    requester = enter(officer, second_factor=True)
    reveal_form = requester.get("/identity/mine").form("/do/identity/reveal_identity")
    assert NAME in requester.send(reveal_form).main
    again = requester.send(reveal_form)  # Sending the form again imitates a double click without a script.
    assert (NAME in again.text, "Chưa làm được: Xem, một lần." in again.main) == (False, True)
    assert NAME not in requester.get("/identity/mine").text
    assert not requester.get("/identity/mine").has_form("/do/identity/reveal_identity")
    assert "Xem danh tính" in custodian_visitor.get(f"/identity/{request_id}/history").main


def test_identity_is_requested_from_its_tip(app: App, enter: SignIn, officer: Actor, request_id: str) -> None:
    """An officer requests an identity from the page of the tip, and finds the request in the list of own requests."""
    case = app.identity.own_requests(officer).items[0].case
    visitor = enter(officer)
    assert f"/identity/case/{case}" in visitor.get(f"/tips/{case[4:]}").main
    form = visitor.get(f"/identity/case/{case}").form("/do/identity/request_identity")
    screen = visitor.send(form, field="address", purpose="Cần gặp người báo", ground="Điều 9")
    assert screen.path.startswith("/identity/mine")
    assert "Cần gặp người báo" in screen.main
    assert {disclosure.field for disclosure in app.identity.own_requests(officer).items} == {
        IdentityField.NAME,
        IdentityField.ADDRESS,
    }
    assert request_id


@pytest.mark.parametrize("case", ["tip:none", "message:m1", "none"])
def test_missing_case_has_no_identity_page(enter: SignIn, officer: Actor, case: str) -> None:
    """A missing case and a subject that is no case get the same status."""
    assert enter(officer).get(f"/identity/case/{case}").status == 404


def test_emergency_address_is_reviewed(app: App, enter: SignIn, officer: Actor, custodian: Actor) -> None:
    """In an emergency an address is opened once, with a reason and a confirmation, and a custodian reviews it."""
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    Dialog(messenger.chat, lambda: pump(app, messenger.chat)).says(NAME, "Cháy nhà ở xóm 3 xã Ninh Hòa, đến ngay")
    (tip,) = app.tips.list(officer, emergency=True).items
    requester = enter(officer, second_factor=True)
    reviewer = enter(custodian, second_factor=True)
    form = requester.get(f"/identity/case/tip:{tip.id}").form("/do/identity/open_address_in_emergency")
    assert requester.send(form, reason="Nạn nhân không trả lời").status == 422
    opened = requester.send(form, reason="Nạn nhân không trả lời", confirmed="yes")
    assert "Chỉ hiện một lần này" in opened.main
    review = reviewer.get("/identity/emergencies").form("/do/identity/review_emergency_opening")
    screen = reviewer.send(review, justified="yes", reason="Đúng quy định")
    assert not screen.has_form("/do/identity/review_emergency_opening")


def test_refusing_identity_needs_a_reason(
    app: App, custodian: Actor, custodian_visitor: Visitor, request_id: str
) -> None:
    """A request is refused only with a reason."""
    form = custodian_visitor.get("/identity").form("/do/identity/refuse_identity")
    assert custodian_visitor.send(form, reason="").status == 422
    custodian_visitor.send(form, reason="Chưa cần thiết")
    (disclosure,) = app.identity.disclosures(custodian).items
    assert (disclosure.id, disclosure.state) == (request_id, DisclosureState.REFUSED)


def test_requester_cannot_decide_requests(app: App, enter: SignIn, officer: Actor, request_id: str) -> None:
    """A requester can't decide requests or read their history, and sees only the own requests."""
    visitor = enter(officer)
    screen = visitor.get("/identity")
    assert screen.path == "/identity/mine"
    assert "Xác minh tại chỗ" in screen.main
    assert not screen.has_form("/do/identity/approve_identity")
    assert visitor.get(f"/identity/{request_id}/history").status in (403, 404)
    assert visitor.get("/identity/all").status == 403
    assert app.identity.own_requests(officer).items[0].id == request_id


def test_requests_of_others_are_hidden(app: App, enter: SignIn, request_id: str) -> None:
    """An officer doesn't see the requests of another officer with the same role."""
    other = UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "tip_officer")
    assert app.identity.own_requests(other).items == ()
    screen = enter(other).get("/identity/mine")
    assert request_id not in screen.text
