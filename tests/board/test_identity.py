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
    messenger = app.messengers["oa"]
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
    looked = asker.send(asker.get("/identity/mine").form("/do/identity/reveal_identity"))
    assert NAME in looked.main
    assert NAME not in asker.get("/identity/mine").text
    assert not asker.get("/identity/mine").has_form("/do/identity/reveal_identity")
    assert "Xem danh tính" in decider.get(f"/identity/{request_id}/history").main


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
