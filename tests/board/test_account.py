"""One's own account on the board."""

import re

from tests.board.conftest import Enter
from tests.board.visitor import Visitor
from tests.support.sign_in import PASSWORD, code_of, enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.usecase import Actor

NEW = "năm con trâu uống nước"


def test_a_password_is_changed(visitor: Visitor) -> None:
    """With the one of now; a wrong one changes nothing and is told."""
    form = visitor.get("/account").form("/do/accounts/change_password")
    wrong = visitor.send(form, password="sai", new_password=NEW)
    assert wrong.status in (401, 403, 422)
    assert NEW not in wrong.text
    assert visitor.send(form, password=PASSWORD, new_password=NEW).status == 200


def test_an_authenticator_app_is_added(app: App, visitor: Visitor) -> None:
    """Its secret and the recovery codes are shown once each."""
    begun = visitor.send(visitor.get("/account").form("/do/accounts/begin_totp"), password=PASSWORD)
    (secret,) = re.findall(r"<strong>([A-Z2-7]{16,})</strong>", begun.main)
    assert '<svg role="img"' in begun.main
    code = code_of(secret, app.context.clock.now())
    confirmed = visitor.send(begun.form("/do/accounts/confirm_totp"), code=code)
    assert confirmed.main.count("<code>") == 10
    assert secret not in visitor.get("/account").text
    assert "<code>" not in visitor.get("/account").main


def test_another_session_is_ended(app: App, officer: Actor) -> None:
    """The one that asks can't be ended by its own form."""
    holder = enrol(app, officer.id, "mau")
    here = Visitor(create_board(app)).enter(holder)
    there = Visitor(create_board(app)).enter(holder)
    shown = here.get("/account")
    assert shown.main.count("/do/accounts/end_session") == 1
    here.send(shown.form("/do/accounts/end_session"))
    assert there.get("/tips").path.startswith("/sign-in")
    assert here.get("/tips").path == "/tips"


def test_a_token_is_shown_once(enter: Enter, officer: Actor) -> None:
    """And revoked by its form."""
    visitor = enter(officer, second_factor=True)
    made = visitor.send(
        visitor.get("/account").form("/do/accounts/make_token"),
        name="Bảng tổng hợp",
        until="2021-10-01T08:00",
        operations="tips.list",
    )
    (token,) = re.findall(r"<code>([^<]+)</code>", made.main)
    shown = visitor.get("/account")
    assert token not in shown.text
    assert "Bảng tổng hợp" in shown.main
    visitor.send(shown.form("/do/accounts/revoke_token"))
    assert not visitor.get("/account").has_form("/do/accounts/revoke_token")
