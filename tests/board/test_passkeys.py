"""On the board a passkey is added, used to sign in and to confirm, and removed; a software authenticator replaces the
script.
"""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from tests.board.visitor import ReceivedPage, Visitor
from tests.support.passkey_device import DOMAIN, ORIGIN, PasskeyDevice
from tests.support.sign_in import PASSWORD, AccountHolder, enrol

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import PasskeySettings
from anninh_core.board import BoardConfig, create_board
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app

SCRIPT = "/static/passkey."
LATER = timedelta(minutes=6)
"""Duration for which a second factor no longer counts as recent."""


@pytest.fixture
def app(clock: FixedClock) -> Iterator[App]:
    """An app with a domain for passkeys in its settings."""
    passkeys = PasskeySettings(rp_id=DOMAIN, origins=(ORIGIN,))
    with memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(passkeys=passkeys))) as app:
        yield app


@pytest.fixture
def holder(app: App) -> AccountHolder:
    """An account with a password."""
    return enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "tip_officer").id, "lan")


@pytest.fixture
def board(app: App) -> Starlette:
    """The board under its public address."""
    return create_board(app, BoardConfig(public_url=ORIGIN))


def open_browser(board: Starlette) -> Visitor:
    return Visitor(board, url=ORIGIN)


def register_passkey(visitor: Visitor, device: PasskeyDevice) -> ReceivedPage:
    """Add a passkey on the page of the account, and return the next page."""
    begin_screen = visitor.send(visitor.get("/account").form("/do/accounts/begin_passkey"), password=PASSWORD)
    form = begin_screen.form("/do/accounts/add_passkey")
    options = begin_screen.main.partition('data-options="')[2].partition('"')[0].replace("&#34;", '"')
    return visitor.send(form, credential=device.create(options), name="Máy ở bàn")


def sign_in_by_passkey(visitor: Visitor, device: PasskeyDevice) -> ReceivedPage:
    """Sign in by a passkey, and return the next page."""
    form = visitor.get("/sign-in?next=/account").form("/sign-in/passkey")
    offer = json.loads(visitor.send(form.with_action("/sign-in/passkey/options")).text)
    return visitor.send(form, ticket=offer["ticket"], credential=device.get(offer["options"]))


def test_passkey_is_added_and_signs_in(board: Starlette, holder: AccountHolder) -> None:
    """A new passkey is listed on the account's page, signs in alone, and leads back to the requested page."""
    device = PasskeyDevice()
    visitor = open_browser(board).enter(holder)
    assert "Đã xong: Thêm khóa truy cập" in register_passkey(visitor, device).main
    assert "Máy ở bàn" in visitor.get("/account").main
    fresh = open_browser(board)
    screen = sign_in_by_passkey(fresh, device)
    assert screen.path == "/account"
    assert "Máy ở bàn" in screen.main


def test_act_needs_a_recent_passkey(board: Starlette, holder: AccountHolder, clock: FixedClock) -> None:
    """An act that needs a recent second factor is refused without a passkey, and done after one was shown."""
    device = PasskeyDevice()
    visitor = open_browser(board).enter(holder)
    register_passkey(visitor, device)
    clock.advance(LATER)
    form = visitor.get("/account").form("/do/accounts/remove_passkey")
    assert visitor.send(form, confirmed="yes").status == 403
    assert SCRIPT in visitor.get("/account").main
    form = visitor.get("/account").form("/do/accounts/remove_passkey")
    offer = json.loads(visitor.send(form.with_action("/account/passkey/options")).text)
    answer = device.get(offer["options"])
    done = visitor.send(form, confirmed="yes", ticket=offer["ticket"], credential=answer)
    assert "Đã xong: Bỏ khóa truy cập" in done.main
    assert "Máy ở bàn" not in visitor.get("/account").main


def test_second_passkey_needs_the_first(board: Starlette, holder: AccountHolder, clock: FixedClock) -> None:
    """A second passkey needs a recent use of the first; the password alone isn't enough."""
    device = PasskeyDevice()
    visitor = open_browser(board).enter(holder)
    register_passkey(visitor, device)
    clock.advance(LATER)
    form = visitor.get("/account").form("/do/accounts/begin_passkey")
    refused = visitor.send(form, password=PASSWORD)
    assert refused.status == 403
    assert "data-options" not in refused.main
    offer = json.loads(visitor.send(form.with_action("/account/passkey/options")).text)
    fields = {"ticket": offer["ticket"], "credential": device.get(offer["options"])}
    assert "data-options" in visitor.send(form, password=PASSWORD, **fields).main


def test_wrong_password_adds_no_passkey(board: Starlette, holder: AccountHolder) -> None:
    """A wrong password adds no passkey, and the page explains that the password is wrong, not that permission is
    missing.
    """
    visitor = open_browser(board).enter(holder)
    refused = visitor.send(visitor.get("/account").form("/do/accounts/begin_passkey"), password="sai")
    assert refused.status == 403
    assert "Mật khẩu, mã hoặc khóa truy cập không đúng" in refused.main
    assert "data-options" not in refused.main


@pytest.mark.parametrize(
    "device",
    [PasskeyDevice(origin="https://office.example.evil"), PasskeyDevice(domain="evil.example")],
    ids=["page", "domain"],
)
def test_passkey_of_other_site_is_not_added(board: Starlette, holder: AccountHolder, device: PasskeyDevice) -> None:
    """A passkey made for another origin or domain isn't added, and the page shows the form to begin again."""
    visitor = open_browser(board).enter(holder)
    refused = register_passkey(visitor, device)
    assert refused.status == 403
    assert refused.form("/do/accounts/begin_passkey").fields["password"] == [""]
    assert "Máy ở bàn" not in visitor.get("/account").main


def test_replayed_or_foreign_assertion_is_refused(board: Starlette, holder: AccountHolder) -> None:
    """A replayed assertion and one for another origin sign no one in, and get the same error."""
    device = PasskeyDevice()
    register_passkey(open_browser(board).enter(holder), device)
    visitor = open_browser(board)
    form = visitor.get("/sign-in").form("/sign-in/passkey")
    offer = json.loads(visitor.send(form.with_action("/sign-in/passkey/options")).text)
    answer = device.get(offer["options"])
    assert visitor.send(form, ticket=offer["ticket"], credential=answer).path == "/work"
    again = open_browser(board).send(form, ticket=offer["ticket"], credential=answer)
    device.origin = "https://evil.example"
    foreign = sign_in_by_passkey(open_browser(board), device)
    for refused in (again, foreign):
        assert refused.status == 403
        assert "Khóa truy cập này không dùng được ở đây" in refused.main


def test_other_site_gets_no_passkey_options(board: Starlette, holder: AccountHolder) -> None:
    """Another site can't request passkey options, and the account's options need a form token."""
    visitor = open_browser(board).enter(holder)
    for path in ("/sign-in/passkey/options", "/account/passkey/options", "/sign-in/passkey"):
        assert (
            visitor.ask("POST", path, {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}).status == 403
        )
    assert visitor.ask("POST", "/account/passkey/options", {"Origin": ORIGIN}).status == 403


def test_passkey_script_only_where_needed(board: Starlette, holder: AccountHolder) -> None:
    """The sign-in page explains that a passkey needs JavaScript; the script is on no other page without a passkey
    form.
    """
    visitor = open_browser(board)
    screen = visitor.get("/sign-in")
    assert "Khóa truy cập cần trình duyệt mới có bật JavaScript" in screen.main
    assert screen.main.count(SCRIPT) == 1
    assert screen.form("/sign-in").fields["password"] == [""]
    visitor.enter(holder)
    for path in ("/tips", "/account"):
        assert SCRIPT not in visitor.get(path).text


def test_no_passkeys_without_domain(app: App, holder: AccountHolder) -> None:
    """Without a passkey domain that matches the board no page offers passkeys."""
    visitor = Visitor(create_board(app))
    assert "Đăng nhập bằng khóa truy cập" not in visitor.get("/sign-in").main
    visitor.enter(holder)
    assert not visitor.get("/account").has_form("/do/accounts/begin_passkey")
