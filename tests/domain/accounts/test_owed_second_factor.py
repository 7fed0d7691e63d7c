"""A role that takes a second factor: until one is shown, a sign-in reaches the own account alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from tests.support.sign_in import PASSWORD, Holder, code_of, enrol

from anninh_core.app import App
from anninh_core.domain.accounts.session import Session
from anninh_core.kernel.errors import Refused
from anninh_core.operations import Door
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.ports.storages.changes import entry_from
from anninh_core.profile import load_profile, shipped_profiles
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor, system
from anninh_core.vocabulary.permissions import Permission

WORDS_OF_RESIDENTS = {
    Permission.TIP_READ,
    Permission.TIP_HANDLE,
    Permission.TIP_SUPERVISE,
    Permission.INTAKE,
    Permission.INQUIRY_READ,
    Permission.INQUIRY_ANSWER,
    Permission.IDENTITY_APPROVE,
    Permission.RIGHTS_HANDLE,
    Permission.OPERATE,
}


@pytest.fixture
def app(anninh_clock: FixedClock) -> Iterator[App]:
    """An app whose profile asks a second factor of those who handle tips."""
    district = evolve(load_profile("hoa_lu_2021"), second_factor_roles=frozenset({"tip_officer"}))
    with memory_app(district=district, clock=anninh_clock) as opened:
        yield opened


@pytest.fixture
def boss(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Người Phân Quyền", "hoa-lu", "standing_officer")


@pytest.fixture
def lan(app: App, boss: Actor) -> Holder:
    """An officer who handles tips, with a password and no second factor."""
    return enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer").id, "lan", by=boss)


def test_the_password_reaches_the_own_account_alone(app: App, lan: Holder) -> None:
    """Every other act is refused with the way out, in the journal too; an upload, too."""
    me = lan.enter()
    assert me.sign_in.owes_second_factor
    assert app.accounts.account(me).name == "lan"
    acts: tuple[Callable[[], object], ...] = (
        lambda: app.tips.list(me),
        lambda: app.tips.record_walk_in(me, "Có trộm", unit="ninh-hoa"),
        lambda: Door(app).call(me, "tips.list", {}),
        lambda: Door(app).uploads.put(me, b"abc", "a.txt", "text/plain"),
    )
    for act in acts:
        with pytest.raises(Refused, match="has a role that requires a second factor, but none was shown"):
            act()
    entries = [entry_from(line.content) for line in app.internals.context.storage.journal.read(limit=10_000)]
    refused = [entry.action for entry in entries if entry.outcome == "refused"]
    assert {"tips.list", "tips.record_walk_in", "uploads.put"} <= {*refused}


def test_who_enrols_goes_on(app: App, lan: Holder, anninh_clock: FixedClock) -> None:
    """In the same session, for all its time, and at each later sign-in by password and code; so does an API token."""
    session = lan.sign_in()
    me = app.accounts.authenticate_token(session.token)
    secret = app.accounts.begin_totp(me, PASSWORD).secret
    app.accounts.confirm_totp(me, code_of(secret, anninh_clock.now()))
    fresh = app.accounts.authenticate_token(session.token)
    token = app.accounts.make_token(fresh, "Bảng", anninh_clock.now() + timedelta(days=1)).token
    anninh_clock.advance(timedelta(minutes=20))
    for shown in (session.token, lan.sign_in(code=code_of(secret, anninh_clock.now())).token, token):
        assert app.tips.list(app.accounts.authenticate_token(shown)).items == ()


@pytest.mark.parametrize(
    ("method", "shown", "owes"),
    [
        (SignInMethod.PASSWORD, False, True),
        (SignInMethod.PASSWORD, True, False),
        (SignInMethod.CHAT, True, True),
        (SignInMethod.PASSKEY, True, False),
        (SignInMethod.OIDC, False, False),
        (SignInMethod.DEMO, False, False),
    ],
)
def test_what_counts_as_shown(method: SignInMethod, shown: bool, owes: bool, anninh_clock: FixedClock) -> None:
    """A chat's code never does; the authority's own service answers for what it asks, and a demo has nobody real."""
    now = anninh_clock.now()
    session = Session(
        id="s1",
        officer="o1",
        unit="hoa-lu",
        token="t",
        method=method,
        epoch=0,
        grants=(),
        began_at=now,
        fresh_until=now if shown else None,
    )
    assert session.sign_in(takes_second_factor=True).owes_second_factor is owes
    assert not session.sign_in().owes_second_factor


def test_others_are_asked_for_none(app: App, boss: Actor, anninh_clock: FixedClock) -> None:
    """A role that isn't named; who is vouched for; a role that was given in the meantime counts at once."""
    users = UnsafeLocalUsers(app)
    editor = users.appoint("Cán bộ Hoa", "ninh-hoa", "editor")
    holder = enrol(app, editor.id, "hoa", by=boss)
    me = holder.enter()
    assert not me.sign_in.owes_second_factor
    assert app.content.list(me) is not None
    assert app.tips.list(users.appoint("Cán bộ Minh", "ninh-hoa", "tip_officer")).items == ()
    app.units.grant(boss, editor.id, "tip_officer", "ninh-hoa")
    app.units.confirm_grant(
        users.appoint("Người Hai", "hoa-lu", "steering_chair"), editor.id, "tip_officer", "ninh-hoa"
    )
    assert holder.enter().sign_in.owes_second_factor


def test_the_first_officer_isn_t_locked_out(anninh_clock: FixedClock) -> None:
    """Nobody else is there: the role takes a second factor, and the officer enrols, then appoints."""
    plain = load_profile("hoa_lu_2021")
    with memory_app(district=evolve(plain, second_factor_roles=frozenset(plain.roles)), clock=anninh_clock) as opened:
        first = opened.units.appoint(system("setup"), "Trung tá Mẫu", "hoa-lu", roles=["steering_chair"])
        session = enrol(opened, first.id, "mau").sign_in()
        me = opened.accounts.authenticate_token(session.token)
        with pytest.raises(Refused, match="has a role that requires a second factor, but none was shown"):
            opened.units.officers(me, "hoa-lu")
        secret = opened.accounts.begin_totp(me, PASSWORD).secret
        opened.accounts.confirm_totp(me, code_of(secret, anninh_clock.now()))
        me = opened.accounts.authenticate_token(session.token)
        assert opened.units.appoint(me, "Thiếu tá Mẫu", "ninh-hoa", roles=["reviewer"]).name == "Thiếu tá Mẫu"


@pytest.mark.parametrize("name", shipped_profiles())
def test_shipped_profiles_of_two_tiers_ask_for_one(name: str) -> None:
    """Of every role that opens what residents wrote, or who they are; the plan of 2021 asks none."""
    district = load_profile(name)
    opening = {id for id, role in district.roles.items() if not WORDS_OF_RESIDENTS.isdisjoint(role.permissions)}
    assert district.second_factor_roles == (frozenset() if name == "hoa_lu_2021" else opening)
