"""One's own account on the board."""

import re

from attrs import evolve
from tests.board.conftest import Enter
from tests.board.visitor import Visitor
from tests.support.sign_in import PASSWORD, code_of, enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
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
    code = code_of(secret, app.internals.context.clock.now())
    confirmed = visitor.send(begun.form("/do/accounts/confirm_totp"), code=code)
    assert confirmed.main.count("<code>") == 10
    assert secret not in visitor.get("/account").text
    assert "<code>" not in visitor.get("/account").main


def test_who_owes_a_second_factor_adds_one_first(clock: FixedClock) -> None:
    """Every page leads to the own account, which offers nothing but that; then the page that one wanted is there."""
    district = evolve(load_profile("hoa_lu_2021"), second_factor_roles=frozenset({"tip_officer"}))
    with memory_app(district=district, clock=clock) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
        visitor = Visitor(create_board(app)).enter(enrol(app, officer.id, "mau"))
        for path in ("/", "/tips", "/work"):
            landed = visitor.get(path)
            assert landed.path == "/account"
            assert "chỉ mật khẩu thì chưa đủ" in landed.main
            assert "/do/accounts/make_token" not in landed.main
            assert 'class="menu"' in landed.text
            assert 'href="/tips"' not in landed.text
        begun = visitor.send(visitor.get("/account").form("/do/accounts/begin_totp"), password=PASSWORD)
        (secret,) = re.findall(r"<strong>([A-Z2-7]{16,})</strong>", begun.main)
        confirmed = visitor.send(begun.form("/do/accounts/confirm_totp"), code=code_of(secret, clock.now()))
        assert confirmed.main.count("<code>") == 10
        assert "chưa đủ" not in confirmed.main
        assert "Đã ghi lại, làm việc tiếp" in confirmed.main
        assert visitor.get("/tips").path == "/tips"


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
