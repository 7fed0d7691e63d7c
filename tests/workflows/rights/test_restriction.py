"""While the use of a person's data is restricted, their closed cases withhold it and their open cases continue."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.messaging.conftest import THEFT, Appoint
from tests.workflows.rights.conftest import NAME, REASON, RULE, Ask, RightsOffice, record_proof
from tests.workflows.rights.test_played import close_tip, report_theft

from anninh_core.app import App
from anninh_core.domain.identity import IdentityField
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import WrongStep
from anninh_core.testing import Dialog, FixedClock
from anninh_core.usecase import Actor

Restrict = Callable[[], RightsRequest]


@pytest.fixture
def restrict_function(app: App, ask: Ask, office: RightsOffice) -> Restrict:
    def restrict_data() -> RightsRequest:
        request = record_proof(app, office.checker, office.data, ask(NAME, "ngừng sử dụng dữ liệu của tôi"))
        return app.rights.restrict(office.data, request.id, rule=RULE, reason=REASON)

    return restrict_data


def request_name(app: App, handler: Actor, tip: Tip) -> str:
    fields = {"field": IdentityField.NAME, "purpose": "Xác minh", "ground": "Điều 9"}
    return app.identity.request_identity(handler, f"tip:{tip.id}", **fields).id


def test_restriction_withholds_a_closed_case(
    app: App, dialog: Dialog, restrict_function: Restrict, clock: FixedClock, office: RightsOffice
) -> None:
    """A closed case of a restricted reporter shows no words or files, discloses no identity and isn't found by words,
    until the restriction is lifted.
    """
    tip = close_tip(app, office.handler, report_theft(app, dialog, office.handler))
    case = f"tip:{tip.id}"
    request = restrict_function()
    assert app.tips.get(office.handler, tip.id).text == ""
    assert app.tips.by_receipt(office.handler, tip.receipt).text == ""
    assert [listed.text for listed in app.tips.list(office.handler).items] == [""]
    assert app.tips.search(office.handler, "xe máy").items == ()
    messages = app.conversations.history(office.handler, case).items
    assert {(message.text, message.is_withheld) for message in messages if message.sender} == {("", True)}
    items = app.tips.timeline(office.handler, tip.id).items
    assert {item.message.text for item in items if item.message and item.message.sender} == {""}
    assert {(item.sent.text, item.sent.is_withheld) for item in items if item.sent} == {("", True)}
    assert {decision.text for item in items if item.act for decision in item.act.decisions} == {""}
    with pytest.raises(WrongStep, match="restricted"):
        app.conversations.attachment(office.handler, case, messages[0].id)
    with pytest.raises(WrongStep, match="restricted"):
        request_name(app, office.handler, tip)
    day = clock.now().date()
    register = app.tips.papers.register(office.handler, "hoa-lu", day, day, "html").data
    assert (b"xe m\xc3\xa1y" in register, "bị hạn chế xử lý".encode() in register) == (False, True)

    app.rights.lift_restriction(office.data, request.id, reason="Người yêu cầu rút lại")
    assert app.tips.get(office.handler, tip.id).text == THEFT
    assert app.conversations.history(office.handler, case).items[0].text == THEFT
    assert request_name(app, office.handler, tip)


def test_restriction_spares_an_open_case(
    app: App, dialog: Dialog, restrict_function: Restrict, office: RightsOffice
) -> None:
    """An open case of a restricted reporter is fully readable, and the reporter's identity can be disclosed, because
    the law requires its handling.
    """
    tip = report_theft(app, dialog, office.handler)
    restrict_function()
    assert app.tips.get(office.handler, tip.id).text == THEFT
    assert app.conversations.history(office.handler, f"tip:{tip.id}").items[0].text == THEFT
    app.identity.approve_identity(office.checker, request_name(app, office.handler, tip), reason="Cần xác minh")


def test_restriction_stops_disclosures(
    app: App, dialog: Dialog, restrict_function: Restrict, office: RightsOffice
) -> None:
    """During a restriction a disclosure that was requested or granted before the case ended can't be opened."""
    tip = report_theft(app, dialog, office.handler)
    requested = request_name(app, office.handler, tip)
    granted = request_name(app, office.handler, tip)
    app.identity.approve_identity(office.checker, granted, minutes=600, reason="Cần xác minh")
    close_tip(app, office.handler, tip)
    restrict_function()
    with pytest.raises(WrongStep, match="restricted"):
        app.identity.approve_identity(office.checker, requested, reason="Cần xác minh")
    with pytest.raises(WrongStep, match="restricted"):
        app.identity.reveal_identity(office.handler, granted)


def test_hold_overrides_a_restriction(
    app: App, dialog: Dialog, restrict_function: Restrict, appoint: Appoint, office: RightsOffice
) -> None:
    """A closed case under a legal hold is readable despite a restriction."""
    tip = close_tip(app, office.handler, report_theft(app, dialog, office.handler))
    restrict_function()
    app.retention.hold(appoint("operator"), f"tip:{tip.id}", reason="Tòa yêu cầu", review_on=date(2022, 1, 1))
    assert app.tips.get(office.handler, tip.id).text == THEFT


def test_restriction_spares_other_cases(
    app: App, dialog: Dialog, restrict_function: Restrict, office: RightsOffice
) -> None:
    """A restriction of one reporter's data doesn't affect other reporters' cases."""
    other = close_tip(app, office.handler, report_theft(app, dialog, office.handler, "Bà Khác"))
    restrict_function()
    assert app.tips.get(office.handler, other.id).text == THEFT
