"""A second person invites and resets accounts, and the owner is notified."""

import pytest
from tests.domain.accounts.conftest import Trail
from tests.support.sign_in import PASSWORD, AccountHolder

from anninh_core.app import App
from anninh_core.domain.accounts.model import NoticeKind
from anninh_core.kernel.errors import NotSignedIn, NotVisible, Refused, StepUpNeeded, WrongStep
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase.actor import Actor, person, system

RECOVERY = system("recovery")
NEW = "một câu khác dài hơn"


def test_a_second_factor_is_reset_by_a_second_person(anninh_app: App, hoa: AccountHolder, boss: Actor) -> None:
    """A second factor is reset by a person who grants roles in the unit, not by the owner, and the owner is notified
    once.
    """
    me = hoa.enter()
    stranger = UnsafeLocalUsers(anninh_app).appoint("Người Khác", "ninh-van", "standing_officer")
    with pytest.raises(Refused, match="own account"):
        anninh_app.accounts.reset_second_factor(me, hoa.id)
    for id in (hoa.id, "nothing"):
        with pytest.raises(NotVisible):
            anninh_app.accounts.reset_second_factor(stranger, id)
    anninh_app.accounts.reset_second_factor(boss, hoa.id)
    begun = hoa.sign_in(code="")
    assert [(notice.kind, notice.by) for notice in begun.notices] == [(NoticeKind.SECOND_FACTOR_RESET, boss.label)]
    assert hoa.sign_in(code="").notices == ()
    with pytest.raises(WrongStep, match="no second factor"):
        anninh_app.accounts.reset_second_factor(boss, hoa.id)


def test_reset_needs_a_fresh_second_factor(anninh_app: App, hoa: AccountHolder, boss: Actor) -> None:
    """Resetting an account requires a fresh second factor, so that a stolen session of an officer who grants roles
    doesn't open every account.
    """
    stale = person(boss.id, SignIn(SignInMethod.PASSWORD, "s1"))
    for verb in (anninh_app.accounts.reset_second_factor, anninh_app.accounts.invite, anninh_app.accounts.deactivate):
        with pytest.raises(StepUpNeeded):
            verb(stale, hoa.id)


def test_a_password_is_reset_by_a_new_invitation(anninh_app: App, hoa: AccountHolder, boss: Actor) -> None:
    """A new invitation ends the account's old password, keeps the second factor and the name, and notifies the
    owner.
    """
    with pytest.raises(Refused, match="own account"):
        anninh_app.accounts.invite(hoa.enter(), hoa.id)
    code = anninh_app.accounts.invite(boss, hoa.id).code
    with pytest.raises(NotSignedIn):
        hoa.sign_in(code=hoa.recovery[0])
    anninh_app.accounts.set_up(code, "", NEW)
    with pytest.raises(NotSignedIn):
        hoa.sign_in(password=NEW, code="")
    begun = hoa.sign_in(password=NEW, code=hoa.recovery[1])
    assert [notice.kind for notice in begun.notices] == [NoticeKind.PASSWORD_RESET]


def test_operators_reset_is_recorded(anninh_app: App, hoa: AccountHolder, journal: Trail) -> None:
    """An operator's reset removes password and second factor, and is shown in the journal and at the owner's next
    sign-in.
    """
    code = anninh_app.accounts.reset_by_operator(RECOVERY, hoa.id).code
    assert journal()[-1].actor == "system:recovery"
    assert journal()[-1].events == ("account.reset_by_operator",)
    assert code not in str(journal())
    anninh_app.accounts.set_up(code, "", NEW)
    begun = hoa.sign_in(password=NEW, code="")
    assert [(notice.kind, notice.by) for notice in begun.notices] == [(NoticeKind.OPERATOR_RESET, "system:recovery")]


def test_only_recovery_may_reset_as_operator(anninh_app: App, hoa: AccountHolder, boss: Actor) -> None:
    """No person, and no other part of the system, may do the operator's reset."""
    for actor in (boss, system("door"), system("keeper")):
        with pytest.raises(Refused):
            anninh_app.accounts.reset_by_operator(actor, hoa.id)


def test_only_the_sign_in_finds_accounts(anninh_app: App, hoa: AccountHolder, boss: Actor) -> None:
    """No officer, whatever the role, can read another officer's account with the sign-in's functions."""
    door = anninh_app.internals.services.accounts.sign_ins
    for actor in (boss, person(hoa.id), system("setup"), system("keeper")):
        with pytest.raises(Refused, match="sign_in"):
            door.find_account(actor, hoa.name)


def test_restore_ends_all_sign_ins(anninh_app: App, lan: AccountHolder, hoa: AccountHolder, boss: Actor) -> None:
    """After a restore all sessions, tokens and codes end, passwords stay, and each owner is notified."""
    sessions = [lan.sign_in(), hoa.sign_in()]
    third = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Ba", "ninh-hoa", "tip_officer")
    code = anninh_app.accounts.invite(boss, third.id).code
    ended = anninh_app.internals.services.accounts.administration.end_everything(system("keeper"))
    assert {*ended} == {lan.id, hoa.id, third.id}
    for session in sessions:
        with pytest.raises(NotSignedIn):
            anninh_app.accounts.authenticate_token(session.token)
    with pytest.raises(NotSignedIn):
        anninh_app.accounts.set_up(code, "ba.ba", PASSWORD)
    assert [notice.kind for notice in lan.sign_in().notices] == [NoticeKind.RESTORED]


def test_officer_without_role_isnt_invited(anninh_app: App, boss: Actor) -> None:
    """An officer without a role isn't invited, and the error names the remedy."""
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Cũ", "ninh-hoa")
    with pytest.raises(WrongStep, match="grant one first"):
        anninh_app.accounts.invite(boss, officer.id)


def test_granting_officer_sees_the_accounts_state(anninh_app: App, hoa: AccountHolder, boss: Actor) -> None:
    """An officer who grants roles in the unit sees an account's state; other officers don't."""
    view = anninh_app.accounts.account_of(boss, hoa.id)
    assert (view.officer, view.name, view.has_second_factor) == (hoa.id, "hoa", True)
    stranger = UnsafeLocalUsers(anninh_app).appoint("Người Khác", "ninh-van", "standing_officer")
    with pytest.raises(NotVisible):
        anninh_app.accounts.account_of(stranger, hoa.id)
