"""The pages of an officer's own account."""

import re

from attrs import evolve
from tests.board.conftest import SignIn
from tests.board.visitor import Visitor
from tests.support.sign_in import PASSWORD, compute_code, enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor

NEW = "năm con trâu uống nước"


def test_password_change_needs_current_password(visitor: Visitor) -> None:
    """An officer changes the password with the current one; a wrong current password is refused and changes nothing."""
    form = visitor.get("/account").form("/do/accounts/change_password")
    wrong = visitor.send(form, password="sai", new_password=NEW)
    assert wrong.status in (401, 403, 422)
    assert NEW not in wrong.text
    assert visitor.send(form, password=PASSWORD, new_password=NEW).status == 200


def test_totp_secret_is_shown_once(app: App, visitor: Visitor) -> None:
    """The secret of an authenticator app and the recovery codes are shown only once."""
    secret_page = visitor.send(visitor.get("/account").form("/do/accounts/begin_totp"), password=PASSWORD)
    (secret,) = re.findall(r"<strong>([A-Z2-7]{16,})</strong>", secret_page.main)
    assert '<svg role="img"' in secret_page.main
    code = compute_code(secret, app.internals.context.clock.now())
    codes_page = visitor.send(secret_page.form("/do/accounts/confirm_totp"), code=code)
    assert codes_page.main.count("<code>") == 10
    assert secret not in visitor.get("/account").text
    assert "<code>" not in visitor.get("/account").main


def test_required_second_factor_is_added_first(clock: FixedClock) -> None:
    """An officer who must have a second factor sees only the page to add it; after that the requested page opens."""
    district = evolve(load_profile("hoa_lu_2021"), second_factor_roles=frozenset({"tip_officer"}))
    with memory_app(district=district, clock=clock) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
        visitor = Visitor(create_board(app)).enter(enrol(app, officer.id, "mau"))
        for path in ("/", "/tips", "/work"):
            screen = visitor.get(path)
            assert screen.path == "/account"
            assert "chỉ mật khẩu thì chưa đủ" in screen.main
            assert "/do/accounts/make_token" not in screen.main
            assert 'class="menu"' in screen.text
            assert 'href="/tips"' not in screen.text
        secret_page = visitor.send(visitor.get("/account").form("/do/accounts/begin_totp"), password=PASSWORD)
        (secret,) = re.findall(r"<strong>([A-Z2-7]{16,})</strong>", secret_page.main)
        codes_page = visitor.send(secret_page.form("/do/accounts/confirm_totp"), code=compute_code(secret, clock.now()))
        assert codes_page.main.count("<code>") == 10
        assert "chưa đủ" not in codes_page.main
        assert "Đã ghi lại, làm việc tiếp" in codes_page.main
        assert visitor.get("/tips").path == "/tips"


def test_another_session_is_ended(app: App, officer: Actor) -> None:
    """An officer can end another session of the account, but the current one has no form for that."""
    holder = enrol(app, officer.id, "mau")
    current = Visitor(create_board(app)).enter(holder)
    other = Visitor(create_board(app)).enter(holder)
    screen = current.get("/account")
    assert screen.main.count("/do/accounts/end_session") == 1
    current.send(screen.form("/do/accounts/end_session"))
    assert other.get("/tips").path.startswith("/sign-in")
    assert current.get("/tips").path == "/tips"


def test_a_token_is_shown_once(enter: SignIn, officer: Actor) -> None:
    """A token's secret is shown once, and the token is revoked by its form."""
    visitor = enter(officer, second_factor=True)
    token_page = visitor.send(
        visitor.get("/account").form("/do/accounts/make_token"),
        name="Bảng tổng hợp",
        until="2021-10-01T08:00",
        operations="tips.list",
    )
    (token,) = re.findall(r"<code>([^<]+)</code>", token_page.main)
    screen = visitor.get("/account")
    assert token not in screen.text
    assert "Bảng tổng hợp" in screen.main
    visitor.send(screen.form("/do/accounts/revoke_token"))
    assert not visitor.get("/account").has_form("/do/accounts/revoke_token")
