"""A role may require a second factor: without it, a sign-in reaches only the officer's own account."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from tests.support.sign_in import PASSWORD, AccountHolder, compute_code, enrol

from anninh_core.app import App
from anninh_core.domain.accounts.session import Session
from anninh_core.kernel.errors import Refused
from anninh_core.operations import OperationGateway
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.ports.storages.changes import entry_from
from anninh_core.profile import list_shipped_profiles, load_profile
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
    """Yield an app whose profile requires a second factor from officers who handle tips."""
    district = evolve(load_profile("hoa_lu_2021"), second_factor_roles=frozenset({"tip_officer"}))
    with memory_app(district=district, clock=anninh_clock) as opened:
        yield opened


@pytest.fixture
def boss(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Người Phân Quyền", "hoa-lu", "standing_officer")


@pytest.fixture
def lan(app: App, boss: Actor) -> AccountHolder:
    """Return an officer who handles tips, with a password and no second factor."""
    return enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer").id, "lan", by=boss)


def test_password_alone_reaches_only_own_account(app: App, lan: AccountHolder) -> None:
    """Without the required second factor, every act beyond the officer's own account, even an upload, is refused with
    the remedy and recorded.
    """
    me = lan.enter()
    assert me.sign_in.owes_second_factor
    assert app.accounts.account(me).name == "lan"
    acts: tuple[Callable[[], object], ...] = (
        lambda: app.tips.list(me),
        lambda: app.tips.record_walk_in(me, "Có trộm", unit="ninh-hoa"),
        lambda: OperationGateway(app).call(me, "tips.list", {}),
        lambda: OperationGateway(app).uploads.put(me, b"abc", "a.txt", "text/plain"),
    )
    for act in acts:
        with pytest.raises(Refused, match="has a role that requires a second factor, but none was shown"):
            act()
    entries = [entry_from(line.content) for line in app.internals.context.storage.journal.read(limit=10_000)]
    refused = [entry.action for entry in entries if entry.outcome == "refused"]
    assert {"tips.list", "tips.record_walk_in", "uploads.put"} <= {*refused}


def test_enrolled_officer_has_full_access(app: App, lan: AccountHolder, anninh_clock: FixedClock) -> None:
    """After an officer enrols the required second factor, the same session, later sign-ins with a code, and API tokens
    have full access.
    """
    session = lan.sign_in()
    me = app.accounts.authenticate_token(session.token)
    secret = app.accounts.begin_totp(me, PASSWORD).secret
    app.accounts.confirm_totp(me, compute_code(secret, anninh_clock.now()))
    fresh = app.accounts.authenticate_token(session.token)
    token = app.accounts.make_token(fresh, "Bảng", anninh_clock.now() + timedelta(days=1)).token
    anninh_clock.advance(timedelta(minutes=20))
    for credential in (session.token, lan.sign_in(code=compute_code(secret, anninh_clock.now())).token, token):
        assert app.tips.list(app.accounts.authenticate_token(credential)).items == ()


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
def test_methods_that_satisfy_the_second_factor(
    method: SignInMethod, shown: bool, owes: bool, anninh_clock: FixedClock
) -> None:
    """A chat code never satisfies a required second factor; sign-ins by the authority's own service and demos are
    exempt.
    """
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


def test_other_roles_need_no_second_factor(app: App, boss: Actor, anninh_clock: FixedClock) -> None:
    """Officers with other roles and vouched-for officers need no second factor, and a newly granted role requires it at
    once.
    """
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


def test_first_officer_can_enrol(anninh_clock: FixedClock) -> None:
    """The first officer of a new installation can enrol a second factor, and then appoint others."""
    plain = load_profile("hoa_lu_2021")
    with memory_app(district=evolve(plain, second_factor_roles=frozenset(plain.roles)), clock=anninh_clock) as opened:
        first = opened.units.appoint(system("setup"), "Trung tá Mẫu", "hoa-lu", roles=["steering_chair"])
        session = enrol(opened, first.id, "mau").sign_in()
        me = opened.accounts.authenticate_token(session.token)
        with pytest.raises(Refused, match="has a role that requires a second factor, but none was shown"):
            opened.units.officers(me, "hoa-lu")
        secret = opened.accounts.begin_totp(me, PASSWORD).secret
        opened.accounts.confirm_totp(me, compute_code(secret, anninh_clock.now()))
        me = opened.accounts.authenticate_token(session.token)
        assert opened.units.appoint(me, "Thiếu tá Mẫu", "ninh-hoa", roles=["reviewer"]).name == "Thiếu tá Mẫu"


@pytest.mark.parametrize("name", list_shipped_profiles())
def test_two_tier_profiles_require_a_second_factor(name: str) -> None:
    """The shipped two-tier profiles require a second factor for every role with access to residents' texts or
    identities; the plan of 2021 requires none.
    """
    district = load_profile(name)
    opening = {id for id, role in district.roles.items() if not WORDS_OF_RESIDENTS.isdisjoint(role.permissions)}
    assert district.second_factor_roles == (frozenset() if name == "hoa_lu_2021" else opening)
