"""Passkeys in a browser with a device of its own: made, shown to sign in, shown once more, taken away."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from attrs import frozen
from playwright.sync_api import Browser, Page, ViewportSize
from tests.board.browser.conftest import Desk
from tests.board.visitor import NOW
from tests.support.sign_in import PASSWORD, enrol

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import PasskeySettings
from anninh_core.board import create_board
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import person
from anninh_core.web.server import AsgiServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

BUTTON = "[data-passkey]"
PRESENT = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}


@frozen
class Office:
    """An app whose settings name a domain for passkeys, and its board on a port."""

    app: App
    url: str


def free_port() -> int:
    """Return a port that nobody has: the settings name it before the board is there."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def office() -> Iterator[Office]:
    """The board under the one name for which browsers take a passkey without TLS."""
    port = free_port()
    url = f"http://localhost:{port}"
    passkeys = PasskeySettings(rp_id="localhost", origins=(url,))
    with memory_app(clock=FixedClock(NOW), settings=Settings(sign_in=SignInSettings(passkeys=passkeys))) as app:
        enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "tip_officer").id, "lan")
        server = AsgiServer(create_board(app), app.internals.web_settings, port=port)
        thread = Thread(target=server.run, daemon=True)
        thread.start()
        yield Office(app, url)
        server.stop()
        thread.join(20)


class Device:
    """The browser's device, by its own protocol; it has seen its person."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        made = self._session.send(
            "WebAuthn.addVirtualAuthenticator", {"options": {"protocol": "ctap2", "transport": "internal", **PRESENT}}
        )
        self._name = {"authenticatorId": made["authenticatorId"]}

    def know_person(self, known: bool) -> None:
        """Recognise its person from now on, or don't."""
        self._session.send("WebAuthn.setUserVerified", {**self._name, "isUserVerified": known})

    def count(self) -> int:
        """Return how many passkeys it has."""
        return len(self._session.send("WebAuthn.getCredentials", self._name)["credentials"])


@pytest.fixture
def desk(browser: Browser, office: Office) -> Iterator[Desk]:
    """An officer at a telephone."""
    context = browser.new_context(viewport=ViewportSize(width=360, height=740))
    desk = Desk(office.url, context.new_page())
    yield desk
    context.close()
    assert desk.complaints == []


def add_passkey(desk: Desk) -> None:
    """Sign in by the password and add a passkey, all by keys."""
    desk.enter("lan")
    desk.page.click(".who summary")
    desk.page.click(".who a[href$='/account']")  # by htmx, which loads the script with the page
    desk.page.wait_for_selector("#act-accounts-begin-passkey", state="attached")
    desk.page.locator("summary", has_text="Thêm khóa truy cập").press("Enter")
    desk.page.fill("#act-accounts-begin-passkey [name=password]", PASSWORD)
    desk.page.keyboard.press("Enter")
    button = desk.page.locator(f"#act-accounts-add-passkey {BUTTON}")
    button.wait_for()
    desk.page.fill("#act-accounts-add-passkey [name=name]", "Điện thoại của tôi")
    desk.page.keyboard.press("Enter")  # nothing is sent before the device has answered
    button.press("Enter")
    desk.page.wait_for_selector("main .notice.good")


def sign_out(desk: Desk) -> None:
    """Sign out, and stand at the page to sign in."""
    desk.page.click(".who summary")
    desk.page.click("form[action$='/sign-out'] button")
    desk.page.wait_for_selector("#password")


def test_a_passkey_from_first_to_last(desk: Desk, office: Office) -> None:
    """Made by password and device, it signs in alone, is shown once more for an act, and is taken away by it."""
    device = Device(desk.page)
    add_passkey(desk)
    assert device.count() == 1
    assert "Điện thoại của tôi" in desk.page.inner_text("main")
    sign_out(desk)
    assert (desk.find_barriers(), desk.overflow()) == ([], 0)

    desk.page.dblclick(BUTTON)
    desk.page.wait_for_selector(".who")
    clock = office.app.internals.context.clock
    assert isinstance(clock, FixedClock)
    desk.open("/account")
    assert desk.page.locator(BUTTON).count() == 0  # it was shown just now
    clock.advance(timedelta(minutes=6))
    desk.open("/account")
    form = desk.page.locator("form[id^=act-accounts-remove-passkey]")
    desk.page.locator("summary", has_text="Bỏ khóa truy cập này").click()
    assert (desk.find_barriers(), desk.overflow()) == ([], 0)
    form.locator("[name=confirmed]").check()
    form.locator(BUTTON).click()
    desk.page.wait_for_selector("main .notice.good")
    assert "Điện thoại của tôi" not in desk.page.inner_text("main")


def test_a_device_that_does_not_know_its_person(desk: Desk) -> None:
    """Signs nobody in; the page says so, and the next try does."""
    device = Device(desk.page)
    add_passkey(desk)
    sign_out(desk)
    device.know_person(False)
    desk.page.click(BUTTON)
    desk.page.wait_for_selector("[data-refused]:not([hidden])")
    assert (desk.find_barriers(), desk.overflow()) == ([], 0)
    device.know_person(True)
    desk.page.click(BUTTON)
    desk.page.wait_for_selector(".who")


def test_a_passkey_of_nobody(desk: Desk, office: Office) -> None:
    """Of an account that knows it no more: refused in words, and the password is still there."""
    Device(desk.page)
    add_passkey(desk)
    sign_out(desk)
    lan = office.app.accounts.authenticate_token(office.app.accounts.sign_in("lan", PASSWORD).token)
    (row,) = office.app.accounts.passkeys(lan)
    office.app.accounts.remove_passkey(person(lan.id), row.id)
    desk.page.click(BUTTON)
    desk.page.wait_for_selector("#result")
    assert "không dùng được ở đây" in desk.page.inner_text("#result")
    desk.enter("lan")


def test_without_a_script_the_page_says_so(browser: Browser, office: Office) -> None:
    """No button that does nothing, a sentence in its place, and the password signs in."""
    context = browser.new_context(viewport=ViewportSize(width=360, height=740), java_script_enabled=False)
    desk = Desk(office.url, context.new_page())
    desk.open("/sign-in")
    assert not desk.page.locator(BUTTON).is_visible()
    assert desk.page.locator("[data-plain]").is_visible()
    desk.enter("lan")
    context.close()
