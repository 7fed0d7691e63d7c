"""Passkeys on the board, with a device in software in place of the script: made, shown, shown again, taken away."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from tests.board.visitor import Shown, Visitor
from tests.support.passkey_device import DOMAIN, ORIGIN, Device
from tests.support.sign_in import PASSWORD, Holder, enrol

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import PasskeySettings
from anninh_core.board import BoardConfig, create_board
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app

SCRIPT = "/static/passkey."
LATER = timedelta(minutes=6)
"""Longer than a second factor counts as shown just now."""


@pytest.fixture
def app(clock: FixedClock) -> Iterator[App]:
    """An app whose settings name a domain for passkeys."""
    passkeys = PasskeySettings(rp_id=DOMAIN, origins=(ORIGIN,))
    with memory_app(clock=clock, settings=Settings(sign_in=SignInSettings(passkeys=passkeys))) as app:
        yield app


@pytest.fixture
def holder(app: App) -> Holder:
    """Has a password."""
    return enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "tip_officer").id, "lan")


@pytest.fixture
def board(app: App) -> Starlette:
    """The board under its public address."""
    return create_board(app, BoardConfig(public_url=ORIGIN))


def browser(board: Starlette) -> Visitor:
    """Return a browser that reaches the board under its public address."""
    return Visitor(board, url=ORIGIN)


def add(visitor: Visitor, device: Device) -> Shown:
    """Add a passkey, and return the page that comes of it."""
    begun = visitor.send(visitor.get("/account").form("/do/accounts/begin_passkey"), password=PASSWORD)
    form = begun.form("/do/accounts/add_passkey")
    options = begun.main.partition('data-options="')[2].partition('"')[0].replace("&#34;", '"')
    return visitor.send(form, credential=device.create(options), name="Máy ở bàn")


def show(visitor: Visitor, device: Device) -> Shown:
    """Sign in by a passkey."""
    form = visitor.get("/sign-in?next=/account").form("/sign-in/passkey")
    offer = json.loads(visitor.send(form.at("/sign-in/passkey/options")).text)
    return visitor.send(form, ticket=offer["ticket"], credential=device.get(offer["options"]))


def test_a_passkey_is_made_and_signs_in(board: Starlette, holder: Holder) -> None:
    """It stands on the account's page under its name; then it opens a session alone, and leads back."""
    device = Device()
    visitor = browser(board).enter(holder)
    assert "Đã xong: Thêm khóa truy cập" in add(visitor, device).main
    assert "Máy ở bàn" in visitor.get("/account").main
    fresh = browser(board)
    shown = show(fresh, device)
    assert shown.path == "/account"
    assert "Máy ở bàn" in shown.main


def test_an_act_takes_the_passkey_once_more(board: Starlette, holder: Holder, clock: FixedClock) -> None:
    """Where a second factor was shown too long ago the form asks the device, and the act is done."""
    device = Device()
    visitor = browser(board).enter(holder)
    add(visitor, device)
    clock.advance(LATER)
    form = visitor.get("/account").form("/do/accounts/remove_passkey")
    assert visitor.send(form, confirmed="yes").status == 403
    assert SCRIPT in visitor.get("/account").main
    form = visitor.get("/account").form("/do/accounts/remove_passkey")
    offer = json.loads(visitor.send(form.at("/account/passkey/options")).text)
    answer = device.get(offer["options"])
    done = visitor.send(form, confirmed="yes", ticket=offer["ticket"], credential=answer)
    assert "Đã xong: Bỏ khóa truy cập" in done.main
    assert "Máy ở bàn" not in visitor.get("/account").main


def test_a_second_passkey_takes_the_first(board: Starlette, holder: Holder, clock: FixedClock) -> None:
    """Once the first was shown too long ago, the password alone adds no other one."""
    device = Device()
    visitor = browser(board).enter(holder)
    add(visitor, device)
    clock.advance(LATER)
    form = visitor.get("/account").form("/do/accounts/begin_passkey")
    refused = visitor.send(form, password=PASSWORD)
    assert refused.status == 403
    assert "data-options" not in refused.main
    offer = json.loads(visitor.send(form.at("/account/passkey/options")).text)
    shown = {"ticket": offer["ticket"], "credential": device.get(offer["options"])}
    assert "data-options" in visitor.send(form, password=PASSWORD, **shown).main


def test_a_wrong_password_adds_none(board: Starlette, holder: Holder) -> None:
    """The page says that it was wrong, and not that the officer may not."""
    visitor = browser(board).enter(holder)
    refused = visitor.send(visitor.get("/account").form("/do/accounts/begin_passkey"), password="sai")
    assert refused.status == 403
    assert "Mật khẩu, mã hoặc khóa truy cập không đúng" in refused.main
    assert "data-options" not in refused.main


@pytest.mark.parametrize(
    "device", [Device(origin="https://office.example.evil"), Device(domain="evil.example")], ids=["page", "domain"]
)
def test_what_was_made_for_another_page(board: Starlette, holder: Holder, device: Device) -> None:
    """Is not kept; the page says so beside the form that begins it."""
    visitor = browser(board).enter(holder)
    refused = add(visitor, device)
    assert refused.status == 403
    assert refused.form("/do/accounts/begin_passkey").fields["password"] == [""]
    assert "Máy ở bàn" not in visitor.get("/account").main


def test_what_was_shown_to_another_page(board: Starlette, holder: Holder) -> None:
    """Signs nobody in, nor does an answer that was given before; both are told alike."""
    device = Device()
    add(browser(board).enter(holder), device)
    visitor = browser(board)
    form = visitor.get("/sign-in").form("/sign-in/passkey")
    offer = json.loads(visitor.send(form.at("/sign-in/passkey/options")).text)
    answer = device.get(offer["options"])
    assert visitor.send(form, ticket=offer["ticket"], credential=answer).path == "/work"
    again = browser(board).send(form, ticket=offer["ticket"], credential=answer)
    device.origin = "https://evil.example"
    foreign = show(browser(board), device)
    for refused in (again, foreign):
        assert refused.status == 403
        assert "Khóa truy cập này không dùng được ở đây" in refused.main


def test_another_site_asks_nobody_device(board: Starlette, holder: Holder) -> None:
    """Neither before nor after the sign-in; and without the form's token nothing is asked for an officer."""
    visitor = browser(board).enter(holder)
    for path in ("/sign-in/passkey/options", "/account/passkey/options", "/sign-in/passkey"):
        assert (
            visitor.ask("POST", path, {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}).status == 403
        )
    assert visitor.ask("POST", "/account/passkey/options", {"Origin": ORIGIN}).status == 403


def test_what_the_pages_say_without_a_script(board: Starlette, holder: Holder) -> None:
    """That a passkey takes one, beside the password and the code; the script stands on no other page."""
    visitor = browser(board)
    shown = visitor.get("/sign-in")
    assert "Khóa truy cập cần trình duyệt mới có bật JavaScript" in shown.main
    assert shown.main.count(SCRIPT) == 1
    assert shown.form("/sign-in").fields["password"] == [""]
    visitor.enter(holder)
    for path in ("/tips", "/account"):
        assert SCRIPT not in visitor.get(path).text


def test_where_the_settings_name_no_domain(app: App, holder: Holder) -> None:
    """Or another than the board's own: no page speaks of passkeys, and nothing begins one."""
    visitor = Visitor(create_board(app))
    assert "Đăng nhập bằng khóa truy cập" not in visitor.get("/sign-in").main
    visitor.enter(holder)
    assert not visitor.get("/account").has_form("/do/accounts/begin_passkey")
