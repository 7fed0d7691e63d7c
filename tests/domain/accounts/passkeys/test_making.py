"""A passkey is made by its owner alone, signs its owner in with nothing else, and ends with the account."""

import json
from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.accounts.conftest import Trail
from tests.domain.accounts.passkeys.conftest import WORDS, add, show
from tests.support.passkey_device import DOMAIN, Device
from tests.support.sign_in import PASSWORD, Holder

from anninh_core.app import App
from anninh_core.domain.accounts.credentials.passkeys import to_base64
from anninh_core.kernel.errors import (
    BadInput,
    NotSignedIn,
    NotVisible,
    Refused,
    StepUpNeeded,
    WrongStep,
)
from anninh_core.ports.authenticator import SignInMethod, SignInRequest
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.testing.kits import AuthenticatorCase, AuthenticatorConformance
from anninh_core.usecase.actor import Actor, person


def test_a_passkey_signs_in_with_a_second_factor(app: App, owner: Holder, device: Device) -> None:
    """Nothing else is asked for, not even who it is; what takes a second factor is open for some minutes."""
    session = show(app, device)
    me = app.accounts.authenticate_token(session.token)
    now = app.internals.context.clock.now()

    assert (me.id, me.sign_in.method) == (owner.id, SignInMethod.PASSKEY)
    assert me.sign_in.is_fresh(now)
    assert not me.sign_in.is_fresh(now + timedelta(minutes=5))
    assert app.accounts.make_token(me, "Thử", now + timedelta(days=1)).id
    assert [one.used_at for one in app.accounts.passkeys(me)] == [now]


def test_a_device_is_asked_for_its_person(app: App, lan: Holder) -> None:
    """User verification and a key that names its owner are required; devices that have one make no second."""
    me = lan.enter()
    first = Device()
    add(app, me, first, "Một")
    fresh = app.accounts.authenticate_token(show(app, first).token)
    making = json.loads(app.accounts.begin_passkey(fresh, PASSWORD).options)
    asking = json.loads(app.accounts.begin_passkey_sign_in().options)

    assert making["authenticatorSelection"]["userVerification"] == asking["userVerification"] == "required"
    assert making["authenticatorSelection"]["residentKey"] == "required"
    assert (making["rp"]["id"], asking["rpId"]) == (DOMAIN, DOMAIN)
    assert [one["id"] for one in making["excludeCredentials"]] == [to_base64(first.id)]
    assert asking["allowCredentials"] == []
    assert asking["challenge"] != json.loads(app.accounts.begin_passkey_sign_in().options)["challenge"]


def test_the_first_one_counts_as_shown_in_its_session(app: App, lan: Holder, device: Device) -> None:
    """As an app's first code does: the password was asked for, and the device has seen its person."""
    session = lan.sign_in()
    add(app, app.accounts.authenticate_token(session.token), device)
    assert app.accounts.authenticate_token(session.token).sign_in.is_fresh(app.internals.context.clock.now())


def test_several_are_told_apart_by_their_names(app: App, owner: Holder, device: Device) -> None:
    """Each signs in by itself; one that is removed doesn't any more, and ends other sessions and tokens."""
    me = app.accounts.authenticate_token(show(app, device).token)
    second = Device()
    add(app, me, second, "  Khóa bảo mật ")
    other = show(app, second)
    names = {row.name: row.id for row in app.accounts.passkeys(me)}
    assert list(names) == ["Điện thoại", "Khóa bảo mật"]
    assert app.accounts.account(me).passkeys == 2

    app.accounts.remove_passkey(me, names["Khóa bảo mật"])

    assert [row.name for row in app.accounts.passkeys(me)] == ["Điện thoại"]
    with pytest.raises(NotSignedIn):
        app.accounts.authenticate_token(other.token)
    with pytest.raises(NotSignedIn, match=WORDS):
        show(app, second)
    assert show(app, device).officer == owner.id
    with pytest.raises(NotVisible):
        app.accounts.remove_passkey(me, names["Khóa bảo mật"])


def test_a_stolen_session_brings_no_passkey_of_its_own(app: App, lan: Holder, device: Device) -> None:
    """It takes the password; once there is a second factor of any kind, that one too, shown just now."""
    me = lan.enter()
    with pytest.raises(NotSignedIn):
        add(app, me, device, password="một câu đoán mò")
    with pytest.raises(NotSignedIn):
        add(app, me, device, password="")
    add(app, me, device)
    for again in (lambda: add(app, me, Device()), lambda: app.accounts.begin_totp(me, PASSWORD)):
        with pytest.raises(StepUpNeeded):
            again()
    with pytest.raises(Refused):
        app.accounts.remove_passkey(me, to_base64(device.id))


def test_without_a_password_it_takes_a_second_factor(app: App, lan: Holder, device: Device, boss: Actor) -> None:
    """An officer who signs in elsewhere has no password here: only what was shown just now opens it."""
    app.accounts.invite(boss, lan.id)  # which takes the password
    plain = app.accounts.begin_session(lan.id, SignInMethod.OIDC)
    fresh = app.accounts.begin_session(lan.id, SignInMethod.OIDC, second_factor=True)
    with pytest.raises(StepUpNeeded):
        add(app, app.accounts.authenticate_token(plain.token), device, password="")
    add(app, app.accounts.authenticate_token(fresh.token), device, password="")
    assert show(app, device).officer == lan.id


def test_a_passkey_is_shown_again_for_what_takes_a_second_factor(
    app: App, owner: Holder, device: Device, anninh_clock: FixedClock
) -> None:
    """In one's own session, whatever it began by; another's passkey and one's answer of before don't do."""
    me = owner.enter()
    assert not me.sign_in.is_fresh(anninh_clock.now())
    began = app.accounts.begin_passkey_step_up(me)
    answer = device.get(began.options)
    until = app.accounts.step_up_by_passkey(me, began.ticket, answer)
    assert until == anninh_clock.now() + timedelta(minutes=5)
    with pytest.raises(NotSignedIn):
        app.accounts.step_up_by_passkey(me, began.ticket, answer)

    again = app.accounts.begin_passkey_step_up(me)
    stranger = Device(owner=owner.id.encode())
    with pytest.raises(NotSignedIn):
        app.accounts.step_up_by_passkey(me, again.ticket, stranger.get(again.options))
    elsewhere = app.accounts.begin_passkey_sign_in()
    with pytest.raises(NotSignedIn):
        app.accounts.step_up_by_passkey(me, elsewhere.ticket, device.get(elsewhere.options))


def test_a_session_by_a_chat_takes_no_passkey(app: App, owner: Holder, device: Device) -> None:
    """A stolen telephone with an unlocked chat isn't made more of."""
    me = owner.enter()
    chat = evolve(me, sign_in=evolve(me.sign_in, method=SignInMethod.TOKEN))
    with pytest.raises(Refused):
        app.accounts.begin_passkey_step_up(chat)


def test_a_ticket_is_its_owner_s(app: App, owner: Holder, device: Device, hoa: Holder) -> None:
    """With a ticket for one's own account nobody makes a passkey for another's, nor after all sign-ins were ended."""
    mine = app.accounts.begin_passkey(hoa.enter(), PASSWORD)
    me = owner.enter()
    with pytest.raises(NotSignedIn):
        app.accounts.add_passkey(me, mine.ticket, Device().create(mine.options), "Của người khác")
    theirs = person(hoa.id)
    app.accounts.change_password(theirs, PASSWORD, PASSWORD[::-1])
    with pytest.raises(NotSignedIn):
        app.accounts.add_passkey(theirs, mine.ticket, Device().create(mine.options), "Muộn")


def test_a_reset_takes_passkeys_too(app: App, owner: Holder, device: Device, boss: Actor) -> None:
    """By a second person, for somebody whose device is lost; the owner is told."""
    app.accounts.reset_second_factor(boss, owner.id)
    with pytest.raises(NotSignedIn, match=WORDS):
        show(app, device)
    assert [notice.kind.value for notice in owner.sign_in().notices] == ["second_factor_reset"]
    with pytest.raises(WrongStep):
        app.accounts.reset_second_factor(boss, owner.id)


def test_a_passkey_ends_with_its_officer(app: App, owner: Holder, device: Device) -> None:
    """One who is put out of service signs in by nothing any more, and has no passkey when a role is given back."""
    granting = UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "board_admin", "standing_officer")
    app.accounts.deactivate(granting, owner.id)
    with pytest.raises(NotSignedIn, match=WORDS):
        show(app, device)
    assert app.accounts.account_of(granting, owner.id).passkeys == 0


def test_names_and_numbers_are_bounded(app: App, lan: Holder) -> None:
    """A name is a line; ten passkeys are enough; one and the same isn't kept twice."""
    me = lan.enter()
    first = Device()
    for name in ("", "  ", "x" * 101, "a\nb"):
        with pytest.raises(BadInput):
            add(app, me, Device(), name)
    add(app, me, first)
    vouched = person(lan.id)
    with pytest.raises(WrongStep, match="already"):
        add(app, vouched, first)
    for _ in range(9):
        add(app, vouched, Device())
    with pytest.raises(WrongStep, match="at most"):
        add(app, vouched, Device())


def test_the_journal_tells_what_was_done_and_no_answer(app: App, owner: Holder, device: Device, journal: Trail) -> None:
    """Added, signed in, removed: by whom and when, without tickets, answers and keys."""
    session = show(app, device)
    me = app.accounts.authenticate_token(session.token)
    app.accounts.remove_passkey(me, to_base64(device.id))
    events = [event for entry in journal() for event in entry.events]
    assert [event for event in events if "passkey" in str(event)] != []
    read = b"".join(line.content for line in app.internals.context.storage.journal.read(limit=1000)).decode()
    assert '"sign_in":"passkey"' in read
    assert "account.passkey_added" in read
    assert "account.passkey_removed" in read
    assert to_base64(device.id) not in read
    assert session.token not in read


def test_an_app_s_owner_shows_a_code_before_a_passkey(
    app: App, hoa: Holder, device: Device, anninh_clock: FixedClock
) -> None:
    """Whoever has an authenticator app brings a passkey within minutes of its code; later it is asked for again."""
    me = hoa.enter()
    add(app, me, device)
    assert show(app, device).officer == hoa.id
    anninh_clock.advance(timedelta(minutes=6))
    with pytest.raises(StepUpNeeded):
        add(app, me, Device())


class TestPasskeySession(AuthenticatorConformance):
    """A session that a passkey began."""

    @pytest.fixture
    def case(self, app: App, owner: Holder, device: Device) -> AuthenticatorCase:
        def shows(token: str) -> SignInRequest:
            return SignInRequest({"authorization": f"Bearer {token}"}, "192.0.2.7", app.internals.context.clock.now())

        ended = show(app, device)
        app.accounts.sign_out(app.accounts.authenticate_token(ended.token))
        begun = show(app, device)
        return AuthenticatorCase(
            authenticator=app.internals.workflows.local_authenticator,
            officer=owner.id,
            good=shows(begun.token),
            wrong=(shows(begun.token + "x"),),
            ended=(shows(ended.token),),
            secrets=(begun.token, ended.token),
            is_fresh=True,
        )
