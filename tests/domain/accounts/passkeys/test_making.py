"""Only the owner of an account adds a passkey to it; the passkey is enough to sign in, and ends with the account."""

import json
from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.accounts.conftest import Trail
from tests.domain.accounts.passkeys.conftest import WORDS, create_passkey, show
from tests.support.passkey_device import DOMAIN, PasskeyDevice
from tests.support.sign_in import PASSWORD, AccountHolder

from anninh_core.app import App
from anninh_core.domain.accounts.credentials.passkeys import encode_base64url
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


def test_passkey_counts_as_second_factor(app: App, owner: AccountHolder, device: PasskeyDevice) -> None:
    """A passkey is enough to sign in, even without a sign-in name, and counts as a second factor for five minutes."""
    session = show(app, device)
    me = app.accounts.authenticate_token(session.token)
    now = app.internals.context.clock.now()

    assert (me.id, me.sign_in.method) == (owner.id, SignInMethod.PASSKEY)
    assert me.sign_in.is_fresh(now)
    assert not me.sign_in.is_fresh(now + timedelta(minutes=5))
    assert app.accounts.make_token(me, "Thử", now + timedelta(days=1)).id
    assert [row.used_at for row in app.accounts.passkeys(me)] == [now]


def test_device_has_to_verify_its_user(app: App, lan: AccountHolder) -> None:
    """A new passkey requires user verification and a discoverable key, and a device that has a passkey of the account
    makes no second one.
    """
    me = lan.enter()
    first = PasskeyDevice()
    create_passkey(app, me, first, "Một")
    fresh = app.accounts.authenticate_token(show(app, first).token)
    making = json.loads(app.accounts.begin_passkey(fresh, PASSWORD).options)
    asking = json.loads(app.accounts.begin_passkey_sign_in().options)

    assert making["authenticatorSelection"]["userVerification"] == asking["userVerification"] == "required"
    assert making["authenticatorSelection"]["residentKey"] == "required"
    assert (making["rp"]["id"], asking["rpId"]) == (DOMAIN, DOMAIN)
    assert [credential["id"] for credential in making["excludeCredentials"]] == [encode_base64url(first.id)]
    assert asking["allowCredentials"] == []
    assert asking["challenge"] != json.loads(app.accounts.begin_passkey_sign_in().options)["challenge"]


def test_first_passkey_counts_in_its_session(app: App, lan: AccountHolder, device: PasskeyDevice) -> None:
    """An account's first passkey counts as a second factor in the session that added it, because the password and the
    device's user were checked.
    """
    session = lan.sign_in()
    create_passkey(app, app.accounts.authenticate_token(session.token), device)
    assert app.accounts.authenticate_token(session.token).sign_in.is_fresh(app.internals.context.clock.now())


def test_passkeys_have_names_and_end_separately(app: App, owner: AccountHolder, device: PasskeyDevice) -> None:
    """Each passkey signs in independently; a removed passkey doesn't, and its removal ends other sessions and
    tokens.
    """
    me = app.accounts.authenticate_token(show(app, device).token)
    second = PasskeyDevice()
    create_passkey(app, me, second, "  Khóa bảo mật ")
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


def test_stolen_session_adds_no_passkey(app: App, lan: AccountHolder, device: PasskeyDevice) -> None:
    """Adding a passkey requires the password, and also a fresh second factor if the account has a second factor."""
    me = lan.enter()
    with pytest.raises(NotSignedIn):
        create_passkey(app, me, device, password="một câu đoán mò")
    with pytest.raises(NotSignedIn):
        create_passkey(app, me, device, password="")
    create_passkey(app, me, device)
    for again in (lambda: create_passkey(app, me, PasskeyDevice()), lambda: app.accounts.begin_totp(me, PASSWORD)):
        with pytest.raises(StepUpNeeded):
            again()
    with pytest.raises(Refused):
        app.accounts.remove_passkey(me, encode_base64url(device.id))


def test_account_without_password_needs_fresh_factor(
    app: App, lan: AccountHolder, device: PasskeyDevice, boss: Actor
) -> None:
    """An officer without a password needs a fresh second factor to add a passkey."""
    app.accounts.invite(boss, lan.id)  # A new invitation removes the password.
    plain = app.accounts.begin_session(lan.id, SignInMethod.OIDC)
    fresh = app.accounts.begin_session(lan.id, SignInMethod.OIDC, second_factor=True)
    with pytest.raises(StepUpNeeded):
        create_passkey(app, app.accounts.authenticate_token(plain.token), device, password="")
    create_passkey(app, app.accounts.authenticate_token(fresh.token), device, password="")
    assert show(app, device).officer == lan.id


def test_passkey_refreshes_the_second_factor(
    app: App, owner: AccountHolder, device: PasskeyDevice, anninh_clock: FixedClock
) -> None:
    """A passkey refreshes the second factor of its owner's session; another person's passkey and a used answer
    don't.
    """
    me = owner.enter()
    assert not me.sign_in.is_fresh(anninh_clock.now())
    began = app.accounts.begin_passkey_step_up(me)
    answer = device.get(began.options)
    until = app.accounts.step_up_by_passkey(me, began.ticket, answer)
    assert until == anninh_clock.now() + timedelta(minutes=5)
    with pytest.raises(NotSignedIn):
        app.accounts.step_up_by_passkey(me, began.ticket, answer)

    again = app.accounts.begin_passkey_step_up(me)
    stranger = PasskeyDevice(owner=owner.id.encode())
    with pytest.raises(NotSignedIn):
        app.accounts.step_up_by_passkey(me, again.ticket, stranger.get(again.options))
    elsewhere = app.accounts.begin_passkey_sign_in()
    with pytest.raises(NotSignedIn):
        app.accounts.step_up_by_passkey(me, elsewhere.ticket, device.get(elsewhere.options))


def test_weak_session_gets_no_second_factor(app: App, owner: AccountHolder, device: PasskeyDevice) -> None:
    """A session that began without a password or passkey gets no second factor from a passkey."""
    me = owner.enter()
    chat = evolve(me, sign_in=evolve(me.sign_in, method=SignInMethod.TOKEN))
    with pytest.raises(Refused):
        app.accounts.begin_passkey_step_up(chat)


def test_ticket_is_for_its_owner_only(
    app: App, owner: AccountHolder, device: PasskeyDevice, hoa: AccountHolder
) -> None:
    """A ticket makes no passkey for another account, and none after all of the owner's sessions were ended."""
    mine = app.accounts.begin_passkey(hoa.enter(), PASSWORD)
    me = owner.enter()
    with pytest.raises(NotSignedIn):
        app.accounts.add_passkey(me, mine.ticket, PasskeyDevice().create(mine.options), "Của người khác")
    theirs = person(hoa.id)
    app.accounts.change_password(theirs, PASSWORD, PASSWORD[::-1])
    with pytest.raises(NotSignedIn):
        app.accounts.add_passkey(theirs, mine.ticket, PasskeyDevice().create(mine.options), "Muộn")


def test_reset_removes_passkeys(app: App, owner: AccountHolder, device: PasskeyDevice, boss: Actor) -> None:
    """A second person's reset removes the passkeys of an officer with a lost device, and the owner is notified."""
    app.accounts.reset_second_factor(boss, owner.id)
    with pytest.raises(NotSignedIn, match=WORDS):
        show(app, device)
    assert [notice.kind.value for notice in owner.sign_in().notices] == ["second_factor_reset"]
    with pytest.raises(WrongStep):
        app.accounts.reset_second_factor(boss, owner.id)


def test_a_passkey_ends_with_its_officer(app: App, owner: AccountHolder, device: PasskeyDevice) -> None:
    """A deactivated officer can't sign in with a passkey, and the account has no passkey left."""
    granting = UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "board_admin", "standing_officer")
    app.accounts.deactivate(granting, owner.id)
    with pytest.raises(NotSignedIn, match=WORDS):
        show(app, device)
    assert app.accounts.account_of(granting, owner.id).passkeys == 0


def test_names_and_numbers_are_bounded(app: App, lan: AccountHolder) -> None:
    """A passkey's name is one line, an account has at most ten passkeys, and the same passkey isn't stored twice."""
    me = lan.enter()
    first = PasskeyDevice()
    for name in ("", "  ", "x" * 101, "a\nb"):
        with pytest.raises(BadInput):
            create_passkey(app, me, PasskeyDevice(), name)
    create_passkey(app, me, first)
    vouched = person(lan.id)
    with pytest.raises(WrongStep, match="already"):
        create_passkey(app, vouched, first)
    for _ in range(9):
        create_passkey(app, vouched, PasskeyDevice())
    with pytest.raises(WrongStep, match="at most"):
        create_passkey(app, vouched, PasskeyDevice())


def test_journal_has_passkey_acts_without_secrets(
    app: App, owner: AccountHolder, device: PasskeyDevice, journal: Trail
) -> None:
    """The journal records that a passkey is added, signs in and is removed, without tickets, answers and keys."""
    session = show(app, device)
    me = app.accounts.authenticate_token(session.token)
    app.accounts.remove_passkey(me, encode_base64url(device.id))
    events = [event for entry in journal() for event in entry.events]
    assert [event for event in events if "passkey" in str(event)] != []
    read = b"".join(line.content for line in app.internals.context.storage.journal.read(limit=1000)).decode()
    assert '"sign_in":"passkey"' in read
    assert "account.passkey_added" in read
    assert "account.passkey_removed" in read
    assert encode_base64url(device.id) not in read
    assert session.token not in read


def test_app_owner_needs_a_fresh_code(
    app: App, hoa: AccountHolder, device: PasskeyDevice, anninh_clock: FixedClock
) -> None:
    """An officer with an authenticator app can add a passkey for five minutes after a code; later a new code is
    required.
    """
    me = hoa.enter()
    create_passkey(app, me, device)
    assert show(app, device).officer == hoa.id
    anninh_clock.advance(timedelta(minutes=6))
    with pytest.raises(StepUpNeeded):
        create_passkey(app, me, PasskeyDevice())


class TestPasskeySession(AuthenticatorConformance):
    """A session that began with a passkey follows the rules for authenticators."""

    @pytest.fixture
    def case(self, app: App, owner: AccountHolder, device: PasskeyDevice) -> AuthenticatorCase:
        def build_request(token: str) -> SignInRequest:
            return SignInRequest({"authorization": f"Bearer {token}"}, "192.0.2.7", app.internals.context.clock.now())

        ended = show(app, device)
        app.accounts.sign_out(app.accounts.authenticate_token(ended.token))
        begun = show(app, device)
        return AuthenticatorCase(
            authenticator=app.internals.workflows.local_authenticator,
            officer=owner.id,
            good=build_request(begun.token),
            wrong=(build_request(begun.token + "x"),),
            ended=(build_request(ended.token),),
            secrets=(begun.token, ended.token),
            is_fresh=True,
        )
