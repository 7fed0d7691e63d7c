"""Accounts are invited and reset by a second person, and the owner is told."""

import pytest
from tests.domain.accounts.conftest import Trail
from tests.support.sign_in import PASSWORD, Holder

from anninh_core.app import App
from anninh_core.domain.accounts.model import NoticeKind
from anninh_core.kernel.errors import NotSignedIn, NotVisible, Refused, StepUpNeeded, WrongStep
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase.actor import Actor, person, system

RECOVERY = system("recovery")
NEW = "một câu khác dài hơn"


def test_a_second_factor_is_reset_by_a_second_person(anninh_app: App, hoa: Holder, boss: Actor) -> None:
    """Not by oneself, nor by whoever grants nothing there; the owner reads of it at the next sign-in, once."""
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


def test_a_reset_takes_somebody_fresh(anninh_app: App, hoa: Holder, boss: Actor) -> None:
    """A stolen session of whoever grants roles must not open every account."""
    stale = person(boss.id, SignIn(SignInMethod.PASSWORD, "s1"))
    for verb in (anninh_app.accounts.reset_second_factor, anninh_app.accounts.invite, anninh_app.accounts.deactivate):
        with pytest.raises(StepUpNeeded):
            verb(stale, hoa.id)


def test_a_password_is_reset_by_a_new_invitation(anninh_app: App, hoa: Holder, boss: Actor) -> None:
    """The old one holds no longer, the second factor and the name stay, and the owner is told."""
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


def test_an_operator_s_reset_is_shown(anninh_app: App, hoa: Holder, journal: Trail) -> None:
    """Password and second factor go; the journal and the owner's next sign-in say who did it."""
    code = anninh_app.accounts.reset_by_operator(RECOVERY, hoa.id).code
    assert journal()[-1].actor == "system:recovery"
    assert journal()[-1].events == ("account.reset_by_operator",)
    assert code not in str(journal())
    anninh_app.accounts.set_up(code, "", NEW)
    begun = hoa.sign_in(password=NEW, code="")
    assert [(notice.kind, notice.by) for notice in begun.notices] == [(NoticeKind.OPERATOR_RESET, "system:recovery")]


def test_no_person_may_do_what_the_operator_does(anninh_app: App, hoa: Holder, boss: Actor) -> None:
    """Neither does the door, nor what runs by the clock."""
    for actor in (boss, system("door"), system("keeper")):
        with pytest.raises(Refused):
            anninh_app.accounts.reset_by_operator(actor, hoa.id)


def test_only_the_door_lets_in(anninh_app: App, hoa: Holder, boss: Actor) -> None:
    """No officer, with whatever role, asks it for a session of another."""
    door = anninh_app.internals.services.accounts.door
    for actor in (boss, person(hoa.id), system("setup"), system("keeper")):
        with pytest.raises(Refused, match="sign_in"):
            door.find_account(actor, hoa.name)


def test_everything_ends_after_a_restore(anninh_app: App, lan: Holder, hoa: Holder, boss: Actor) -> None:
    """Sessions, tokens and codes of everybody; passwords stay, and each owner is told."""
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


def test_who_has_no_role_is_not_invited(anninh_app: App, boss: Actor) -> None:
    """They could not sign in; the sentence says so."""
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Cũ", "ninh-hoa")
    with pytest.raises(WrongStep, match="grant one first"):
        anninh_app.accounts.invite(boss, officer.id)


def test_whoever_grants_roles_sees_the_state_of_an_account(anninh_app: App, hoa: Holder, boss: Actor) -> None:
    """And nothing that could be used."""
    view = anninh_app.accounts.account_of(boss, hoa.id)
    assert (view.officer, view.name, view.has_second_factor) == (hoa.id, "hoa", True)
    stranger = UnsafeLocalUsers(anninh_app).appoint("Người Khác", "ninh-van", "standing_officer")
    with pytest.raises(NotVisible):
        anninh_app.accounts.account_of(stranger, hoa.id)
