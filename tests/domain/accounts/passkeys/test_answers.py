"""A device's answer to a passkey request counts only if all of it is right, and only once."""

import json
from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.domain.accounts.passkeys.conftest import WORDS, create_passkey, show
from tests.support.passkey_device import PRESENT, VERIFIED, PasskeyDevice
from tests.support.sign_in import CLIENT, PASSWORD, AccountHolder

from anninh_core.app import App
from anninh_core.domain.accounts.credentials.passkeys import encode_base64url
from anninh_core.domain.accounts.credentials.tickets import LIFE
from anninh_core.kernel.errors import (
    NotSignedIn,
)
from anninh_core.testing import FixedClock

CHANGES: tuple[tuple[str, Callable[[PasskeyDevice], PasskeyDevice]], ...] = (
    ("of another page", lambda d: evolve(d, origin="https://office.example.evil.example")),
    ("of a page in the clear", lambda d: evolve(d, origin="http://office.example")),
    ("in a frame", lambda d: evolve(d, page={"crossOrigin": True})),
    ("of another domain", lambda d: evolve(d, domain="evil.example")),
    ("without its person", lambda d: evolve(d, flags=PRESENT)),
    ("without anybody", lambda d: evolve(d, flags=VERIFIED)),
    ("by another key", lambda d: evolve(d, key=PasskeyDevice().key)),
    ("that nobody knows", lambda d: evolve(d, id=b"another id")),
    ("of nobody", lambda d: evolve(d, owner=b"")),
    ("of a stranger", lambda d: evolve(d, owner=b"nobody-here")),
    ("of odd letters", lambda d: evolve(d, owner="đ".encode())),
    ("of the wrong kind", lambda d: evolve(d, page={"type": "webauthn.create"})),
    ("for another challenge", lambda d: evolve(d, page={"challenge": encode_base64url(b"x" * 32)})),
    ("that was copied and has signed less", lambda d: evolve(d, count=0)),
)


@pytest.mark.parametrize("change", [change for _, change in CHANGES], ids=[name for name, _ in CHANGES])
def test_wrong_answer_begins_no_session(
    app: App, owner: AccountHolder, device: PasskeyDevice, change: Callable[[PasskeyDevice], PasskeyDevice]
) -> None:
    """A device's answer with one wrong part is refused, and the error is the same for each part."""
    show(app, device)
    with pytest.raises(NotSignedIn, match=WORDS) as error:
        show(app, change(device))
    assert error.value.__cause__ is None
    device.count = 9
    assert show(app, device).officer == owner.id


@pytest.mark.parametrize("change", [change for _, change in CHANGES[:6]], ids=[name for name, _ in CHANGES[:6]])
def test_a_wrong_answer_makes_no_passkey(
    app: App, lan: AccountHolder, change: Callable[[PasskeyDevice], PasskeyDevice]
) -> None:
    """An answer from a page of another domain, or from a device that doesn't verify its user, makes no passkey."""
    me = lan.enter()
    with pytest.raises(NotSignedIn):
        create_passkey(app, me, change(PasskeyDevice()))
    assert app.accounts.passkeys(me) == ()


def test_device_answer_counts_once(app: App, owner: AccountHolder, device: PasskeyDevice) -> None:
    """A device's answer that was used once is refused, with its own ticket and with another."""
    device.count = None
    began = app.accounts.begin_passkey_sign_in()
    other = app.accounts.begin_passkey_sign_in()
    answer = device.get(began.options)
    app.accounts.finish_passkey_sign_in(began.ticket, answer, client=CLIENT)
    for ticket in (began.ticket, other.ticket):
        with pytest.raises(NotSignedIn, match=WORDS):
            app.accounts.finish_passkey_sign_in(ticket, answer, client=CLIENT)


def test_answer_expires_with_its_ticket(
    app: App, owner: AccountHolder, device: PasskeyDevice, anninh_clock: FixedClock
) -> None:
    """A device's answer is refused after its ticket has expired."""
    began = app.accounts.begin_passkey_sign_in()
    answer = device.get(began.options)
    anninh_clock.advance(LIFE)
    with pytest.raises(NotSignedIn, match=WORDS):
        app.accounts.finish_passkey_sign_in(began.ticket, answer, client=CLIENT)


def test_device_without_counter_is_accepted(app: App, lan: AccountHolder) -> None:
    """A device that always reports the counter 0 is accepted, because passkeys that are synchronised between devices do
    so.
    """
    device = PasskeyDevice(count=None)
    create_passkey(app, lan.enter(), device)
    assert show(app, device).officer == show(app, device).officer == lan.id


MEMBERS = ("id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature", "userHandle")


ANSWERS = st.recursive(
    st.none() | st.integers() | st.text(max_size=9) | st.just("public-key"),
    lambda inner: st.dictionaries(st.sampled_from(MEMBERS), inner),
    max_leaves=8,
)


@given(st.text(max_size=60) | ANSWERS.map(json.dumps))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
def test_made_up_answers_are_refused(anninh_app: App, credential: str) -> None:
    """Any made-up answer of a device is refused as a failed sign-in, and raises no other error."""
    began = anninh_app.accounts.begin_passkey_sign_in()
    with pytest.raises(NotSignedIn, match=WORDS):
        anninh_app.accounts.finish_passkey_sign_in(began.ticket, credential)


@pytest.mark.parametrize("cut", range(0, 160, 9))
def test_truncated_answer_makes_no_passkey(app: App, lan: AccountHolder, cut: int) -> None:
    """A device's truncated answer about a new key makes no passkey."""
    me = lan.enter()
    began = app.accounts.begin_passkey(me, PASSWORD)
    answer = json.loads(PasskeyDevice().create(began.options))
    answer["response"]["attestationObject"] = answer["response"]["attestationObject"][:cut]
    with pytest.raises(NotSignedIn):
        app.accounts.add_passkey(me, began.ticket, json.dumps(answer), "Hỏng")
