"""While somebody's data aren't used: what of a case that is over is withheld, and what goes on."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.messaging.conftest import THEFT, Appoint
from tests.workflows.rights.conftest import NAME, REASON, RULE, Ask, Office, prove
from tests.workflows.rights.test_played import closed, reported

from anninh_core.app import App
from anninh_core.domain.identity import IdentityField
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import WrongStep
from anninh_core.testing import Dialog, FixedClock
from anninh_core.usecase import Actor

Restrict = Callable[[], RightsRequest]


@pytest.fixture
def restrict(app: App, ask: Ask, office: Office) -> Restrict:
    def make() -> RightsRequest:
        request = prove(app, office.checker, office.data, ask(NAME, "ngừng sử dụng dữ liệu của tôi"))
        return app.rights.restrict(office.data, request.id, rule=RULE, reason=REASON)

    return make


def ask_name(app: App, handler: Actor, tip: Tip) -> str:
    fields = {"field": IdentityField.NAME, "purpose": "Xác minh", "ground": "Điều 9"}
    return app.identity.request_identity(handler, f"tip:{tip.id}", **fields).id


def test_a_case_that_is_over(app: App, dialog: Dialog, restrict: Restrict, clock: FixedClock, office: Office) -> None:
    """Shows neither words nor files nor its reporter, is found by no word, blank in the register; then it is again."""
    tip = closed(app, office.handler, reported(app, dialog, office.handler))
    case = f"tip:{tip.id}"
    request = restrict()
    assert app.tips.get(office.handler, tip.id).text == ""
    assert app.tips.by_receipt(office.handler, tip.receipt).text == ""
    assert [one.text for one in app.tips.list(office.handler).items] == [""]
    assert app.tips.search(office.handler, "xe máy").items == ()
    said = app.conversations.history(office.handler, case).items
    assert {(one.text, one.is_withheld) for one in said if one.sender} == {("", True)}
    items = app.tips.timeline(office.handler, tip.id).items
    assert {one.message.text for one in items if one.message and one.message.sender} == {""}
    assert {(one.sent.text, one.sent.is_withheld) for one in items if one.sent} == {("", True)}
    assert {decision.text for one in items if one.act for decision in one.act.decisions} == {""}
    with pytest.raises(WrongStep, match="restricted"):
        app.conversations.attachment(office.handler, case, said[0].id)
    with pytest.raises(WrongStep, match="restricted"):
        ask_name(app, office.handler, tip)
    day = clock.now().date()
    register = app.tips.papers.register(office.handler, "hoa-lu", day, day, "html").data
    assert (b"xe m\xc3\xa1y" in register, "bị hạn chế xử lý".encode() in register) == (False, True)

    app.rights.lift_restriction(office.data, request.id, reason="Người yêu cầu rút lại")
    assert app.tips.get(office.handler, tip.id).text == THEFT
    assert app.conversations.history(office.handler, case).items[0].text == THEFT
    assert ask_name(app, office.handler, tip)


def test_a_case_that_goes_on(app: App, dialog: Dialog, restrict: Restrict, office: Office) -> None:
    """The law wants it done: all of it is read, and its reporter may be disclosed."""
    tip = reported(app, dialog, office.handler)
    restrict()
    assert app.tips.get(office.handler, tip.id).text == THEFT
    assert app.conversations.history(office.handler, f"tip:{tip.id}").items[0].text == THEFT
    app.identity.approve_identity(office.checker, ask_name(app, office.handler, tip), reason="Cần xác minh")


def test_a_disclosure_under_way(app: App, dialog: Dialog, restrict: Restrict, office: Office) -> None:
    """What was asked and granted before the case ended opens nothing once its reporter's data aren't used."""
    tip = reported(app, dialog, office.handler)
    asked = ask_name(app, office.handler, tip)
    granted = ask_name(app, office.handler, tip)
    app.identity.approve_identity(office.checker, granted, minutes=600, reason="Cần xác minh")
    closed(app, office.handler, tip)
    restrict()
    with pytest.raises(WrongStep, match="restricted"):
        app.identity.approve_identity(office.checker, asked, reason="Cần xác minh")
    with pytest.raises(WrongStep, match="restricted"):
        app.identity.reveal_identity(office.handler, granted)


def test_a_legal_hold(app: App, dialog: Dialog, restrict: Restrict, appoint: Appoint, office: Office) -> None:
    """A court wants the case all the same."""
    tip = closed(app, office.handler, reported(app, dialog, office.handler))
    restrict()
    app.retention.hold(appoint("operator"), f"tip:{tip.id}", reason="Tòa yêu cầu", review_on=date(2022, 1, 1))
    assert app.tips.get(office.handler, tip.id).text == THEFT


def test_restriction_spares_other_cases(app: App, dialog: Dialog, restrict: Restrict, office: Office) -> None:
    """Cases of others aren't touched."""
    other = closed(app, office.handler, reported(app, dialog, office.handler, "Bà Khác"))
    restrict()
    assert app.tips.get(office.handler, other.id).text == THEFT
