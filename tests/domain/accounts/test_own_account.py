"""An officer's change of their own account requires the password or a code."""

from datetime import timedelta

import pytest
from tests.domain.accounts.conftest import Trail
from tests.support.sign_in import PASSWORD, AccountHolder, compute_code

from anninh_core.app import App
from anninh_core.kernel.errors import BadInput, NotSignedIn, Refused, StepUpNeeded, TooManyRequests, WrongStep
from anninh_core.testing import FixedClock
from anninh_core.usecase.actor import Actor

NEW = "một câu khác dài hơn"


def test_password_change_takes_the_old_password(anninh_app: App, lan: AccountHolder, journal: Trail) -> None:
    """A wrong old password or an unsuitable new password changes nothing, and no password is in the journal."""
    me = lan.enter()
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.change_password(me, "wrong", NEW)
    with pytest.raises(BadInput):
        anninh_app.accounts.change_password(me, PASSWORD, "password123456")
    anninh_app.accounts.change_password(me, PASSWORD, NEW)
    with pytest.raises(NotSignedIn):
        lan.sign_in()
    assert lan.sign_in(password=NEW).token
    assert NEW not in str(journal())
    assert PASSWORD not in str(journal())


def test_password_isnt_made_of_names(anninh_app: App, lan: AccountHolder, boss: Actor, journal: Trail) -> None:
    """A password made of the officer's or unit's name is refused; the set-up code stays valid, and the journal doesn't
    repeat the password.
    """
    unit = anninh_app.district.units["ninh-hoa"].name
    code = anninh_app.accounts.invite(boss, lan.id).code
    for password in ("canbolan 1985", f"LAN {unit} 85"):
        with pytest.raises(BadInput, match="made of your own name"):
            anninh_app.accounts.set_up(code, "", password)
        assert password not in str(journal())
    anninh_app.accounts.set_up(code, "", PASSWORD)
    with pytest.raises(BadInput, match="made of your own name"):
        anninh_app.accounts.change_password(lan.enter(), PASSWORD, "Cán bộ Lan 1985")


def test_guessing_the_password_in_a_stolen_session_is_slowed_down(anninh_app: App, lan: AccountHolder) -> None:
    """Guesses of the password within a session are slowed down like guesses at sign-in."""
    me = lan.enter()
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            anninh_app.accounts.begin_totp(me, "wrong")
    with pytest.raises(TooManyRequests):
        anninh_app.accounts.begin_totp(me, PASSWORD)


def test_app_counts_after_its_first_code(anninh_app: App, lan: AccountHolder, anninh_clock: FixedClock) -> None:
    """An authenticator app is required only after its first right code, which makes this session fresh and ends the
    others.
    """
    other = lan.sign_in()
    session = lan.sign_in()
    me = anninh_app.accounts.authenticate_token(session.token)
    secret = anninh_app.accounts.begin_totp(me, PASSWORD).secret
    assert lan.sign_in().token
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.confirm_totp(me, "000000")
    codes = anninh_app.accounts.confirm_totp(me, compute_code(secret, anninh_clock.now())).codes
    assert len({*codes}) == 10
    assert anninh_app.accounts.authenticate_token(session.token).sign_in.is_fresh(anninh_clock.now())
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.authenticate_token(other.token)
    with pytest.raises(NotSignedIn):
        lan.sign_in()
    with pytest.raises(WrongStep, match="No authenticator app is waiting to be confirmed: begin with"):
        anninh_app.accounts.confirm_totp(me, "000000")


def test_replacing_the_app_takes_the_old_one(anninh_app: App, hoa: AccountHolder, anninh_clock: FixedClock) -> None:
    """Replacing the authenticator app takes a code of the old app; the password alone isn't enough."""
    begun = hoa.sign_in()
    anninh_clock.advance(timedelta(minutes=6))
    me = anninh_app.accounts.authenticate_token(begun.token)
    with pytest.raises(StepUpNeeded):
        anninh_app.accounts.begin_totp(me, PASSWORD)
    anninh_app.accounts.step_up(me, hoa.code())
    fresh = anninh_app.accounts.authenticate_token(begun.token)
    secret = anninh_app.accounts.begin_totp(fresh, PASSWORD).secret
    anninh_app.accounts.confirm_totp(fresh, compute_code(secret, anninh_clock.now()))
    anninh_clock.advance(timedelta(minutes=1))
    with pytest.raises(NotSignedIn):
        hoa.sign_in()
    assert hoa.sign_in(code=compute_code(secret, anninh_clock.now())).token


def test_without_an_app_there_is_no_step_up(anninh_app: App, lan: AccountHolder) -> None:
    """Without an authenticator app a step-up is refused, and the error names the remedy."""
    me = lan.enter()
    with pytest.raises(WrongStep, match="authenticator app"):
        anninh_app.accounts.step_up(me, "000000")
    with pytest.raises(StepUpNeeded):
        anninh_app.accounts.renew_recovery_codes(me)


def test_new_recovery_codes_replace_the_old(anninh_app: App, hoa: AccountHolder, anninh_clock: FixedClock) -> None:
    """New recovery codes of an account make all earlier ones invalid."""
    codes = anninh_app.accounts.renew_recovery_codes(hoa.enter()).codes
    with pytest.raises(NotSignedIn):
        hoa.sign_in(code=hoa.recovery[0])
    assert hoa.sign_in(code=codes[3]).token


def test_officer_without_account_gets_the_remedy(anninh_app: App, boss: Actor) -> None:
    """An officer without an account gets an error that names the people who can invite them."""
    with pytest.raises(Refused, match="has no account: ask an officer who grants roles for an"):
        anninh_app.accounts.account(boss)


def test_the_account_shows_no_secret(anninh_app: App, hoa: AccountHolder) -> None:
    """The view of an officer's own account has its name and states, but no hash and no secret."""
    view = anninh_app.accounts.account(hoa.enter())
    assert (view.name, view.has_password, view.has_second_factor, view.recovery_codes) == ("hoa", True, True, 10)
    assert "argon2" not in repr(view)
    assert hoa.secret not in repr(view)
