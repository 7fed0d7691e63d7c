"""In a browser with a virtual authenticator a passkey is added, used to sign in and to confirm, and removed."""

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
    """An app with a domain for passkeys in its settings, and its board on a port."""

    app: App
    url: str


def free_port() -> int:
    """Return an unused port, because the settings need the number before the board starts."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def office() -> Iterator[Office]:
    """The board under `localhost`, the only name for which browsers accept a passkey without TLS."""
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
    """A virtual authenticator of the browser, controlled by the DevTools protocol; it has verified its user."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        authenticator = self._session.send(
            "WebAuthn.addVirtualAuthenticator", {"options": {"protocol": "ctap2", "transport": "internal", **PRESENT}}
        )
        self._name = {"authenticatorId": authenticator["authenticatorId"]}

    def set_user_verified(self, is_verified: bool) -> None:
        """Set whether the authenticator verifies its user."""
        self._session.send("WebAuthn.setUserVerified", {**self._name, "isUserVerified": is_verified})

    def count(self) -> int:
        """Return the number of passkeys that the authenticator has."""
        return len(self._session.send("WebAuthn.getCredentials", self._name)["credentials"])


@pytest.fixture
def desk(browser: Browser, office: Office) -> Iterator[Desk]:
    """An officer at a browser as wide as a phone."""
    context = browser.new_context(viewport=ViewportSize(width=360, height=740))
    desk = Desk(office.url, context.new_page())
    yield desk
    context.close()
    assert desk.complaints == []


def add_passkey(desk: Desk) -> None:
    """Sign in by password and add a passkey, by keyboard only."""
    desk.enter("lan")
    desk.page.click(".who summary")
    desk.page.click(".who a[href$='/account']")  # htmx opens the page, and loads the passkey script with it.
    desk.page.wait_for_selector("#act-accounts-begin-passkey", state="attached")
    desk.page.locator("summary", has_text="Thêm khóa truy cập").press("Enter")
    desk.page.fill("#act-accounts-begin-passkey [name=password]", PASSWORD)
    desk.page.keyboard.press("Enter")
    button = desk.page.locator(f"#act-accounts-add-passkey {BUTTON}")
    button.wait_for()
    desk.page.fill("#act-accounts-add-passkey [name=name]", "Điện thoại của tôi")
    desk.page.keyboard.press("Enter")  # the form is sent only after the authenticator has answered
    button.press("Enter")
    desk.page.wait_for_selector("main .notice.good")


def sign_out(desk: Desk) -> None:
    """Sign out, and wait for the sign-in page."""
    desk.page.click(".who summary")
    desk.page.click("form[action$='/sign-out'] button")
    desk.page.wait_for_selector("#password")


def test_passkey_signs_in_confirms_and_is_removed(desk: Desk, office: Office) -> None:
    """A passkey added with the password signs an officer in without the password, and confirms its own removal."""
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
    # The passkey was used just now, so the page asks for no confirmation.
    assert desk.page.locator(BUTTON).count() == 0
    clock.advance(timedelta(minutes=6))
    desk.open("/account")
    form = desk.page.locator("form[id^=act-accounts-remove-passkey]")
    desk.page.locator("summary", has_text="Bỏ khóa truy cập này").click()
    assert (desk.find_barriers(), desk.overflow()) == ([], 0)
    form.locator("[name=confirmed]").check()
    form.locator(BUTTON).click()
    desk.page.wait_for_selector("main .notice.good")
    assert "Điện thoại của tôi" not in desk.page.inner_text("main")


def test_unverified_user_is_not_signed_in(desk: Desk) -> None:
    """An authenticator that doesn't verify its user signs no one in; the page explains it, and the next try works."""
    device = Device(desk.page)
    add_passkey(desk)
    sign_out(desk)
    device.set_user_verified(False)
    desk.page.click(BUTTON)
    desk.page.wait_for_selector("[data-refused]:not([hidden])")
    assert (desk.find_barriers(), desk.overflow()) == ([], 0)
    device.set_user_verified(True)
    desk.page.click(BUTTON)
    desk.page.wait_for_selector(".who")


def test_removed_passkey_is_refused(desk: Desk, office: Office) -> None:
    """A passkey that was removed from its account is refused with an explanation, and the password still signs in."""
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


def test_passkey_button_is_replaced_without_script(browser: Browser, office: Office) -> None:
    """Without scripts the sign-in page shows a sentence instead of the passkey button, and the password signs in."""
    context = browser.new_context(viewport=ViewportSize(width=360, height=740), java_script_enabled=False)
    desk = Desk(office.url, context.new_page())
    desk.open("/sign-in")
    assert not desk.page.locator(BUTTON).is_visible()
    assert desk.page.locator("[data-plain]").is_visible()
    desk.enter("lan")
    context.close()
