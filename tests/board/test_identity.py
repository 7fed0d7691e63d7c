"""Identities on the board: asked for by one, decided by another, looked at once."""

import pytest
from tests.board.conftest import Enter
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
def decider(custodian: Actor, enter: Enter) -> Visitor:
    return enter(custodian, second_factor=True)


@pytest.fixture
def request_id(app: App, officer: Actor) -> str:
    """A request of the officer for the name behind a tip."""
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    Dialog(messenger.chat, lambda: pump(app, messenger.chat)).says(NAME, "Nhà tôi mất trộm xe máy đêm qua ở Ninh Hòa")
    (tip,) = app.tips.list(officer).items
    asked = app.identity.request_identity(
        officer, f"tip:{tip.id}", field=IdentityField.NAME, purpose="Xác minh tại chỗ", ground="Điều 9"
    )
    return asked.id


def test_a_request_is_approved_and_looked_at_once(
    app: App, enter: Enter, officer: Actor, decider: Visitor, request_id: str
) -> None:
    """The name is on that one page, and on no later one; the history has all of it."""
    form = decider.get("/identity").form("/do/identity/approve_identity")
    shown = decider.send(form, minutes="30", reason="Cần xác minh", code="")
    assert shown.status == 200, shown.main
    (one,) = app.identity.own_requests(officer).items
    assert one.state is DisclosureState.APPROVED
    asker = enter(officer, second_factor=True)
    looking = asker.get("/identity/mine").form("/do/identity/reveal_identity")
    assert NAME in asker.send(looking).main
    again = asker.send(looking)  # a double click without a script
    assert (NAME in again.text, "Chưa làm được: Xem, một lần." in again.main) == (False, True)
    assert NAME not in asker.get("/identity/mine").text
    assert not asker.get("/identity/mine").has_form("/do/identity/reveal_identity")
    assert "Xem danh tính" in decider.get(f"/identity/{request_id}/history").main


def test_a_request_is_made_on_the_page_of_its_tip(app: App, enter: Enter, officer: Actor, request_id: str) -> None:
    """From the tip there is a way to it; what was asked for stands among one's own requests."""
    case = app.identity.own_requests(officer).items[0].case
    visitor = enter(officer)
    assert f"/identity/case/{case}" in visitor.get(f"/tips/{case[4:]}").main
    form = visitor.get(f"/identity/case/{case}").form("/do/identity/request_identity")
    shown = visitor.send(form, field="address", purpose="Cần gặp người báo", ground="Điều 9")
    assert shown.path.startswith("/identity/mine")
    assert "Cần gặp người báo" in shown.main
    assert {one.field for one in app.identity.own_requests(officer).items} == {
        IdentityField.NAME,
        IdentityField.ADDRESS,
    }
    assert request_id


@pytest.mark.parametrize("case", ["tip:none", "message:m1", "none"])
def test_no_case_to_ask_about(enter: Enter, officer: Actor, case: str) -> None:
    """What isn't there, and what is no case, have the same answer."""
    assert enter(officer).get(f"/identity/case/{case}").status == 404


def test_an_address_is_opened_in_an_emergency(app: App, enter: Enter, officer: Actor, custodian: Actor) -> None:
    """Once, on that page; a second person finds it to be reviewed."""
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    Dialog(messenger.chat, lambda: pump(app, messenger.chat)).says(NAME, "Cháy nhà ở xóm 3 xã Ninh Hòa, đến ngay")
    (tip,) = app.tips.list(officer, emergency=True).items
    asking = enter(officer, second_factor=True)
    reviewing = enter(custodian, second_factor=True)
    form = asking.get(f"/identity/case/tip:{tip.id}").form("/do/identity/open_address_in_emergency")
    assert asking.send(form, reason="Nạn nhân không trả lời").status == 422
    opened = asking.send(form, reason="Nạn nhân không trả lời", confirmed="yes")
    assert "Chỉ hiện một lần này" in opened.main
    review = reviewing.get("/identity/emergencies").form("/do/identity/review_emergency_opening")
    shown = reviewing.send(review, justified="yes", reason="Đúng quy định")
    assert not shown.has_form("/do/identity/review_emergency_opening")


def test_a_request_is_refused(app: App, custodian: Actor, decider: Visitor, request_id: str) -> None:
    """With a reason, without which nothing is done."""
    form = decider.get("/identity").form("/do/identity/refuse_identity")
    assert decider.send(form, reason="").status == 422
    decider.send(form, reason="Chưa cần thiết")
    (one,) = app.identity.disclosures(custodian).items
    assert (one.id, one.state) == (request_id, DisclosureState.REFUSED)


def test_who_asks_decides_nothing(app: App, enter: Enter, officer: Actor, request_id: str) -> None:
    """And is led to what they asked for themselves."""
    visitor = enter(officer)
    shown = visitor.get("/identity")
    assert shown.path == "/identity/mine"
    assert "Xác minh tại chỗ" in shown.main
    assert not shown.has_form("/do/identity/approve_identity")
    assert visitor.get(f"/identity/{request_id}/history").status in (403, 404)
    assert visitor.get("/identity/all").status == 403
    assert app.identity.own_requests(officer).items[0].id == request_id


def test_nobody_elses_requests(app: App, enter: Enter, request_id: str) -> None:
    """Another officer of the same role doesn't see what this one asked for."""
    other = UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "tip_officer")
    assert app.identity.own_requests(other).items == ()
    shown = enter(other).get("/identity/mine")
    assert request_id not in shown.text
